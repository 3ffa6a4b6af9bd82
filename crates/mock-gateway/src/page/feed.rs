//! What the page asks for: the events after those that it has, as soon as there are any.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use hyper::StatusCode;
use serde_json::{Map, Value, json};
use tokenring_gateway::{Gateway, Remedy, Rule};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::event::{Event, EventKind};
use crate::journal::Entry;
use crate::rulebook::Step;
use crate::state::State;

/// How long a request waits for news: shorter than a connection or a proxy would.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many events one answer holds; the page asks for the rest at once.
const MOST_EVENTS: usize = 100;

/// Waits for an event with a number above the one in the query, `after=NUMBER`.
///
/// A page that has nothing yet sends no query, and is told about the gateway first.
pub(super) async fn answer(state: &State, query: Option<&str>) -> Answer {
    let query = query.unwrap_or_default().as_bytes();
    let after = form_urlencoded::parse(query)
        .find(|(name, _)| name == "after")
        .and_then(|(_, value)| value.parse::<u64>().ok());
    let mut latest = state.journal.watch();
    let entries = match after {
        None => state.journal.after(0, MOST_EVENTS),
        Some(after) => {
            // No news in that time is an answer too: the page asks again.
            let is_later = latest.wait_for(|number| *number > after);
            let _ = timeout(PATIENCE, is_later).await;
            state.journal.after(after, MOST_EVENTS)
        }
    };
    let next = entries
        .last()
        .map_or(after.unwrap_or(0), |(number, _)| *number);
    let mut members = Map::new();
    members.insert("run".to_owned(), state.run_id().into());
    members.insert("next".to_owned(), next.into());
    if after.is_none() {
        let mounts = state.mounts.iter().map(|mount| {
            let mut value = gateway_members(&mount.state);
            value.insert("path".to_owned(), mount.path.as_str().into());
            value
        });
        let mut gateway = gateway_members(state);
        gateway.insert("mounts".to_owned(), mounts.collect());
        members.insert("gateway".to_owned(), gateway.into());
    }
    let events = entries.iter().map(event_value).collect();
    members.insert("events".to_owned(), Value::Array(events));
    Answer::new(
        StatusCode::OK,
        "application/json",
        Value::Object(members).to_string().into_bytes(),
    )
}

fn gateway_members(state: &State) -> Map<String, Value> {
    let (gateway, site) = (&state.rulebook.gateway, &state.rulebook.site);
    let words = state.remedy_words;
    let rules: Map<String, Value> = state
        .rulebook
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Judge { rule, .. } => {
                Some((rule.name().to_owned(), rule_value(gateway, *rule, words)))
            }
            Step::SpendJwtId | Step::LoadKeys => None,
        })
        .collect();
    let members = [
        ("name", gateway.name().into()),
        ("title", gateway.title().into()),
        ("environment", site.environment.as_str().into()),
        ("tokenUrl", site.token_url().into()),
        ("audience", site.audience().into()),
        ("issuer", site.issuer.clone().into()),
        (
            "clients",
            state.clients.now().ids().collect::<Vec<_>>().into(),
        ),
        ("faults", state.faults.words().into()),
        ("rules", rules.into()),
    ];
    let named = members.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What the rule means: in the words of the gateway's file, where that has any.
fn rule_value(gateway: &Gateway, rule: Rule, words: fn(&Remedy) -> String) -> Value {
    let mut rows = gateway.refusals().iter();
    let (cause, remedy) = match rows.find(|row| row.rule() == Some(rule)) {
        Some(row) => (row.cause().to_string(), row.remedy()),
        None => (rule.cause().to_owned(), rule.remedy()),
    };
    json!({ "about": rule.subject(), "cause": cause, "remedy": words(&remedy) })
}

pub(crate) fn event_value((number, event): &Entry) -> Value {
    let since_1970 = event.time().duration_since(UNIX_EPOCH).unwrap_or_default();
    let parsed = |text: Option<&str>| {
        text.and_then(|text| serde_json::from_str::<Value>(text).ok())
            .unwrap_or_default()
    };
    let judgements = event.judgements().iter();
    json!({
        "number": number,
        "time": u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX),
        "kind": kind_name(event),
        "method": event.method(),
        "path": shown_path(event.path()),
        "mount": event.mount(),
        "status": event.status(),
        "clientId": event.client_id(),
        "refusal": event.refusal().map(|refusal| json!({
            "rule": refusal.rule(),
            "words": refusal.to_string(),
            "hasKnownWords": refusal.has_known_words(),
        })),
        "calledUrl": event.called_url(),
        "found": event.found(),
        "wanted": event.wanted(),
        "header": parsed(event.header()),
        "claims": parsed(event.claims()),
        "judgements": judgements
            .map(|each| json!([each.rule(), each.verdict().name()]))
            .collect::<Vec<_>>(),
        "answer": event.answer(),
        "fault": event.fault(),
        "note": event.note(),
    })
}

fn kind_name(event: &Event) -> &'static str {
    match event.kind() {
        EventKind::TokenRequest => "token",
        EventKind::Introspection => "introspection",
        EventKind::ApiCall => "api",
        EventKind::Other | EventKind::ProxyRefusal | EventKind::TlsFailure => "other",
    }
}

fn shown_path(path: &str) -> String {
    path.chars().take(200).collect()
}
