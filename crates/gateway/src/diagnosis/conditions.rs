//! Which entries of a file the request cannot have met, by what is known of it here.

use std::borrow::Cow;

use serde_json::Value;

use super::beside;
use super::incident::Incident;
use crate::{Condition, Refusal, RefusalCase, RequestPart, Rule, TypRule};

/// The entries that this request can have met.
pub(super) fn possible<'g>(
    mut known: Vec<&'g Refusal>,
    incident: &Incident<'_>,
) -> Vec<&'g Refusal> {
    known.retain(|refusal| may_hold(refusal, incident));
    let (left, out): (Vec<&Refusal>, Vec<&Refusal>) = known
        .into_iter()
        .partition(|refusal| is_open(refusal, incident));
    // Where no other entry is left the server still says what it is about.
    match left.is_empty() {
        true => out
            .into_iter()
            .filter(|each| each.rule().is_some())
            .collect(),
        false => left,
    }
}

/// Whether an entry can be the answer to this request: no condition of it is known not to hold.
///
/// What the server alone knows, such as the client's registration, rules nothing out.
fn may_hold(refusal: &Refusal, incident: &Incident<'_>) -> bool {
    all_hold(refusal.when(), incident) != Some(false)
}

/// Whether what an entry says of the request can be so: not all of its cases are ruled out, nor
/// does the file itself take what was sent.
pub(super) fn is_open(refusal: &Refusal, incident: &Incident<'_>) -> bool {
    let may_be = |case: &RefusalCase| all_hold(case.when(), incident) != Some(false);
    let cases = refusal.cases();
    (cases.is_empty() || cases.iter().any(may_be))
        && !refusal.rule().is_some_and(|rule| is_kept(rule, incident))
}

/// The case of an entry that this request is known to be of.
pub(super) fn case_of<'r>(
    refusal: &'r Refusal,
    incident: &Incident<'_>,
) -> Option<&'r RefusalCase> {
    let mut open = refusal.cases().iter().filter_map(|case| {
        let verdict = all_hold(case.when(), incident);
        (verdict != Some(false)).then_some((case, verdict))
    });
    // One that is known to hold, or the only one that is left.
    match (open.next()?, open.next()) {
        ((case, Some(true)), _) | ((case, None), None) => Some(case),
        _ => None,
    }
}

/// Whether the file itself says that what was sent is taken.
fn is_kept(rule: Rule, incident: &Incident<'_>) -> bool {
    let rules = incident.gateway.assertion();
    let claims = incident.assertion.map(|jwt| jwt.claims());
    let is_absent = |name| claims.is_some_and(|claims| claims.get(name).is_none());
    match rule {
        // Others than these say so of a claim that is not there.
        Rule::ExpiryForm => is_absent("exp"),
        Rule::IssuedAtForm => is_absent("iat"),
        Rule::NotBeforeForm => is_absent("nbf"),
        Rule::JwtIdForm => is_absent("jti"),
        Rule::JwtIdAbsent => claims.is_some() && !is_absent("jti"),
        Rule::Algorithm => {
            let working = incident.gateway.key().algorithms();
            incident.algorithm().is_some_and(|sent| {
                rules.algorithms().contains(&sent)
                    && working.is_none_or(|working| working.contains(&sent))
            })
        }
        Rule::Type => {
            let sent = incident.header("typ");
            rules.typ_rule() != TypRule::Ignored
                && sent.is_some_and(|sent| rules.accepts_type(sent))
        }
        Rule::UnknownClaim => incident.assertion.is_some_and(|jwt| {
            let allowed = rules.allowed_claims().unwrap_or_default();
            let mut names = jwt.claims().iter().map(|(name, _)| name);
            !allowed.is_empty() && names.all(|name| allowed.iter().any(|each| each == name))
        }),
        Rule::UnknownHeaderParameter => incident.assertion.is_some_and(|jwt| {
            let allowed = rules.allowed_header_parameters().unwrap_or_default();
            let mut names = jwt.header().iter().map(|(name, _)| name);
            !allowed.is_empty() && names.all(|name| allowed.iter().any(|each| each == name))
        }),
        _ => false,
    }
}

/// Whether all conditions hold, as far as that is known.
fn all_hold(conditions: &[Condition], incident: &Incident<'_>) -> Option<bool> {
    let mut all = Some(true);
    for condition in conditions {
        match holds(condition, incident) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn holds(condition: &Condition, incident: &Incident<'_>) -> Option<bool> {
    let value = match condition.part() {
        RequestPart::Form(name) if is_known(name, condition, incident) => {
            incident.form_value(name).map(Cow::Borrowed)
        }
        RequestPart::RepeatedParameter if incident.form.is_some() => {
            beside::repeated(incident).map(Cow::Borrowed)
        }
        RequestPart::Header(name) => incident.assertion?.header().get(name).map(written),
        RequestPart::Claim(name) => incident.assertion?.claims().get(name).map(written),
        _ => return None,
    };
    Some(condition.holds(value.as_deref()))
}

/// Whether the form tells if a parameter was sent, and with which value.
fn is_known(name: &str, condition: &Condition, incident: &Incident<'_>) -> bool {
    let Some(form) = incident.form else {
        return false;
    };
    let mut values = form.iter().filter(|(other, _)| other == name);
    match name {
        // They may be left out of the form that is given here.
        "assertion" | "client_assertion" => values.next().is_some(),
        _ if condition.compares() => true,
        // Servers differ in whether an empty parameter counts as sent.
        _ if incident.gateway.request().counts_empty(name) => true,
        _ => values.all(|(_, value)| !value.is_empty()),
    }
}

/// A member as a condition compares it: texts without quotation marks, lists with commas.
fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(elements) => {
            let elements: Vec<Cow<'_, str>> = elements.iter().map(written).collect();
            Cow::Owned(elements.join(", "))
        }
        other => Cow::Owned(other.to_string()),
    }
}
