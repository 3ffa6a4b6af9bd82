//! What a request has where a rule is broken, and what the rule wants there: for a person.

use core::time::Duration;

use serde_json::Value;
use tokenring_gateway::Rule;

use super::checks::moment;
use super::key_choice::{KeyName, key_name};
use super::relevance::{NAMED_CLAIMS, is_jwt_bearer};
use super::{Case, KeyLookup};
use crate::called_url::shown_url;
use crate::clients::Clients;
use crate::form::Parameter;
use crate::shortened::{shortened_text, shortened_value};
use crate::site::Audience;

/// More of a list is not told.
const MOST_TOLD: usize = 12;

/// A value and the one in whose place it is, with long ones cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Difference {
    pub(crate) found: String,
    pub(crate) wanted: String,
}

/// Tells the difference, of rules where there is one to tell.
pub(crate) fn difference(rule: Rule, case: &Case<'_>, clients: &Clients) -> Option<Difference> {
    let gateway = &case.rulebook.gateway;
    let assertion = gateway.assertion();
    let claim = |name: &str| shown(case.claim(name));
    let parameter = |name: &str| parameter(case, name);
    let client_claim = case.rulebook.client_claim();
    let (found, wanted) = match rule {
        Rule::ContentType => {
            let content_type = case.content_type.map(Value::from);
            let form = text("application/x-www-form-urlencoded");
            let wanted = match gateway.request().json() {
                true => format!("{form} or {}", text("application/json")),
                false => form,
            };
            (shown(content_type.as_ref()), wanted)
        }
        Rule::GrantTypeAbsent | Rule::GrantType if is_jwt_bearer(gateway) => (
            parameter("grant_type"),
            text("urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ),
        Rule::GrantTypeAbsent | Rule::GrantType => {
            (parameter("grant_type"), text("client_credentials"))
        }
        Rule::ClientAssertionType => (
            parameter("client_assertion_type"),
            text("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ),
        Rule::ClientIdAbsent | Rule::ClientId => (parameter("client_id"), claim(client_claim)),
        Rule::ParameterTooLong => {
            let (name, length) = case.form.longest()?;
            let limit = gateway.request().maximum_parameter_characters()?;
            let found = format!("{} with {length} characters", text(name));
            (found, format!("at most {limit} characters"))
        }
        Rule::UnknownClient => {
            let ids = list(clients.ids().map(text));
            (claim(client_claim), one_of("a client that is here", &ids))
        }
        Rule::Algorithm => {
            let accepted = assertion.algorithms().iter();
            let names = list(accepted.map(|algorithm| text(algorithm.name())));
            (shown(case.header("alg")), one_of("", &names))
        }
        Rule::CriticalExtension => (shown(case.header("crit")), "no crit".to_owned()),
        Rule::Type => {
            let types = list(assertion.accepted_types().iter().map(|typ| text(typ)));
            let wanted = if types.is_empty() { text("JWT") } else { types };
            (shown(case.header("typ")), wanted)
        }
        Rule::KeyIdAbsent | Rule::UnknownKeyId => key_ids(case),
        Rule::SubjectPresent => (claim("sub"), "no sub".to_owned()),
        Rule::IssuerNotSubject => {
            let found = format!("iss {}, sub {}", claim("iss"), claim("sub"));
            (found, "the client ID in both".to_owned())
        }
        Rule::AudienceAbsent | Rule::Audience | Rule::AudienceList => {
            (claim("aud"), audiences(case)?)
        }
        Rule::ExpiryForm | Rule::IssuedAtForm | Rule::NotBeforeForm => {
            let name = rule.subject();
            (claim(name), "whole seconds since 1970, a number".to_owned())
        }
        Rule::Expired
        | Rule::ExpiryTooLate
        | Rule::ExpiryTooLateWithoutIssuedAt
        | Rule::IssuedInFuture
        | Rule::TooOld
        | Rule::NotYetValid => (claim(rule.subject()), date_limit(rule, case)?),
        Rule::JwtIdForm => (claim("jti"), "a text".to_owned()),
        Rule::JwtIdLength => {
            let least = assertion.minimum_jwt_id_characters();
            let most = assertion.maximum_jwt_id_characters();
            let wanted = match (least.unwrap_or(1), most) {
                (least, Some(most)) => format!("{least} to {most} characters"),
                (least, None) => format!("at least {least} characters"),
            };
            (claim("jti"), wanted)
        }
        Rule::JwtIdSpent => (claim("jti"), "one that was not sent before".to_owned()),
        Rule::IssuerAbsent => (claim("iss"), "the client ID".to_owned()),
        Rule::SubjectAbsent
        | Rule::ExpiryAbsent
        | Rule::IssuedAtAbsent
        | Rule::NotBeforeAbsent
        | Rule::JwtIdAbsent => {
            let name = rule.subject();
            (claim(name), format!("the claim {name}"))
        }
        Rule::ClaimAbsent => {
            let required = assertion.required_claims().iter();
            let others = required.filter(|name| !NAMED_CLAIMS.contains(&name.as_str()));
            (names(case), list(others.map(|name| text(name))))
        }
        Rule::UnknownHeaderParameter => {
            let allowed = assertion.allowed_header_parameters()?.iter();
            let allowed = list(allowed.map(|name| text(name)));
            let headers = case.assertion.iter().flat_map(|it| it.headers());
            let found = list(headers.map(|(name, _)| text(name)));
            (found, format!("none but {allowed}"))
        }
        Rule::UnknownClaim => {
            let allowed = assertion.allowed_claims()?.iter();
            let allowed = list(allowed.map(|name| text(name)));
            (names(case), format!("none but {allowed}"))
        }
        _ => return None,
    };
    Some(Difference { found, wanted })
}

fn audiences(case: &Case<'_>) -> Option<String> {
    let accepted = case.rulebook.site.accepted_audiences.iter();
    let texts = accepted.filter_map(|audience| match audience {
        Audience::CalledUrl => case.called_url.map(|url| text(&shown_url(url))),
        Audience::Text(audience) => Some(text(audience)),
    });
    let texts = list(texts);
    (!texts.is_empty()).then(|| one_of("", &texts))
}

/// The member that names the key, and what names those that the client has.
fn key_ids(case: &Case<'_>) -> (String, String) {
    let name = key_name(case);
    let member = match name {
        KeyName::CertificateHash(_) => "x5t#S256",
        KeyName::CertificateSha1(_) => "x5t",
        _ => "kid",
    };
    let found = shown(case.header(member));
    let KeyLookup::Found { keys, .. } = &case.keys else {
        return (found, format!("a {member}"));
    };
    let ids = keys.iter().filter_map(|key| match name {
        KeyName::CertificateHash(_) => key.certificate_hash.clone(),
        KeyName::CertificateSha1(_) => key.certificate_sha1.clone(),
        _ => key.key_id.clone(),
    });
    (
        found,
        one_of(
            &format!("a {member} that is registered"),
            &list(ids.map(|id| text(&id))),
        ),
    )
}

/// Where the date would have been right, by the gateway's clock.
fn date_limit(rule: Rule, case: &Case<'_>) -> Option<String> {
    let gateway = &case.rulebook.gateway;
    let (assertion, leeway) = (gateway.assertion(), gateway.assertion().leeway());
    let forgiven = gateway.forgives(rule).unwrap_or_default().as_secs_f64();
    let now = case.now.as_seconds_f64();
    let maximum = |seconds| (Duration::from_secs(seconds) + leeway.lifetime()).as_secs_f64();
    let limit = match rule {
        Rule::Expired => return Some(at("at least", now - forgiven)),
        Rule::TooOld => return Some(at("at least", now - assertion.maximum_age()?.as_secs_f64())),
        Rule::ExpiryTooLate => {
            let starts = assertion.lifetime_counts_from().iter();
            let starts = starts.filter_map(|start| moment(case, *start));
            let earliest = starts.min_by(f64::total_cmp).unwrap_or(now);
            earliest + maximum(assertion.maximum_lifetime()?.as_seconds())
        }
        Rule::ExpiryTooLateWithoutIssuedAt => {
            now + maximum(assertion.maximum_lifetime_without_issued_at()?.as_seconds())
        }
        _ => now + forgiven,
    };
    Some(at("at most", limit))
}

fn at(side: &str, seconds: f64) -> String {
    format!("{side} {seconds:.0}")
}

fn parameter(case: &Case<'_>, name: &str) -> String {
    match case.parameter(name) {
        Parameter::Absent => shown(None),
        Parameter::Once(value) => text(value),
        Parameter::Repeated => "the parameter twice".to_owned(),
    }
}

/// The claims that the assertion has.
fn names(case: &Case<'_>) -> String {
    let claims = case
        .assertion
        .iter()
        .flat_map(|assertion| assertion.claims());
    list(claims.map(|(name, _)| text(name)))
}

/// As JSON, so that a text is told from a number.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(value) => shortened_value(value).to_string(),
    }
}

fn text(text: &str) -> String {
    Value::from(shortened_text(text)).to_string()
}

fn list(values: impl Iterator<Item = String>) -> String {
    let mut told: Vec<String> = values.take(MOST_TOLD + 1).collect();
    if told.len() > MOST_TOLD {
        told.truncate(MOST_TOLD);
        told.push("…".to_owned());
    }
    told.join(", ")
}

/// What is wanted, with the values that are right where they are known.
fn one_of(kind: &str, values: &str) -> String {
    match (kind, values) {
        ("", values) => values.to_owned(),
        (kind, "") => kind.to_owned(),
        (kind, values) => format!("{kind}: {values}"),
    }
}
