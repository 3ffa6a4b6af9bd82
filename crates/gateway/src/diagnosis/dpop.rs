//! Answers about DPoP proofs (RFC 9449), and those of servers that want one and don't say so.

use tokenring_oauth::ErrorResponse;

use super::incident::Incident;
use super::words::Said;
use super::{Cause, Likelihood};
use crate::{Grant, Remedy, Rule};

/// What a server finds wrong about a proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    Nonce,
    Absent,
    Url,
    Method,
    Replayed,
    Date,
    Key,
}

/// Fragments of which one has to occur. The first row that fits counts.
const FAULTS: &[(&[&str], Fault)] = &[
    (&[" htu ", " url ", " uri "], Fault::Url),
    (&[" htm ", " method "], Fault::Method),
    (
        &[
            " iat ",
            " recent ",
            " too old ",
            " expired ",
            " not active ",
            " future ",
        ],
        Fault::Date,
    ),
    (&[" nonce ", " use dpop nonce "], Fault::Nonce),
    (
        &[
            " replay",
            " used before ",
            " already been used ",
            " already used ",
            " reuse",
        ],
        Fault::Replayed,
    ),
    (
        &[
            " alg ",
            " algorithm ",
            " key binding ",
            " thumbprint ",
            " jkt ",
            " signature ",
            " another key ",
        ],
        Fault::Key,
    ),
    (
        &[
            " missing ",
            " required ",
            " requires ",
            " not provided ",
            " no dpop ",
            " must be bound ",
        ],
        Fault::Absent,
    ),
];

/// The cause that such an answer tells of.
pub(super) fn cause(incident: &Incident<'_>) -> Cause {
    let said = said(incident.response, incident);
    if !incident.has_proof {
        return missing(Likelihood::Certain);
    }
    let mut faults = FAULTS.iter();
    let fault = faults.find(|(fragments, _)| said.has_one_of_each(&[fragments]));
    let proof = || Cause::new(Likelihood::Certain, Rule::DpopProof);
    match fault.map(|(_, fault)| *fault) {
        Some(Fault::Nonce) => Cause::new(Likelihood::Certain, Rule::DpopNonce)
            .explained(
                "The server demands a nonce in the DPoP proof, and rejected the one that it had \
                 just given.",
            )
            .mended_by(Remedy::Stated(
                "Try again. If it stays, several servers share this address without sharing \
                 their nonces, or a proxy drops or repeats the header DPoP-Nonce: tell the \
                 operator."
                    .into(),
            )),
        Some(Fault::Absent) => Cause::new(Likelihood::Certain, Rule::DpopProofAbsent)
            .explained("The request had a DPoP proof, and the server saw none.")
            .mended_by(Remedy::Stated(
                "Have the proxy between here and the server pass the header DPoP on.".into(),
            )),
        Some(Fault::Url) => proof()
            .explained(
                "The htu of the DPoP proof is the URL that was called, and the server knows itself \
                 by another one, as behind a proxy that does not tell it its public host.",
            )
            .found(incident.called_url())
            .mended_by(Remedy::CompareTokenUrl),
        Some(Fault::Method) => proof()
            .explained("The htm of the DPoP proof is POST, and the server got another method.")
            .found("POST")
            .mended_by(Remedy::CompareTokenUrl),
        Some(Fault::Replayed) => proof()
            .explained(
                "The server saw this DPoP proof before, and each is made for one request: \
                 something between here and the server sends requests twice.",
            )
            .mended_by(Remedy::Stated(
                "Try again. If it stays, find the proxy that repeats requests.".into(),
            )),
        Some(Fault::Date) => proof()
            .explained(
                "The iat of the DPoP proof is too far from the server's clock. Servers take a \
                 minute, some less.",
            )
            .mended_by(Remedy::CorrectProofDate),
        Some(Fault::Key) => proof()
            .explained("The server does not take the key of the DPoP proof, or its algorithm.")
            .mended_by(Remedy::ChangeProofKey),
        None => proof()
            .explained("The server rejects the DPoP proof, and does not say why.")
            .mended_by(Remedy::CorrectProofDate),
    }
}

/// A cause that the gateway's file knows, with what is known here of the same matter.
pub(super) fn fitted(cause: Cause, incident: &Incident<'_>) -> Cause {
    let is_own = |rule: Rule| *cause.remedy() == rule.remedy();
    let Some(rule @ (Rule::DpopProofAbsent | Rule::DpopProof | Rule::DpopNonce)) = cause.rule()
    else {
        return cause;
    };
    match is_own(rule) {
        true => self::cause(incident).at(cause.likelihood()),
        false => cause,
    }
}

/// Whether a server rejects the grant where the client has no other one than itself: then it has
/// authenticated the client, and most likely wants a token that is bound.
pub(super) fn is_unbound(incident: &Incident<'_>) -> bool {
    let grant = incident.form_value("grant_type");
    let is_of_client = match grant {
        Some(grant) => grant == "client_credentials",
        None => matches!(incident.gateway.request().grant(), Grant::ClientCredentials),
    };
    is_of_client && incident.response.error() == Some("invalid_grant") && !incident.has_proof
}

/// That the server wants a proof, and does not say so.
pub(super) fn unbound() -> Cause {
    missing(Likelihood::Likely).explained(
        "invalid_grant is not about the assertion where the client authenticates with it. The \
         client is most likely registered for tokens that are bound, by DPoP or by a client \
         certificate, and the request has neither.",
    )
}

fn missing(likelihood: Likelihood) -> Cause {
    Cause::new(likelihood, Rule::DpopProofAbsent)
        .wanted("a DPoP proof")
        .mended_by(Remedy::SendProof)
}

fn said(response: &ErrorResponse, incident: &Incident<'_>) -> Said {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    Said::new(&format!("{words} {code}"), &incident.sent_names())
}
