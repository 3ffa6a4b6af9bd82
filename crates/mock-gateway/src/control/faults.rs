//! `/-/faults`: what goes wrong, and the answers that the next token requests get.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::{Refused, malformed};
use crate::answer::Answer;
use crate::client_file::kind;
use crate::faults::Faults;
use crate::planned_answer::PlannedAnswer;
use crate::state::State;

const MOST_ANSWERS: usize = 1000;
const MOST_TIMES: u64 = 1_000_000;
const MEMBERS: &str = "`faults`, a text such as \"429=2,slow=3\", and `answers`, a list";
const OF_ANSWER: &str = "`status`, `headers`, `body` and `times`";

pub(super) fn show(state: &State) -> Answer {
    let planned = state.faults.planned();
    let answers = planned.iter().map(|(answer, times)| {
        // The body is the sender's own and may hold a token.
        json!({ "status": answer.status(), "times": times })
    });
    Answer::json(
        StatusCode::OK,
        &[
            ("faults", state.faults.words().into()),
            ("answers", answers.collect()),
        ],
    )
}

/// Puts these in the place of those that were set before.
pub(super) fn put(state: &State, root: &Value) -> Result<Answer, Refused> {
    let members = root
        .as_object()
        .ok_or_else(|| malformed(format!("the body is {}; wanted: {MEMBERS}", kind(root))))?;
    let known = ["faults", "answers"];
    if let Some(stray) = members.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(malformed(format!(
            "unknown key `{stray}`; wanted: {MEMBERS}"
        )));
    }
    let faults: Faults = match members.get("faults") {
        None => Faults::none(),
        Some(Value::String(list)) => list
            .parse()
            .map_err(|error: crate::FaultError| malformed(error.to_string()))?,
        Some(other) => {
            let found = kind(other);
            return Err(malformed(format!("faults is {found}; wanted: {MEMBERS}")));
        }
    };
    let answers = match members.get("answers") {
        None => Vec::new(),
        Some(Value::Array(items)) if items.len() <= MOST_ANSWERS => read_all(items)?,
        Some(Value::Array(items)) => {
            let count = items.len();
            let what = format!("answers has {count} items; wanted: at most {MOST_ANSWERS}");
            return Err(malformed(what));
        }
        Some(other) => {
            let found = kind(other);
            return Err(malformed(format!("answers is {found}; wanted: {MEMBERS}")));
        }
    };
    let set = state.set_faults(faults);
    set.map_err(|error| malformed(error.to_string()))?;
    state.faults.plan(answers);
    Ok(show(state))
}

pub(super) fn clear(state: &State) -> Result<Answer, Refused> {
    let set = state.set_faults(Faults::none());
    set.map_err(|error| malformed(error.to_string()))?;
    state.faults.plan(Vec::new());
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn read_all(items: &[Value]) -> Result<Vec<(PlannedAnswer, u32)>, Refused> {
    let mut answers = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let read = read(item);
        answers.push(read.map_err(|what| malformed(format!("answers[{index}]: {what}")))?);
    }
    Ok(answers)
}

fn read(item: &Value) -> Result<(PlannedAnswer, u32), String> {
    let Some(members) = item.as_object() else {
        return Err(format!(
            "is {}; wanted: an object with {OF_ANSWER}",
            kind(item)
        ));
    };
    let known = ["status", "headers", "body", "times"];
    if let Some(stray) = members.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("unknown key `{stray}`; wanted: {OF_ANSWER}"));
    }
    let status = match members.get("status") {
        None => 200,
        Some(value) => value
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .ok_or_else(|| {
                format!(
                    "status is {}; wanted: a number from 200 to 599",
                    kind(value)
                )
            })?,
    };
    let times = match members.get("times") {
        None => 1,
        Some(value) => {
            let times = value
                .as_u64()
                .filter(|times| (1..=MOST_TIMES).contains(times));
            let times = times.and_then(|times| u32::try_from(times).ok());
            times
                .ok_or_else(|| format!("times is wrong; wanted: a number from 1 to {MOST_TIMES}"))?
        }
    };
    let body = match members.get("body") {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let words = |error: crate::Error| error.to_string();
    let mut answer = PlannedAnswer::new(status, body).map_err(words)?;
    for (name, value) in headers(members)? {
        answer = answer.with_header(name, value).map_err(words)?;
    }
    Ok((answer, times))
}

fn headers(members: &Map<String, Value>) -> Result<Vec<(&str, &str)>, String> {
    let mut read = Vec::new();
    match members.get("headers") {
        None => {}
        Some(Value::Object(headers)) => {
            for (name, value) in headers {
                let text = value.as_str().ok_or_else(|| {
                    let found = kind(value);
                    format!("header {name:?} is {found}; wanted: a text")
                })?;
                read.push((name.as_str(), text));
            }
        }
        Some(other) => {
            let found = kind(other);
            return Err(format!("headers is {found}; wanted: an object with texts"));
        }
    }
    Ok(read)
}
