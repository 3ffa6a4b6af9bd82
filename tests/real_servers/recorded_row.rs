use integration_tests::fixtures;
use serde_json::{Map, Value, json};

/// A row of `tests/fixtures/recorded-answers`; `PROVENANCE.md` there describes it.
#[derive(Clone)]
pub(crate) struct RecordedRow {
    /// Where it is from.
    pub(crate) file: &'static str,
    pub(crate) label: String,
    /// What is really wrong; `None` where a token came.
    pub(crate) cause: Option<String>,
    /// How the client is registered, in the words of the row's server.
    pub(crate) client: Value,
    pub(crate) request: RequestChanges,
    pub(crate) before: Option<RequestChanges>,
    pub(crate) times: u64,
    pub(crate) answer: Expected,
}

/// What the server is to answer.
#[derive(Clone)]
pub(crate) enum Expected {
    Recorded {
        status: u16,
        headers: Map<String, Value>,
        body: String,
    },
    Token,
    AnyRefusal,
}

/// How a request departs from the right one.
#[derive(Clone, Default)]
pub(crate) struct RequestChanges {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) form: Map<String, Value>,
    pub(crate) http: Map<String, Value>,
    pub(crate) key: Option<String>,
    pub(crate) algorithm: Option<String>,
    pub(crate) damage: Option<String>,
    pub(crate) dpop: Option<Value>,
}

/// The rows of a recording of Keycloak.
pub(crate) fn of_keycloak(file: &'static str) -> Vec<RecordedRow> {
    let rows = fixtures::json(&format!("recorded-answers/{file}.json"));
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| RecordedRow {
        file,
        label: text_of(row, "label").unwrap(),
        cause: text_of(row, "cause"),
        client: row["client"].clone(),
        request: changes(row),
        before: row.get("before").map(changes),
        times: row["times"].as_u64().unwrap_or(1),
        answer: Expected::Recorded {
            status: u16::try_from(row["status"].as_u64().unwrap()).unwrap(),
            headers: object(&row["headers"]),
            body: text_of(row, "body").unwrap(),
        },
    })
    .collect()
}

/// The rows of a recording of another server, with its URLs, and those of a host of JWK Sets,
/// replaced. `client` says what the words for a registration stand for.
pub(crate) fn of_others(
    file: &'static str,
    replaced: &[(&str, &str)],
    client: impl Fn(&str) -> Value,
) -> Vec<RecordedRow> {
    let mut text = fixtures::text(&format!("recorded-answers/{file}.json"));
    for (recorded, own) in replaced {
        text = text.replace(recorded, own);
    }
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let rows = rows.iter();
    rows.map(|row| {
        let label = text_of(row, "label").unwrap();
        let client = match label.as_str() {
            "unknown client" => json!({ "absent": true }),
            _ => client(row["client"].as_str().unwrap_or_default()),
        };
        RecordedRow {
            file,
            label,
            cause: text_of(row, "rule"),
            client,
            request: other_changes(&row["changed"]),
            before: None,
            times: row["times"].as_u64().unwrap_or(1),
            answer: Expected::Recorded {
                status: u16::try_from(row["status"].as_u64().unwrap()).unwrap(),
                headers: object(&row["headers"]),
                body: match &row["body"] {
                    Value::String(body) => body.clone(),
                    body => body.to_string(),
                },
            },
        }
    })
    .collect()
}

fn other_changes(changed: &Value) -> RequestChanges {
    let mut changes = RequestChanges {
        header: plain(&changed["header"]),
        claims: plain(&changed["claims"]),
        form: plain(&changed["form"]),
        ..RequestChanges::default()
    };
    for name in changed["drop"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap().to_owned();
        changes.form.insert(name, Value::Null);
    }
    if let Some(text) = changed.get("assertion_text") {
        let name = "client_assertion".to_owned();
        changes.form.insert(name, text.clone());
    }
    for (name, own) in [
        ("ct", "content-type"),
        ("raw", "body"),
        ("method", "method"),
        ("url", "url"),
    ] {
        if let Some(value) = changed.get(name) {
            changes.http.insert(own.to_owned(), value.clone());
        }
    }
    changes.algorithm = text_of(&changed["header"], "alg");
    let key = match changes.algorithm.as_deref() {
        Some("ES256") => Some("p256-a"),
        Some("EdDSA") => Some("ed25519-a"),
        _ => changed.get("key").map(|_| "rsa2048-x"),
    };
    changes.key = key.map(str::to_owned);
    changes
}

/// `absent` is null, and a date a number of seconds from now.
fn plain(changes: &Value) -> Map<String, Value> {
    let mut changes = object(changes);
    for value in changes.values_mut() {
        let text = value.as_str().unwrap_or_default();
        if text == "absent" {
            *value = Value::Null;
        } else if let Some(seconds) = text.strip_prefix("now") {
            let seconds: i64 = seconds.parse().unwrap();
            *value = json!({ "now": seconds });
        }
    }
    changes
}

fn changes(row: &Value) -> RequestChanges {
    RequestChanges {
        header: object(&row["header"]),
        claims: object(&row["claims"]),
        form: object(&row["form"]),
        http: object(&row["http"]),
        key: text_of(&row["sign"], "key"),
        algorithm: text_of(&row["sign"], "alg"),
        damage: text_of(row, "damage"),
        dpop: row.get("dpop").cloned(),
    }
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
