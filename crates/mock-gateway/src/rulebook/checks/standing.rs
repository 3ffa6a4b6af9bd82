//! How the client stands with the gateway.

use serde_json::Value;
use tokenring_gateway::Rule;

use crate::client::ClientState;
use crate::client_registration::{AuthenticationMethod, BoundTokens};
use crate::form::Parameter;
use crate::rulebook::Case;
use crate::rulebook::relevance::requires;

/// Where nobody is named, another rule says that somebody has to be.
pub(super) fn is_unknown(case: &Case<'_>) -> bool {
    let claim = case.rulebook.client_claim();
    let is_named = match case.claim(claim) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    // With an assertion of its own the client need not be the issuer of the grant.
    let is_elsewhere = case.authentication.is_some();
    case.client.is_none() && !is_elsewhere && (is_named || !requires(&case.rulebook.gateway, claim))
}

pub(super) fn is_disabled(case: &Case<'_>) -> bool {
    case.client
        .is_some_and(|client| client.registration.is_disabled)
}

pub(super) fn authenticates_otherwise(case: &Case<'_>) -> bool {
    case.client.is_some_and(|client| {
        client.registration.authentication != AuthenticationMethod::PrivateKeyJwt
    })
}

/// A client with no list of grants may use each that the gateway serves.
pub(super) fn grant_is_not_allowed(case: &Case<'_>) -> bool {
    let grants = case
        .client
        .and_then(|client| client.registration.grants.as_ref());
    match (grants, case.parameter("grant_type")) {
        (Some(grants), Parameter::Once(grant)) => !grants.iter().any(|each| each == grant),
        _ => false,
    }
}

/// Which of `audience` and `resource` counts is said by the conditions of the file's entry; a client
/// without a list of audiences may have any. RFC 8707, section 2: a parameter can be repeated.
pub(super) fn is_for_another_target(case: &Case<'_>) -> bool {
    let client = case.client.map(|client| &client.registration);
    let allowed = client.and_then(|registration| registration.audiences.as_ref());
    let Some(allowed) = allowed else { return false };
    let mut requested = ["audience", "resource"]
        .into_iter()
        .flat_map(|name| case.form.all(name))
        .flat_map(|value| value.split(' '))
        .filter(|value| !value.is_empty());
    requested.any(|value| !allowed.iter().any(|each| each == value))
}

/// This gateway has no TLS, so that no client shows a certificate.
pub(super) fn is_bound_to_a_certificate(case: &Case<'_>) -> bool {
    case.client
        .is_some_and(|client| client.registration.binding == Some(BoundTokens::Certificate))
}

pub(super) fn is_against(case: &Case<'_>, rule: Rule) -> bool {
    let Some(client) = case.client else {
        return false;
    };
    match rule {
        Rule::AppRevoked => client.state == ClientState::AppRevoked,
        Rule::ProductMissing => client.state == ClientState::ProductMissing,
        Rule::DeveloperInactive => client.state == ClientState::DeveloperInactive,
        Rule::CompanyInactive => client.state == ClientState::CompanyInactive,
        Rule::NoApplicationScope => client.state == ClientState::NoApplicationScope,
        // A state that has no rule of its own is no reason to hand out a token.
        _ => client.state != ClientState::Active,
    }
}
