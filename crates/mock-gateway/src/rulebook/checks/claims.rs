//! Who the assertion is about, its identifier, and which claims there are.

use serde_json::Value;
use tokenring_gateway::{IssuerRule, JwtIdForm, Rule, SubjectRule};

use crate::rulebook::Case;
use crate::rulebook::ecmascript::is_falsy;
use crate::rulebook::relevance::{NAMED_CLAIMS, requires};

pub(super) fn no_issuer(case: &Case<'_>) -> bool {
    is_no_name(case, "iss")
}

pub(super) fn no_subject(case: &Case<'_>) -> bool {
    match case.rulebook.gateway.assertion().subject_rule() {
        SubjectRule::Absent => false,
        _ => is_no_name(case, "sub"),
    }
}

pub(super) fn a_subject(case: &Case<'_>) -> bool {
    let rule = case.rulebook.gateway.assertion().subject_rule();
    matches!(rule, SubjectRule::Absent) && case.claim("sub").is_some()
}

/// Two lists or objects are never equal to a script. Numbers are, and name no client later.
pub(super) fn issuer_is_not_subject(case: &Case<'_>) -> bool {
    let rule = case.rulebook.gateway.assertion().subject_rule();
    if !matches!(rule, SubjectRule::ClientId) {
        return false;
    }
    let (issuer, subject) = (case.claim("iss"), case.claim("sub"));
    if is_falsy(issuer) && is_falsy(subject) && has_words_for_no_subject(case) {
        return false;
    }
    // One that is not needed is compared where it is.
    if issuer.is_none() && !requires(&case.rulebook.gateway, "iss") {
        return false;
    }
    // The key's name follows the client in such an issuer.
    let assertion = case.rulebook.gateway.assertion();
    if let (IssuerRule::OfKey(_), Some(issuer), Some(subject)) = (
        assertion.issuer_rule(),
        case.claim_text("iss"),
        case.claim_text("sub"),
    ) {
        return !issuer.starts_with(subject);
    }
    let compound = matches!(issuer, Some(Value::Array(_) | Value::Object(_)));
    is_falsy(issuer) || compound || issuer != subject
}

/// Two that are both not there don't differ for a gateway that asks for the subject afterwards.
fn has_words_for_no_subject(case: &Case<'_>) -> bool {
    let mut rows = case.rulebook.gateway.refusals().iter();
    rows.any(|row| row.rule() == Some(Rule::SubjectAbsent))
}

pub(super) fn no_jwt_id(case: &Case<'_>) -> bool {
    let is_absent = match case.rulebook.gateway.assertion().jwt_id_form() {
        JwtIdForm::Any => matches!(case.claim("jti"), None | Some(Value::Null)),
        _ => is_falsy(case.claim("jti")),
    };
    requires(&case.rulebook.gateway, "jti") && is_absent
}

pub(super) fn jwt_id_is_no_text(case: &Case<'_>) -> bool {
    match case.claim("jti") {
        None => false,
        // Without the need of one, an empty text is as good as any.
        Some(Value::String(text)) => text.is_empty() && requires(&case.rulebook.gateway, "jti"),
        Some(_) => true,
    }
}

pub(super) fn jwt_id_is_too_short_or_long(case: &Case<'_>) -> bool {
    let rules = case.rulebook.gateway.assertion();
    let Some(jwt_id) = case.claim_text("jti") else {
        return false;
    };
    let length = jwt_id.chars().count();
    let least = rules.minimum_jwt_id_characters();
    let most = rules.maximum_jwt_id_characters();
    least.is_some_and(|least| length < least) || most.is_some_and(|most| most < length)
}

pub(super) fn jwt_id_is_spent(case: &Case<'_>) -> bool {
    case.jwt_id_key()
        .is_some_and(|key| case.spent_jwt_ids.contains(&key, case.now))
}

pub(super) fn a_claim_is_missing(case: &Case<'_>) -> bool {
    let is_missing = |name: &str| match case.claim(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    let required = case.rulebook.gateway.assertion().required_claims();
    required
        .iter()
        .any(|name| !NAMED_CLAIMS.contains(&name.as_str()) && is_missing(name))
}

pub(super) fn an_unknown_claim(case: &Case<'_>) -> bool {
    let Some(allowed) = case.rulebook.gateway.assertion().allowed_claims() else {
        return false;
    };
    let Some(assertion) = &case.assertion else {
        return false;
    };
    let is_allowed = |name: &str| allowed.iter().any(|each| each == name);
    assertion.claims().any(|(name, _)| !is_allowed(name))
}

/// Whether a claim that names somebody is missing though required, or is there and names nobody.
fn is_no_name(case: &Case<'_>, name: &str) -> bool {
    match case.claim(name) {
        None => requires(&case.rulebook.gateway, name),
        Some(_) => case.claim_text(name).is_none(),
    }
}
