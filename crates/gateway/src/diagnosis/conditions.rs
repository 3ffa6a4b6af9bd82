//! Which entries of a file the request cannot have met, by what is known of it here.

use std::borrow::Cow;

use serde_json::Value;

use super::beside;
use super::incident::Incident;
use crate::{Condition, Refusal, RequestPart};

/// Whether no condition of an entry is known not to hold.
///
/// What the server alone knows, such as the client's registration, rules nothing out.
pub(super) fn may_hold(refusal: &Refusal, incident: &Incident<'_>) -> bool {
    let mut conditions = refusal.when().iter();
    !conditions.any(|condition| fails(condition, incident))
}

fn fails(condition: &Condition, incident: &Incident<'_>) -> bool {
    let value = match condition.part() {
        RequestPart::Form(name) if is_known(name, incident) => {
            incident.form_value(name).map(Cow::Borrowed)
        }
        RequestPart::RepeatedParameter => match beside::repeated(incident) {
            Some(name) => Some(Cow::Borrowed(name)),
            None => return false,
        },
        RequestPart::Header(name) => match incident.assertion {
            Some(jwt) => jwt.header().get(name).map(written),
            None => return false,
        },
        RequestPart::Claim(name) => match incident.assertion {
            Some(jwt) => jwt.claims().get(name).map(written),
            None => return false,
        },
        _ => return false,
    };
    !condition.holds(value.as_deref())
}

/// Whether the form tells if a parameter was sent, and with which value.
fn is_known(name: &str, incident: &Incident<'_>) -> bool {
    let Some(form) = incident.form else {
        return false;
    };
    let mut values = form.iter().filter(|(other, _)| other == name);
    match name {
        // They may be left out of the form that is given here.
        "assertion" | "client_assertion" => values.next().is_some(),
        // Servers differ in whether an empty parameter counts as sent.
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
