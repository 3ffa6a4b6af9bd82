//! The rows of the other servers, each of which says what it changes in a right request.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{ClientRegistration, JwkSource};

use super::changes::{apply, apply_to_form};
use super::comparison::differences;
use super::request::{ASSERTION, TestRequest};
use super::signing::jwk;
use super::{Replay, rows, tell};
use crate::bench::START;
use crate::key_set_url::publish;
use crate::preset::Preset;

/// What a right request to one of the servers has, and how its rows name the server.
pub(super) struct Server {
    pub(super) gateway: &'static str,
    /// The files of rows.
    pub(super) files: &'static [&'static str],
    /// The server's own URL in the rows, without a slash at its end.
    pub(super) base_url: &'static str,
    /// The path of its token endpoint in the rows.
    pub(super) token_path: &'static str,
    pub(super) algorithm: &'static str,
    /// How far `exp` is ahead.
    pub(super) lifetime: u64,
    /// Further parameters of the form; `${client}` stands for the client.
    pub(super) form: &'static [(&'static str, &'static str)],
    /// Further clients, by the names that rows have for them, and the words for each.
    pub(super) others: &'static [(&'static str, &'static str)],
    /// Keys and registration by the row's words for them, and by its label.
    pub(super) client: fn(words: &str, label: &str) -> (JwkSource, ClientRegistration),
}

/// The key that a right request is signed with, by its algorithm.
pub(super) fn key_name(algorithm: &str) -> &'static str {
    match algorithm {
        "ES256" => "p256-a",
        "ES384" => "p384-a",
        "ES512" => "p521-a",
        "EdDSA" | "Ed25519" => "ed25519-a",
        _ => "rsa2048-a",
    }
}

/// A JWK Set of one key, with these members in addition to its `kid` `k1` and `use` `sig`.
pub(super) fn one_key(name: &str, members: &Value) -> JwkSource {
    let mut key = jwk(name);
    let mut all = Map::new();
    apply(
        &mut all,
        &json!({ "kid": "k1", "use": "sig" }),
        Value::clone,
    );
    apply(&mut all, members, Value::clone);
    for (name, value) in all {
        key[name] = value;
    }
    JwkSource::Text(json!({ "keys": [key] }).to_string())
}

/// A JWK Set of these keys, each with the `kid` beside it and `use` `sig`.
pub(super) fn several_keys(keys: &[(&str, &str)]) -> JwkSource {
    let keys = keys.iter().map(|(name, key_id)| {
        let mut key = jwk(name);
        key["kid"] = Value::from(*key_id);
        key["use"] = Value::from("sig");
        key
    });
    JwkSource::Text(json!({ "keys": keys.collect::<Vec<_>>() }).to_string())
}

/// The same, and each key with this `alg`.
pub(super) fn keys_for(algorithm: &str, keys: &[(&str, &str)]) -> JwkSource {
    let JwkSource::Text(text) = several_keys(keys) else {
        panic!("the set is a text");
    };
    let mut set: Value = serde_json::from_str(&text).unwrap();
    for key in set["keys"].as_array_mut().unwrap() {
        key["alg"] = Value::from(algorithm);
    }
    JwkSource::Text(set.to_string())
}

/// The URL of a JWK Set that is answered with 404.
pub(super) fn missing_set() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| publish(404, "").0)
}

/// Replays all rows at the mock and counts those that it answers alike.
#[track_caller]
pub(super) fn check(server: &Server, at_least: usize) {
    let rows: Vec<Value> = server.files.iter().flat_map(|file| rows(file)).collect();
    let gateway = Gateway::builtin(server.gateway).unwrap();
    let preset = Preset::start_with(&gateway, |mut builder| {
        for (index, row) in rows.iter().enumerate() {
            let words = row["client"].as_str().unwrap_or_default();
            let (keys, registration) = (server.client)(words, row["label"].as_str().unwrap());
            let client_id = format!("client-{index}");
            builder = builder
                .with_client(&client_id, keys)
                .with_client_registration(&client_id, registration);
        }
        for (client_id, words) in server.others {
            let (keys, registration) = (server.client)(words, "");
            builder = builder
                .with_client(*client_id, keys)
                .with_client_registration(*client_id, registration);
        }
        builder
    });
    let base_url = preset.gateway.base_url();
    let replays: Vec<Replay> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            // The rows name the server by the address that it had.
            let text = row.to_string();
            let text = text.replace(server.token_path, &preset.path());
            let text = text.replace(server.base_url, &base_url);
            let text = text.replace("http://127.0.0.1:8000/jwks.json", missing_set());
            let client_id = format!("client-{index}");
            let text = text.replace("${client}", &client_id);
            // The bulk-data server's client IDs are texts of its own.
            let text = text.replace("CLIENT", &client_id);
            let row = serde_json::from_str(&text).unwrap();
            replay(server, &row, &client_id, &preset)
        })
        .collect();
    let mut all = replays.as_slice();
    let mut differing = Vec::new();
    for file in server.files {
        let (of_file, rest) = all.split_at(super::rows(file).len());
        let found = differences(&preset, of_file);
        tell(file, of_file.len() - found.len(), of_file.len());
        differing.extend(found);
        all = rest;
    }
    let alike = rows.len() - differing.len();
    assert!(
        alike >= at_least,
        "{}: {alike} of {} alike\n{}",
        server.gateway,
        rows.len(),
        differing.join("\n")
    );
}

fn replay(server: &Server, row: &Value, client_id: &str, preset: &Preset) -> Replay {
    let headers = row["headers"].as_object().unwrap();
    Replay {
        label: row["label"].as_str().unwrap().to_owned(),
        requests: vec![request(server, row, client_id, preset); times(row)],
        status: row["status"].as_u64().unwrap().try_into().unwrap(),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        body: row["body"].clone(),
    }
}

/// How often the same request is sent.
fn times(row: &Value) -> usize {
    let times = row["times"].as_u64().unwrap_or(1);
    usize::try_from(times).unwrap()
}

fn request(server: &Server, row: &Value, client_id: &str, preset: &Preset) -> TestRequest {
    let changed = &row["changed"];
    let algorithm = changed["header"]["alg"]
        .as_str()
        .unwrap_or(server.algorithm);
    let client_id = match row["label"].as_str().unwrap().starts_with("unknown client") {
        true => "nobody",
        false => client_id,
    };
    let (mut header, mut claims) = (Map::new(), Map::new());
    let right = json!({ "alg": algorithm, "kid": "k1", "typ": "JWT" });
    apply(&mut header, &right, Value::clone);
    apply(&mut header, &changed["header"], Value::clone);
    let right = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": preset.gateway.token_url(),
        "jti": format!("jti-{client_id}"),
        "iat": START,
        "exp": START + server.lifetime,
    });
    apply(&mut claims, &right, Value::clone);
    apply(&mut claims, &changed["claims"], from_now);
    let mut form = vec![
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        (
            "client_assertion_type".to_owned(),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        ),
        ("client_assertion".to_owned(), ASSERTION.to_owned()),
    ];
    for (name, value) in server.form {
        form.push(((*name).to_owned(), value.replace("${client}", client_id)));
    }
    apply_to_form(&mut form, &changed["form"], str::to_owned);
    let dropped = changed["drop"].as_array();
    let dropped: Vec<&str> = dropped
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    form.retain(|(name, _)| !dropped.contains(&name.as_str()));
    let is_garbage = row["label"] == "garbage assertion";
    let garbage = is_garbage.then_some("garbage");
    if let Some(text) = changed["assertion_text"].as_str().or(garbage) {
        for (name, value) in &mut form {
            if name == "client_assertion" {
                text.clone_into(value);
            }
        }
    }
    let base_url = preset.gateway.base_url();
    let own_path = preset.path();
    let path = match (changed["url"].as_str(), changed["path"].as_str()) {
        (Some(url), _) => url.strip_prefix(&base_url).unwrap().to_owned(),
        (None, Some("wrong")) => format!("{own_path}x"),
        (None, _) => own_path,
    };
    let content_type = changed["ct"].as_str().or(changed["content type"].as_str());
    let is_wrong_key = changed["key"] == "other" || row["label"] == "wrong key";
    TestRequest {
        method: changed["method"].as_str().unwrap_or("POST").to_owned(),
        path: Some(path),
        content_type: Some(
            content_type
                .unwrap_or("application/x-www-form-urlencoded")
                .to_owned(),
        ),
        headers: Vec::new(),
        form,
        header,
        claims,
        key: match is_wrong_key {
            true => "rsa2048-x".to_owned(),
            false => key_name(algorithm).to_owned(),
        },
        algorithm: algorithm.to_owned(),
        dpop: None,
        is_unsigned: false,
        is_multipart: false,
        body: changed["raw"].as_str().map(str::to_owned),
    }
}

/// A time of a row, such as `now-60`, as a number; anything else as it is.
fn from_now(value: &Value) -> Value {
    let offset = value.as_str().and_then(|text| text.strip_prefix("now"));
    match offset.and_then(|offset| offset.parse::<i64>().ok()) {
        Some(offset) => Value::from(START.checked_add_signed(offset).unwrap()),
        None => value.clone(),
    }
}
