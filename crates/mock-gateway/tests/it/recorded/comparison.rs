//! Whether two answers are the same, but for what differs from one token to the next.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Replay;
use crate::http::Answer;
use crate::preset::Preset;

/// Members whose values are new each time.
const NEW_EACH_TIME: [&str; 2] = ["access_token", "id_token"];

/// Replays all rows at one gateway and returns what differs, row by row.
pub(super) fn differences(preset: &Preset, replays: &[Replay]) -> Vec<String> {
    let mut differences = Vec::new();
    for replay in replays {
        let mut answer = None;
        for request in &replay.requests {
            answer = Some(request.send(preset));
        }
        if let Some(difference) = difference(replay, &answer.unwrap()) {
            differences.push(format!("{}: {difference}", replay.label));
        }
    }
    differences
}

fn difference(replay: &Replay, answer: &Answer) -> Option<String> {
    if answer.status != replay.status {
        let body = String::from_utf8_lossy(&answer.body);
        return Some(format!(
            "{} {body} for {} {}",
            answer.status, replay.status, replay.body
        ));
    }
    let found = body_of(answer);
    if canonical(&found) != canonical(&replay.body) {
        return Some(format!("{found} for {}", replay.body));
    }
    for (name, value) in &replay.headers {
        let found = answer.header(&name.to_ascii_lowercase());
        if found != Some(value) {
            return Some(format!("{name}: {found:?} for {value:?}"));
        }
    }
    None
}

fn body_of(answer: &Answer) -> Value {
    let text = answer.text();
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// The body with a scope's names in order and without what no other answer has.
fn canonical(body: &Value) -> Value {
    let Value::Object(members) = body else {
        return body.clone();
    };
    let mut members = members.clone();
    for name in NEW_EACH_TIME {
        if let Some(value) = members.get_mut(name) {
            let is_there = value.as_str().is_some_and(|token| !token.is_empty());
            *value = Value::from(is_there);
        }
    }
    // A second may go by while a server answers.
    if let Some(left) = members.get_mut("expires_in").filter(|left| *left == 289) {
        *left = Value::from(290);
    }
    if let Some(Value::String(scope)) = members.get_mut("scope") {
        let names: BTreeSet<&str> = scope.split(' ').collect();
        *scope = names.into_iter().collect::<Vec<_>>().join(" ");
    }
    Value::Object(members)
}
