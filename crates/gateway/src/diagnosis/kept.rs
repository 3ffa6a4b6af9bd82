//! Rules that the assertion keeps for certain, whatever the server's other words for them mean.

use serde_json::Value;

use super::incident::Incident;
use crate::{Rule, UnverifiedJwt};

/// Whether the assertion keeps a rule that can be judged by it alone, without clock or file.
pub(super) fn keeps(incident: &Incident<'_>, rule: Rule) -> bool {
    incident.assertion.is_some_and(|jwt| is_kept(jwt, rule))
}

fn is_kept(jwt: &UnverifiedJwt, rule: Rule) -> bool {
    let claims = jwt.claims();
    let is_text = |name: &str| claims.text(name).is_some();
    let is_absent = |name: &str| claims.get(name).is_none();
    let is_there = |name: &str| claims.get(name).is_some_and(|value| !value.is_null());
    let is_whole = |name: &str| claims.get(name).is_some_and(Value::is_u64);
    match rule {
        Rule::IssuerAbsent => is_text("iss"),
        Rule::SubjectAbsent => is_text("sub"),
        Rule::SubjectPresent => is_absent("sub"),
        Rule::IssuerNotSubject => is_text("iss") && claims.text("iss") == claims.text("sub"),
        Rule::AudienceAbsent => match claims.get("aud") {
            Some(Value::Array(list)) => !list.is_empty(),
            _ => is_text("aud"),
        },
        Rule::AudienceList => is_text("aud"),
        Rule::ExpiryAbsent => is_there("exp"),
        Rule::ExpiryForm => is_whole("exp"),
        Rule::ExpiryTooLateWithoutIssuedAt | Rule::IssuedAtAbsent => is_there("iat"),
        Rule::IssuedAtForm => is_absent("iat") || is_whole("iat"),
        Rule::IssuedInFuture | Rule::TooOld => is_absent("iat"),
        Rule::NotBeforeAbsent => is_there("nbf"),
        Rule::NotBeforeForm => is_absent("nbf") || is_whole("nbf"),
        Rule::NotYetValid => is_absent("nbf"),
        Rule::JwtIdAbsent | Rule::JwtIdForm => is_text("jti"),
        Rule::CriticalExtension => jwt.header().get("crit").is_none(),
        Rule::KeyIdAbsent => {
            let mut names = ["kid", "x5t#S256", "x5c"].into_iter();
            names.any(|name| jwt.header().get(name).is_some())
        }
        _ => false,
    }
}
