//! What a rule's sentence leaves open and the request shows.

use super::Cause;
use super::incident::Incident;
use crate::{DateUnit, KeyIdScheme, Remedy, Rule, TextPart};

/// A cause with its rule's sentence, without what this request rules out.
pub(super) fn narrowed(cause: Cause, incident: &Incident<'_>) -> Cause {
    let Some(rule) = cause.rule() else {
        return cause;
    };
    let mut parts = cause.explanation().parts().iter();
    let is_general =
        matches!(parts.next(), Some(TextPart::Plain(text)) if text.as_ref() == rule.cause());
    let Some(sentence) = sentence(rule, incident).filter(|_| is_general) else {
        return cause;
    };
    let explanation = cause.explanation().beginning_with(sentence);
    cause.explained(explanation)
}

/// A cause without the environments that a gateway does not have.
pub(super) fn of_one_environment(cause: Cause, incident: &Incident<'_>) -> Cause {
    if incident.gateway.environments().len() != 1 {
        return cause;
    }
    let has_variables = !incident.gateway.variables().is_empty();
    let remedy = match cause.remedy() {
        Remedy::CompareClientId => Remedy::CompareClientIdOnly,
        Remedy::CompareClientIds => Remedy::CompareClientIdsOnly,
        Remedy::CompareTokenUrl => Remedy::CompareAddress { has_variables },
        _ => return cause,
    };
    cause.mended_by(remedy)
}

fn sentence(rule: Rule, incident: &Incident<'_>) -> Option<&'static str> {
    let claim = |name| incident.assertion.map(|jwt| jwt.claims().get(name));
    let if_absent = |name, absent: Rule| claim(name)?.is_none().then(|| absent.cause());
    match rule {
        Rule::ClientAssertionType => {
            incident.form?;
            Some(match incident.form_value("client_assertion_type") {
                None => "The request has no client_assertion_type.",
                Some(_) => "The request's client_assertion_type is not that of a JWT.",
            })
        }
        Rule::IssuedInFuture => {
            let issued_at = claim("iat")??.as_f64();
            let unit = DateUnit::of(issued_at.unwrap_or_default());
            Some(match unit {
                DateUnit::Seconds => {
                    "The assertion was issued in the future: the clock of the machine that made \
                     it is fast."
                }
                _ => "The assertion was issued in the future, because its iat is not in seconds.",
            })
        }
        Rule::ExpiryForm => if_absent("exp", Rule::ExpiryAbsent),
        Rule::IssuedAtForm => if_absent("iat", Rule::IssuedAtAbsent),
        Rule::NotBeforeForm => if_absent("nbf", Rule::NotBeforeAbsent),
        Rule::JwtIdForm => if_absent("jti", Rule::JwtIdAbsent),
        Rule::JwtIdAbsent => claim("jti")?.map(|_| Rule::JwtIdForm.cause()),
        Rule::KeyIdAbsent if !incident.gateway.key().finds_by_key_id() => {
            Some(match incident.gateway.key().id_scheme() {
                KeyIdScheme::PublicKey => {
                    "The assertion's header does not have the public key, by which this gateway \
                     finds it."
                }
                KeyIdScheme::None => "The assertion's header does not say which key signed it.",
                _ => {
                    "The assertion's header does not name the certificate of the key, by which \
                     this gateway finds it."
                }
            })
        }
        Rule::KeyIdAbsent => incident
            .header("kid")
            .map(|_| "The assertion's header does not say which key signed it."),
        Rule::UnknownClient if incident.gateway.environments().len() == 1 => Some(
            "The gateway knows no client of this identifier: it is misspelt, or its registration \
             has not arrived everywhere yet.",
        ),
        Rule::UnknownKeyId => {
            let jwt = incident.assertion?;
            jwt.header().get("kid").is_none().then_some(
                "The gateway has no public key of this client by the name in the assertion's \
                 header.",
            )
        }
        _ => None,
    }
}
