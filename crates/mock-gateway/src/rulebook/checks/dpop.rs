//! The DPoP proof of a token request: RFC 9449, section 4.3.

use core::time::Duration;

use serde_json::Value;
use tokenring_jwk::{Algorithm, Jwk, any};

use crate::assertion::UnverifiedAssertion;
use crate::client_registration::BoundTokens;
use crate::expiring_set::Full;
use crate::header::only_value;
use crate::rulebook::Case;

const HEADER: &str = "dpop";
const TYPE: &str = "dpop+jwt";

pub(super) fn is_missing(case: &Case<'_>) -> bool {
    let binding = case.client.and_then(|client| client.registration.binding);
    binding == Some(BoundTokens::Dpop) && !case.head.headers.contains_key(HEADER)
}

/// Whether the request has a proof, of which the rules say whether it is valid.
pub(crate) fn has_proof(case: &Case<'_>) -> bool {
    case.head.headers.contains_key(HEADER)
}

/// What is wrong with the proof, if there is one.
pub(crate) fn problem(case: &Case<'_>) -> Option<&'static str> {
    if !has_proof(case) {
        return None;
    }
    let Some(proof) = proof(case).filter(is_signed_by_its_own_key) else {
        return Some("proof");
    };
    let text = |name: &str| proof.claim(name).and_then(Value::as_str);
    let issued_at = proof.claim("iat").and_then(Value::as_f64);
    let (Some(method), Some(url), Some(_), Some(issued_at)) =
        (text("htm"), text("htu"), text("jti"), issued_at)
    else {
        return Some("claims");
    };
    let server = case.rulebook.gateway.server();
    let now = case.now.as_seconds_f64();
    let is_old = now > issued_at + server.dpop_proof_age().as_secs_f64();
    let is_early = issued_at > now + server.dpop_proof_leeway().as_secs_f64();
    let called = case.called_url.and_then(|url| url.split('?').next());
    if method != case.head.method.as_str() {
        Some("htm")
    } else if Some(url) != called {
        Some("htu")
    } else if is_old || is_early {
        Some("iat")
    } else if key(case).is_some_and(|key| case.spent_jwt_ids.contains(&key, case.now)) {
        Some("jti")
    } else {
        None
    }
}

/// Remembers the proof, which serves once.
pub(crate) fn spend(case: &Case<'_>) -> Result<(), Full> {
    let server = case.rulebook.gateway.server();
    let memory: Duration = server.dpop_proof_age() + server.dpop_proof_leeway();
    match key(case) {
        Some(key) => {
            let until = case.now.saturating_add(memory);
            case.spent_jwt_ids.insert(&key, until, case.now)
        }
        None => Ok(()),
    }
}

/// What a proof is remembered under, apart from the identifiers of assertions.
fn key(case: &Case<'_>) -> Option<(&'static str, String)> {
    let jwt_id = proof(case)?.claim("jti")?.as_str()?.to_owned();
    Some((HEADER, jwt_id))
}

fn proof<'a>(case: &'a Case<'_>) -> Option<UnverifiedAssertion<'a>> {
    UnverifiedAssertion::decode(only_value(&case.head.headers, &HEADER.parse().ok()?)?)
}

fn is_signed_by_its_own_key(proof: &UnverifiedAssertion<'_>) -> bool {
    let text = |name: &str| proof.header(name).and_then(Value::as_str);
    let algorithm: Option<Algorithm> = text("alg").and_then(|name| name.parse().ok());
    let jwk = proof.header("jwk").map(Value::to_string);
    let jwk = jwk.and_then(|jwk| Jwk::from_json(&jwk).ok());
    match (algorithm, jwk, proof.signature()) {
        (Some(algorithm), Some(jwk), Some(signature)) if text("typ") == Some(TYPE) => {
            let input = proof.signing_input();
            any::verify(jwk.public_key(), algorithm, input, signature).is_ok()
        }
        _ => false,
    }
}
