//! The request around the assertion.

use hyper::header::ORIGIN;
use serde_json::Value;
use tokenring_gateway::{ClientSource, ContentTypeRule, IssuerRule, ScopeRule};

use crate::assertion::UnverifiedAssertion;
use crate::form::Parameter;
use crate::rulebook::Case;
use crate::rulebook::relevance::is_jwt_bearer;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const JWT_BEARER_GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const JWT_BEARER_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Where the comparison is exact, a `charset` parameter is another content type.
pub(super) fn other_content_type(case: &Case<'_>) -> bool {
    let request = case.rulebook.gateway.request();
    let rule = request.content_type();
    // Without a body there is nothing of which it would be the type.
    if request.parameters_in_query() && case.form.is_of_query_alone() {
        return false;
    }
    let Some(content_type) = case.content_type else {
        return !matches!(rule, ContentTypeRule::Any);
    };
    match rule {
        ContentTypeRule::Any => false,
        ContentTypeRule::Exact => content_type != FORM,
        _ => {
            let media_type = content_type.split(';').next().unwrap_or_default();
            let is = |known: &str| media_type.trim().eq_ignore_ascii_case(known);
            !(is(FORM) || request.json() && is(JSON))
        }
    }
}

/// A website's script is another site than this one, whatever it is.
pub(super) fn other_origin(case: &Case<'_>) -> bool {
    case.head.headers.contains_key(ORIGIN)
}

pub(super) fn no_grant_type(case: &Case<'_>) -> bool {
    case.parameter("grant_type") == Parameter::Absent
}

pub(super) fn other_grant_type(case: &Case<'_>) -> bool {
    let grant = if is_jwt_bearer(&case.rulebook.gateway) {
        JWT_BEARER_GRANT
    } else {
        "client_credentials"
    };
    case.parameter("grant_type") != Parameter::Once(grant)
}

pub(super) fn other_assertion_type(case: &Case<'_>) -> bool {
    case.parameter("client_assertion_type") != Parameter::Once(JWT_BEARER_ASSERTION)
}

pub(super) fn no_assertion(case: &Case<'_>) -> bool {
    case.parameter(case.assertion_parameter) == Parameter::Absent
}

/// Characters are counted as they are after decoding.
pub(super) fn too_long(case: &Case<'_>) -> bool {
    let limit = case
        .rulebook
        .gateway
        .request()
        .maximum_parameter_characters();
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    match (limit, case.form.longest()) {
        (Some(limit), Some((_, length))) => length > limit,
        _ => false,
    }
}

/// Claims that cannot be decoded count too.
pub(super) fn malformed(case: &Case<'_>) -> bool {
    let rules = case.rulebook.gateway.assertion();
    let is_bad_signature = |assertion: &UnverifiedAssertion<'_>| {
        rules.signature_is_part_of_form() && assertion.has_undecodable_signature()
    };
    case.assertion.as_ref().is_none_or(is_bad_signature) || has_name_of_another_type(case)
}

/// Whether a name in the header or the claims that has to be a text is there and is none.
fn has_name_of_another_type(case: &Case<'_>) -> bool {
    let names = case.rulebook.gateway.assertion().names_part_of_form();
    let named = ["kid", "typ"].map(|name| (name, case.header(name)));
    let claimed = ["iss", "sub"].map(|name| (name, case.claim(name)));
    let is_no_text = |value: &Value| !(value.is_string() || value.is_null());
    let mut all = named.into_iter().chain(claimed);
    all.any(|(name, value)| names.contains(&name) && value.is_some_and(is_no_text))
}

pub(super) fn no_client_id(case: &Case<'_>) -> bool {
    case.rulebook.gateway.request().client_id_required()
        && case.parameter("client_id") == Parameter::Absent
}

/// What the secret is nobody knows here: it has to be there.
pub(super) fn no_secret(case: &Case<'_>) -> bool {
    let mut secrets = case.rulebook.gateway.request().secret_parameters().iter();
    secrets.any(|name| matches!(case.parameter(name), Parameter::Absent))
}

/// RFC 7521, section 4.2: the parameter is unnecessary, and must name the assertion's client.
pub(super) fn other_client_id(case: &Case<'_>) -> bool {
    let issuer_rule = case.rulebook.gateway.assertion().issuer_rule();
    let source = case.rulebook.gateway.server().client_source();
    match case.parameter("client_id") {
        Parameter::Absent => false,
        _ if source == ClientSource::AssertionAlone => false,
        // The issuer of a grant can have another name than the client.
        Parameter::Once(_) if !matches!(issuer_rule, IssuerRule::ClientId) => false,
        Parameter::Once(id) => case.claim_text(case.rulebook.client_claim()) != Some(id),
        Parameter::Repeated => true,
    }
}

/// The scope is a parameter of the form, or a claim where the assertion is the grant.
pub(super) fn no_scope(case: &Case<'_>) -> bool {
    let is_blank = |text: &str| text.trim().is_empty();
    if case.id_token_audience().is_some() {
        return false;
    }
    match case.rulebook.gateway.request().scope() {
        ScopeRule::Required => match case.parameter("scope") {
            Parameter::Once(scope) => is_blank(scope),
            Parameter::Absent | Parameter::Repeated => true,
        },
        ScopeRule::InAssertion => case.claim_text("scope").is_none_or(is_blank),
        _ => false,
    }
}
