use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::Answer;
use crate::recorded_row::Expected;

/// How an answer differs from the expected one: in status, a header or the body. Tokens differ
/// always, and the order of the names in `scope` from server to server.
pub(super) fn difference(expected: &Expected, answer: &Answer) -> Option<String> {
    let (status, text) = (answer.status, answer.text());
    let (recorded, headers, body) = match expected {
        Expected::Token => return (status != 200).then(|| format!("status {status}: {text}")),
        Expected::AnyRefusal => return (status < 300).then(|| "not refused".to_owned()),
        Expected::Recorded {
            status,
            headers,
            body,
        } => (*status, headers, body),
    };
    if status != recorded {
        return Some(format!("status {status} for {recorded}: {text}"));
    }
    for (name, recorded) in headers {
        let recorded = recorded.as_str().map(comparable_header);
        let found = answer.header(name).map(comparable_header);
        if found != recorded {
            return Some(format!("{name}: {found:?} for {recorded:?}"));
        }
    }
    let (recorded, mut found) = (comparable(body), comparable(&text));
    // A second or two may go by while a busy machine answers.
    let seconds = |value: &Value| value.get("expires_in").and_then(Value::as_i64);
    if let (Some(wanted), Some(left)) = (seconds(&recorded), seconds(&found)) {
        if (1..=2).contains(&(wanted - left)) {
            found["expires_in"] = recorded["expires_in"].clone();
        }
    }
    (recorded != found).then(|| format!("body {found} for {recorded}"))
}

/// Without a session's name.
fn comparable_header(value: &str) -> String {
    let value = value.split(";jsessionid=").next().unwrap_or_default();
    value.to_lowercase()
}

fn comparable(body: &str) -> Value {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else {
        return json!(body);
    };
    for token in ["access_token", "id_token"] {
        if value.get(token).is_some() {
            value[token] = json!("TOKEN");
        }
    }
    if let Some(scope) = value.get("scope").and_then(Value::as_str) {
        let names: BTreeSet<&str> = scope.split(' ').collect();
        value["scope"] = json!(names);
    }
    value
}
