//! The recorded answers, in either form: see PROVENANCE.md next to them.

use serde_json::{Map, Value, json};

use super::sent::{NOW, Sent};
use super::truth;

/// A request that was refused, and what the server answered.
pub(super) struct Row {
    pub(super) file: &'static str,
    pub(super) label: String,
    /// What is really wrong.
    pub(super) truth: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) sent: Sent,
}

/// A file of recorded answers, and the server that they are of.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) gateway: &'static str,
    /// The issuer, as the server writes it.
    pub(super) issuer: &'static str,
    pub(super) token_endpoint: &'static str,
    pub(super) client: &'static str,
}

impl File {
    /// The refused rows, with these texts in place of those in the file.
    pub(super) fn rows(&self, replaced: &[(&str, &str)]) -> Vec<Row> {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/fixtures/recorded-answers"
        );
        let text = std::fs::read_to_string(format!("{folder}/{}.json", self.name)).unwrap();
        let text = text.replace("${client}", self.client);
        let text = text.replace("${CLIENT}", &self.client.to_uppercase());
        let mut rows: Value = serde_json::from_str(&text).unwrap();
        let labels: Vec<String> = list(&rows)
            .iter()
            .map(|row| text_of(&row["label"]))
            .collect();
        rename(&mut rows, replaced);
        let named = list(&rows).iter().zip(labels);
        let refused = named.filter(|(row, _)| row["status"].as_u64() >= Some(300));
        refused
            .map(|(row, label)| self.row(row, label, replaced))
            .collect()
    }

    fn row(&self, row: &Value, label: String, replaced: &[(&str, &str)]) -> Row {
        let server = [self.issuer, self.token_endpoint, self.client];
        let server = server.map(|text| renamed(text, replaced));
        let mut sent = Sent::good(self.name, &server);
        sent.rename(replaced);
        sent.has_proof = row.get("dpop").is_some();
        if row.get("cause").is_some() {
            keycloak(row, &mut sent);
        } else {
            other(row, &label, &mut sent, replaced);
        }
        let stated = row.get("cause").or_else(|| row.get("rule"));
        let stated = stated.and_then(Value::as_str);
        let headers = row["headers"].as_object().unwrap().iter();
        Row {
            file: self.name,
            truth: truth::of(self.name, &label, stated),
            label,
            status: u16::try_from(row["status"].as_u64().unwrap()).unwrap(),
            headers: headers
                .map(|(name, value)| (name.clone(), text_of(value)))
                .collect(),
            body: text_of(&row["body"]),
            sent,
        }
    }
}

/// How a row of Keycloak's files departs from the good request.
fn keycloak(row: &Value, sent: &mut Sent) {
    let object = |name: &str| row.get(name).and_then(Value::as_object).cloned();
    for (name, value) in object("sign").unwrap_or_default() {
        match name.as_str() {
            "key" => sent.key = text_of(&value),
            _ => sent.set_header(&name, &value),
        }
    }
    let parts = [("header", true), ("claims", false)];
    for (part, is_header) in parts {
        for (name, value) in object(part).unwrap_or_default() {
            let value = match value.get("now").and_then(Value::as_i64) {
                Some(seconds) => json!(NOW.saturating_add_signed(seconds)),
                None => value,
            };
            let value = sent.filled(&value);
            if is_header {
                sent.set_header(&name, &value);
            } else {
                sent.set_claim(&name, &value);
            }
        }
    }
    for (name, value) in object("form").unwrap_or_default() {
        let value = sent.filled(&value);
        sent.set_form(&name, &value);
    }
    if row
        .pointer("/client/pem")
        .or_else(|| row.pointer("/client/pem-text"))
        .is_some()
    {
        sent.flow = "public-key";
    }
    if row.pointer("/client/certificate").is_some() {
        sent.flow = "certificate";
    }
    if let Some(jwks) = row.pointer("/client/jwks").and_then(Value::as_array) {
        sent.registered = Some(jwks.clone());
    }
    let http = object("http").unwrap_or_default();
    if let Some(path) = http.get("path").and_then(Value::as_str) {
        sent.set_path(path);
    }
    let is_no_form = |name: &str| http.contains_key(name);
    if ["multipart", "method", "body", "content-type"]
        .into_iter()
        .any(is_no_form)
    {
        sent.form = None;
    }
    sent.is_unsigned = row.get("damage").is_some();
}

/// How a row of the other files departs from it.
fn other(row: &Value, label: &str, sent: &mut Sent, replaced: &[(&str, &str)]) {
    let changed = &row["changed"];
    let object = |name: &str| changed.get(name).and_then(Value::as_object).cloned();
    for (name, value) in object("header").unwrap_or_default() {
        sent.set_header(&name, &absent(&value));
    }
    for (name, value) in object("claims").unwrap_or_default() {
        sent.set_claim(&name, &absent(&value));
    }
    for (name, value) in object("form").unwrap_or_default() {
        sent.set_form(&name, &absent(&value));
    }
    for name in changed.get("drop").into_iter().flat_map(list) {
        sent.set_form(&text_of(name), &Value::Null);
    }
    if let Some(text) = changed.get("assertion_text").and_then(Value::as_str) {
        sent.set_form("client_assertion", &json!(text));
    }
    if let Some(url) = changed.get("url").and_then(Value::as_str) {
        url.clone_into(&mut sent.called);
    }
    if changed.get("path").is_some() {
        sent.called.push('x');
    }
    let has = |name: &str| changed.get(name).is_some();
    if has("raw") || has("content type") || has("ct") || has("method") {
        sent.form = None;
    }
    // What nothing in the row says but its label.
    match label {
        "unknown client" => sent.set_client(&renamed("nobody", replaced)),
        "garbage assertion" => sent.set_form("client_assertion", &json!("garbage")),
        _ => {}
    }
    let algorithm = sent.header.get("alg").and_then(Value::as_str);
    sent.key = match algorithm {
        Some("EdDSA" | "Ed25519") => "ed25519",
        Some("ES256") => "p256",
        Some("ES384") => "p384",
        Some("ES512") => "p521",
        _ => "rsa-2048",
    }
    .to_owned();
}

/// A changed member: left out, or so many seconds from now.
fn absent(value: &Value) -> Value {
    match value.as_str() {
        Some("absent") => Value::Null,
        Some(text) if text.starts_with("now") => {
            let seconds: i64 = text[3..].parse().unwrap();
            json!(NOW.saturating_add_signed(seconds))
        }
        _ => value.clone(),
    }
}

/// A text with others in place of some, where they are no parts of longer words.
pub(super) fn renamed(text: &str, replaced: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (old, new) in replaced {
        let mut parts = text.split(old).peekable();
        let mut all = String::new();
        while let Some(part) = parts.next() {
            all.push_str(part);
            let Some(next) = parts.peek() else { break };
            let is_word = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
            let inner = is_word(all.chars().last()) || is_word(next.chars().next());
            all.push_str(if inner { old } else { new });
        }
        text = all;
    }
    text
}

/// Puts other texts into everything but the words by which a row is read.
fn rename(value: &mut Value, replaced: &[(&str, &str)]) {
    match value {
        Value::String(text) => *text = renamed(text, replaced),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, replaced)),
        Value::Object(members) => {
            let kept = ["rule", "cause", "label", "server"];
            let open = |name: &String| !kept.contains(&name.as_str());
            let members = members.iter_mut().filter(|(name, _)| open(name));
            members.for_each(|(_, member)| rename(member, replaced));
        }
        _ => {}
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

pub(super) fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
