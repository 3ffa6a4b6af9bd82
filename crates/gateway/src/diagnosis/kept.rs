//! Rules that the assertion keeps for certain, whatever the server's other words for them mean.

use serde_json::Value;
use tokenring_jwk::{Algorithm, KeyOperations, KeyUse};

use super::incident::Incident;
use crate::{Rule, UnverifiedJwt};

/// RFC 7523 section 2.2.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Whether the assertion keeps a rule that can be judged by it alone, without clock or file.
pub(super) fn keeps(incident: &Incident<'_>, rule: Rule) -> bool {
    incident.assertion.is_some_and(|jwt| is_kept(jwt, rule))
        || incident
            .form
            .is_some_and(|form| is_kept_by_form(incident, form, rule))
        || is_kept_by_keys(incident, rule)
}

/// Whether the published JWK of the key that signed shows that a rule is kept.
fn is_kept_by_keys(incident: &Incident<'_>, rule: Rule) -> bool {
    let (Some(published), Some(own)) = (incident.published, incident.own_key) else {
        return false;
    };
    let rules = incident.gateway.key();
    // Where a JWK Set is registered, it may be another than the one that is known here.
    if rule != Rule::KeyUse || rules.registers_jwk_set() {
        return false;
    }
    let mut keys = published.keys.keys().iter();
    keys.any(|jwk| {
        jwk.public_key() == own
            && jwk.key_use() == Some(KeyUse::Signature)
            && jwk.operations() == KeyOperations::Verify
    })
}

/// Whether the assertion is a signed JWT as it should be. A server whose words are known may mean
/// something else by that.
pub(super) fn is_well_formed(incident: &Incident<'_>) -> bool {
    let is_whole =
        |jwt: &UnverifiedJwt| jwt.irregularities().is_empty() && jwt.signature().is_some();
    incident.assertion.is_some_and(is_whole)
}

/// Whether the form alone shows that a rule is kept, or that another one is broken.
fn is_kept_by_form(incident: &Incident<'_>, form: &[(String, String)], rule: Rule) -> bool {
    let value = |name: &str| {
        let found = form.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    };
    let has = |name: &str| value(name).is_some_and(|value| !value.is_empty());
    match rule {
        Rule::GrantTypeAbsent => has("grant_type"),
        Rule::GrantType => !has("grant_type"),
        Rule::ClientAssertionType => value("client_assertion_type") == Some(ASSERTION_TYPE),
        // The form that is shown here can have another text, or none, in the assertion's place.
        Rule::ClientAssertionAbsent => {
            has("client_assertion") || has("assertion") || incident.assertion.is_some()
        }
        Rule::ClientIdAbsent => has("client_id"),
        Rule::SecretAbsent => {
            let mut secrets = incident.gateway.request().secret_parameters().iter();
            secrets.all(|name| has(name))
        }
        Rule::ClientId => value("client_id").is_none_or(|sent| incident.claim("iss") == Some(sent)),
        Rule::ScopeAbsent => has("scope"),
        // What has a form was sent as one, by POST.
        Rule::ContentType | Rule::Method => ["client_assertion", "assertion"]
            .iter()
            .any(|name| value(name).is_some()),
        Rule::DuplicateParameter => super::beside::repeated(incident).is_none(),
        _ => false,
    }
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
        Rule::AudienceList => !matches!(claims.get("aud"), Some(Value::Array(_))),
        Rule::ExpiryAbsent => is_there("exp"),
        Rule::ExpiryForm => is_whole("exp"),
        Rule::ExpiryTooLateWithoutIssuedAt | Rule::IssuedAtAbsent => is_there("iat"),
        Rule::IssuedAtForm => is_absent("iat") || is_whole("iat"),
        Rule::IssuedInFuture | Rule::TooOld => is_absent("iat"),
        Rule::NotBeforeAbsent => is_there("nbf"),
        Rule::NotBeforeForm => is_absent("nbf") || is_whole("nbf"),
        Rule::NotYetValid => is_absent("nbf"),
        Rule::JwtIdAbsent | Rule::JwtIdForm => is_text("jti"),
        Rule::AlgorithmName => {
            let algorithm = jwt.header().text("alg");
            algorithm.is_some_and(|name| name.parse::<Algorithm>().is_ok())
        }
        Rule::CriticalExtension => jwt.header().get("crit").is_none(),
        Rule::KeyIdAbsent => names_key(jwt),
        // A header that names no key names no unknown one.
        Rule::UnknownKeyId => !names_key(jwt),
        _ => false,
    }
}

/// Whether anything in the header says which key signed.
pub(super) fn names_key(jwt: &UnverifiedJwt) -> bool {
    let mut names = ["kid", "x5t#S256", "x5t", "x5c", "jwk"].into_iter();
    names.any(|name| jwt.header().get(name).is_some())
}
