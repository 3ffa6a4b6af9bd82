//! What mends a broken rule at one gateway, with the value that it wants.

use crate::{Endpoint, Gateway, Rule, SubjectRule};

/// The words of the gateway's file, or else the rule's with the gateway's own value in them.
pub(crate) fn remedy(gateway: &Gateway, endpoint: &Endpoint, rule: Rule) -> String {
    let mut refusals = gateway.refusals().iter();
    let row = refusals.find(|refusal| refusal.rule() == Some(rule));
    if let Some(stated) = row.and_then(|refusal| refusal.own_remedy()) {
        return stated.to_owned();
    }
    let specific = match rule {
        Rule::Type => typ(gateway),
        Rule::Audience | Rule::AudienceAbsent => Some(audience(gateway, endpoint)),
        Rule::Algorithm => Some(algorithm(gateway)),
        Rule::UnknownClaim => allowed_claims(gateway),
        Rule::SubjectAbsent => subject(gateway, endpoint),
        _ => None,
    };
    specific.unwrap_or_else(|| rule.remedy().to_owned())
}

fn typ(gateway: &Gateway) -> Option<String> {
    let rules = gateway.assertion();
    let wanted = rules
        .typ()
        .or_else(|| rules.accepted_types().first().map(String::as_str))?;
    Some(format!(
        "Set typ to {wanted}: leave --typ out, or give --typ {wanted}."
    ))
}

fn audience(gateway: &Gateway, endpoint: &Endpoint) -> String {
    let own = endpoint.audience();
    let wanted = match &own {
        Ok(own) if !endpoint.is_audience_replaced() => Some(*own),
        _ => endpoint.accepted_audiences().first().map(String::as_str),
    };
    let Some(wanted) = wanted else {
        return if endpoint.lacks_issuer() {
            "Give the server's issuer identifier with --issuer: it becomes aud.".to_owned()
        } else {
            "Give the token endpoint's URL with --token-url: it becomes aud.".to_owned()
        };
    };
    let mut text =
        format!("Set aud to {wanted}: leave --audience out, or give --audience={wanted}");
    if gateway.environments().len() > 1 {
        text.push_str("; --env chooses another environment");
    }
    text.push('.');
    text
}

fn algorithm(gateway: &Gateway) -> String {
    let algorithms = gateway.assertion().algorithms().iter();
    let names: Vec<&str> = algorithms.map(|known| known.name()).collect();
    format!(
        "Sign with {}: --alg chooses it, and `tokenring generate-keys` makes a key that fits.",
        names.join(" or ")
    )
}

fn allowed_claims(gateway: &Gateway) -> Option<String> {
    let allowed = gateway.assertion().allowed_claims()?;
    Some(format!("Leave it out: allowed are {}.", allowed.join(", ")))
}

fn subject(gateway: &Gateway, endpoint: &Endpoint) -> Option<String> {
    match gateway.assertion().subject_rule() {
        SubjectRule::ClientId => None,
        _ => Some(match endpoint.subject() {
            Some(subject) => format!("Set sub to {subject}: --subject gives it."),
            None => "Set sub to whom the token is for: --subject gives it.".to_owned(),
        }),
    }
}
