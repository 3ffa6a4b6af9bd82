//! `/-/requests`: what came in, how it was judged and answered, without anything secret.

use hyper::StatusCode;
use serde_json::Value;

use super::{Refused, malformed};
use crate::answer::Answer;
use crate::journal::KEPT_EVENTS;
use crate::page::event_value;
use crate::state::State;

/// The requests that are kept, the oldest first; `after`, `client` and `kind` choose some.
pub(super) fn list(state: &State, query: &str) -> Result<Answer, Refused> {
    let mut after = 0;
    let mut client = None;
    let mut kind = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "after" => {
                let number = value.parse::<u64>();
                after = number
                    .map_err(|_| malformed("after is no number; wanted: that of a request"))?;
            }
            "client" => client = Some(value.into_owned()),
            "kind" if ["token", "api", "introspection", "other"].contains(&value.as_ref()) => {
                kind = Some(value.into_owned());
            }
            "kind" => {
                let what = "unknown kind; wanted: token, api, introspection or other";
                return Err(malformed(what));
            }
            _ => {
                let what = format!("unknown parameter `{name}`; wanted: after, client or kind");
                return Err(malformed(what));
            }
        }
    }
    let entries = state.journal.after(after, KEPT_EVENTS);
    let next = entries.last().map_or(after, |(number, _)| *number);
    let shown = entries.iter().map(event_value);
    let is = |value: &Value, name: &str, wanted: &Option<String>| match wanted {
        Some(wanted) => value.get(name).and_then(Value::as_str) == Some(wanted),
        None => true,
    };
    let shown = shown.filter(|it| is(it, "clientId", &client) && is(it, "kind", &kind));
    let journal = &state.journal;
    Ok(Answer::json(
        StatusCode::OK,
        &[
            ("tokenRequests", journal.token_requests().into()),
            ("issuedTokens", journal.issued_tokens().into()),
            ("apiCalls", journal.api_calls().into()),
            ("next", next.into()),
            ("requests", shown.collect()),
        ],
    ))
}

pub(super) fn clear(state: &State) -> Answer {
    state.journal.clear();
    Answer::empty(StatusCode::NO_CONTENT)
}
