//! A call with an access token that is bound to a key: RFC 9449, section 7.

use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;

use crate::answer::Answer;
use crate::called_url::called_url;
use crate::dpop::{self, Problem, Proof, Wanted};
use crate::header::only_value;
use crate::state::State;

/// Why such a call is not let in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Denial {
    /// The token was sent as one that needs no proof.
    Bearer,
    UnknownToken,
    /// The token is good without a proof, and so it was not sent as what it is.
    NotBound,
    ProofAbsent,
    Proof(Problem),
    /// The token is bound to another key than the proof's.
    OtherKey,
    /// The mock can remember no more proofs.
    Full,
}

impl Denial {
    const fn error(self) -> &'static str {
        match self {
            Self::Bearer | Self::UnknownToken | Self::NotBound | Self::OtherKey => "invalid_token",
            Self::Proof(Problem::Nonce) => "use_dpop_nonce",
            Self::ProofAbsent | Self::Proof(_) => "invalid_dpop_proof",
            Self::Full => "server_error",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Bearer => "the access token is bound to a key: use the DPoP scheme and a proof",
            Self::UnknownToken => "the access token is unknown or expired",
            Self::NotBound => "the access token is not bound to a key",
            Self::ProofAbsent => "DPoP proof is missing",
            Self::Proof(problem) => problem.words(),
            Self::OtherKey => "the access token is bound to another key than the DPoP proof's",
            Self::Full => "no more proofs can be remembered",
        }
    }

    pub(super) fn into_answer(self) -> Answer {
        let (error, description) = (self.error(), self.description());
        let members = [
            ("error", error.into()),
            ("error_description", description.into()),
        ];
        let status = match self {
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        };
        let answer = Answer::json(status, &members);
        let algorithms = dpop::algorithms().join(" ");
        let challenge = format!(
            "DPoP error=\"{error}\", error_description=\"{description}\", algs=\"{algorithms}\""
        );
        match HeaderValue::from_str(&challenge) {
            Ok(challenge) => answer.with_header(WWW_AUTHENTICATE, challenge),
            Err(_) => answer,
        }
    }
}

/// The token of a request that uses the DPoP scheme.
pub(super) fn of_request(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only_value(headers, &AUTHORIZATION)?
        .trim()
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("DPoP")
        .then(|| token.trim_start())
}

/// Checks a token and its proof.
pub(super) fn check(state: &State, head: &Parts, token: &str) -> Result<(), Denial> {
    let now = state.clock.now();
    if !state.access_tokens.contains(token, now) {
        return Err(Denial::UnknownToken);
    }
    if !state.access_tokens.is_bound(token, now) {
        return Err(Denial::NotBound);
    }
    let proof = Proof::of_request(&head.headers).ok_or(Denial::ProofAbsent)?;
    let proof = proof.map_err(Denial::Proof)?;
    let called = called_url(head).unwrap_or_default();
    let public = format!("{}{}", state.rulebook.site.base_url, head.uri.path());
    let server = state.rulebook.gateway.server();
    let wanted = Wanted {
        dpop: &state.dpop,
        method: head.method.as_str(),
        urls: &[&called, &public],
        now,
        age: server.dpop_proof_age(),
        leeway: server.dpop_proof_leeway(),
        spent: &state.spent_jwt_ids,
        access_token: Some(token),
    };
    if let Some(problem) = proof.problem(&wanted) {
        return Err(Denial::Proof(problem));
    }
    if !state
        .access_tokens
        .is_bound_to(token, &proof.thumbprint, now)
    {
        return Err(Denial::OtherKey);
    }
    proof.spend(&wanted).map_err(|_| Denial::Full)
}
