//! Answers about DPoP proofs (RFC 9449), and those of servers that want one and don't say so.

use tokenring_oauth::ErrorResponse;

use super::incident::Incident;
use super::words::Said;
use super::{Cause, Likelihood};
use crate::{Grant, Remedy, Rule, Text};

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
    /// Nothing that the sender's side could change.
    Other,
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
    (&[" claim ", " claims "], Fault::Other),
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
    let fault = fault.map(|(_, fault)| *fault);
    let cause = rejected(fault, "the server");
    match fault {
        Some(Fault::Url) => cause.found(incident.called_url()),
        _ => cause,
    }
}

/// What a rejected proof means.
fn rejected(fault: Option<Fault>, server: &str) -> Cause {
    let proof = || Cause::new(Likelihood::Certain, Rule::DpopProof);
    let text = |sentence: &'static str| Text::fill(sentence, &[server]);
    match fault {
        Some(Fault::Nonce) => Cause::new(Likelihood::Certain, Rule::DpopNonce)
            .explained(text(
                "In the DPoP proof $ demands a nonce, and rejected the one that it had just given.",
            ))
            .mended_by(Remedy::Stated(
                "Try again. If it stays, several servers share this address without sharing \
                 their nonces, or a proxy drops or repeats the header DPoP-Nonce: tell the \
                 operator."
                    .into(),
            )),
        Some(Fault::Absent) => Cause::new(Likelihood::Certain, Rule::DpopProofAbsent)
            .explained(text("The request had a DPoP proof, and $ saw none."))
            .mended_by(Remedy::Stated(
                "Have the proxy between here and the server pass the header DPoP on.".into(),
            )),
        Some(Fault::Url) => proof()
            .explained(text(
                "The htu of the DPoP proof is the URL that was called, and $ knows itself by \
                 another one, as behind a proxy that does not tell it its public host.",
            ))
            .mended_by(Remedy::CompareTokenUrl),
        Some(Fault::Method) => proof()
            .explained(text(
                "The htm of the DPoP proof is the method that was sent, and $ got another one.",
            ))
            .mended_by(Remedy::CompareTokenUrl),
        Some(Fault::Replayed) => proof()
            .explained(text(
                "Each DPoP proof is made for one request, and $ saw this one before: something on \
                 the way there sends requests twice.",
            ))
            .mended_by(Remedy::Stated(
                "Try again. If it stays, find the proxy that repeats requests.".into(),
            )),
        Some(Fault::Date) => proof()
            .explained(text(
                "The iat of the DPoP proof is too far from the clock of $. Servers take a minute, \
                 some less.",
            ))
            .mended_by(Remedy::CorrectProofDate),
        Some(Fault::Key) => proof()
            .explained(text(
                "The key of the DPoP proof, or its algorithm, is not one that $ takes.",
            ))
            .mended_by(Remedy::ChangeProofKey),
        Some(Fault::Other) | None => proof()
            .explained(text("What is wrong with the DPoP proof, $ does not say."))
            .mended_by(Remedy::CorrectProofDate),
    }
}

/// Why an API rejected a call, by its `WWW-Authenticate` header (RFC 9449 section 7.1), if that is
/// about proofs.
pub(super) fn of_call(challenge: &str, is_bound: bool) -> Option<Cause> {
    let parameters = dpop_parameters(challenge)?;
    let value = |name: &str| parameter(parameters, name);
    let error = value("error").unwrap_or_default();
    let words = value("error_description").unwrap_or_default();
    if !is_bound {
        return Some(
            Cause::new(Likelihood::Certain, Rule::DpopProofAbsent)
                .explained("The API takes tokens that are bound by DPoP, and got a bearer token.")
                .wanted("a bound token and a proof")
                .mended_by(Remedy::SendProof),
        );
    }
    let said = Said::new(&format!("{words} {error}"), &[]);
    let mut faults = FAULTS.iter();
    let fault = faults.find(|(fragments, _)| said.has_one_of_each(&[fragments]));
    let fault = fault.map(|(_, fault)| *fault);
    // What is said of the token alone is not about the proof.
    if error == "invalid_token" && !matches!(fault, Some(Fault::Key)) {
        return None;
    }
    let cause = rejected(fault, "the API");
    Some(match (fault, value("algs")) {
        (Some(Fault::Key), Some(algorithms)) => cause.wanted(algorithms),
        _ => cause,
    })
}

/// What is behind the scheme of a challenge for proofs, up to its end.
fn dpop_parameters(challenge: &str) -> Option<&str> {
    let mut places = challenge.match_indices(|letter: char| letter.eq_ignore_ascii_case(&'d'));
    places.find_map(|(place, _)| {
        let (before, from) = challenge.split_at_checked(place)?;
        let (scheme, rest) = from.split_at_checked("DPoP".len())?;
        let before = before.trim_end();
        let is_first = before.is_empty() || before.ends_with(',');
        let is_whole = rest.is_empty() || rest.starts_with([' ', ',']);
        (scheme.eq_ignore_ascii_case("DPoP") && is_first && is_whole).then_some(rest)
    })
}

/// The value of a parameter, a quoted string or a token.
fn parameter<'c>(parameters: &'c str, name: &str) -> Option<&'c str> {
    let mut rest = parameters;
    loop {
        let (key, value) = rest.split_once('=')?;
        let key = key.trim_matches([' ', ',', '\t']);
        let (value, after) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_once(',').unwrap_or((value, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim());
        }
        rest = after;
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

/// That the server wants bound tokens, and does not say by what.
pub(super) fn unbound() -> [Cause; 2] {
    let by_proof = missing(Likelihood::Likely).explained(
        "invalid_grant is not about the assertion where the client authenticates with it. The \
         client is most likely registered for tokens that are bound, by DPoP or by a client \
         certificate, and the request has neither.",
    );
    let by_certificate = Cause::new(Likelihood::Possible, Rule::ClientCertificateAbsent)
        .mended_by(Remedy::SendCertificate);
    [by_proof, by_certificate]
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
