//! Whom the assertion is for.

use serde_json::Value;
use tokenring_gateway::{AudienceForm, AudienceRule};

use crate::rulebook::Case;
use crate::rulebook::relevance::requires;
use crate::site::Audience;

pub(super) fn none(case: &Case<'_>) -> bool {
    let is_absent = match case.claim("aud") {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    is_absent && requires(&case.rulebook.gateway, "aud")
}

/// Whether a list is there where the gateway takes none, or not of that length.
pub(super) fn list(case: &Case<'_>) -> bool {
    let Some(Value::Array(elements)) = case.claim("aud") else {
        return false;
    };
    let assertion = case.rulebook.gateway.assertion();
    if matches!(assertion.audience(), AudienceRule::Absent) {
        return false;
    }
    match case.rulebook.gateway.assertion().audience_form() {
        AudienceForm::List => false,
        AudienceForm::Single => elements.len() != 1,
        _ => true,
    }
}

pub(super) fn other(case: &Case<'_>) -> bool {
    if case.rulebook.site.accepted_audiences.is_empty() {
        return false;
    }
    match case.claim("aud") {
        None => false,
        Some(Value::String(audience)) => !is_accepted(case, audience),
        Some(Value::Array(_)) if takes_no_list(case) => false,
        Some(Value::Array(elements)) => {
            let mut texts = elements.iter().map(Value::as_str);
            let all_are_texts = texts.clone().all(|text| text.is_some());
            !all_are_texts || !texts.any(|text| text.is_some_and(|text| is_accepted(case, text)))
        }
        Some(_) => true,
    }
}

fn takes_no_list(case: &Case<'_>) -> bool {
    let form = case.rulebook.gateway.assertion().audience_form();
    !matches!(form, AudienceForm::List | AudienceForm::Single)
}

/// Compared character for character, with any of those that the gateway takes.
fn is_accepted(case: &Case<'_>, audience: &str) -> bool {
    let mut accepted = case.rulebook.site.accepted_audiences.iter();
    accepted.any(|each| match each {
        Audience::CalledUrl => {
            let called = case.called_url;
            called.is_some_and(|url| is_called(case, url, audience))
                || case.rulebook.site.is_known_token_url(audience)
        }
        Audience::Text(text) => text == audience,
    })
}

/// With its query, unless the request's parameters are there.
fn is_called(case: &Case<'_>, url: &str, audience: &str) -> bool {
    let takes_query = case.rulebook.gateway.request().parameters_in_query();
    let without_query = || url.split('?').next() == Some(audience);
    url == audience || (takes_query && without_query())
}
