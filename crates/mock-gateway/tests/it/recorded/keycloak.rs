//! The rows of Keycloak, whose requests are written out as changes of one that is right.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{AuthenticationMethod, BoundTokens, ClientRegistration, JwkSource};

use super::changes::{apply, apply_to_form, fill};
use super::comparison::differences;
use super::request::TestRequest;
use super::signing::{STORED, jwk, pkcs1_pem, public_key, spki_hash, thumbprint};
use super::{Replay, rows, tell};
use crate::bench::START;
use crate::preset::{Preset, certificate};

/// The gateway's own names, as the rows refer to them.
struct Names {
    issuer: String,
    token_url: String,
    token_path: String,
    server: String,
    realm: String,
}

/// Replays rows at the mock of a gateway and counts those that it answers alike.
#[track_caller]
fn check(name: &str, environment: Option<&str>, rows: &[Value], at_least: usize) {
    let good = super::rows("keycloak-26.7.json")[0]["request"].clone();
    let gateway = Gateway::builtin(name).unwrap();
    // The address is not known before the start, and the rows name it.
    let mut replays = Vec::new();
    let preset = Preset::start_with(&gateway, |mut builder| {
        if let Some(environment) = environment {
            builder = builder.with_environment(environment);
        }
        for (index, row) in rows.iter().enumerate() {
            let client_id = format!("client-{index}");
            let client = merged(&good["client"], &row["client"]);
            builder = builder
                .with_client(&client_id, keys(&client))
                .with_client_registration(&client_id, registration(&client));
        }
        builder.with_client("other-a", keys(&good["client"]))
    });
    let names = Names::of(&preset);
    for (index, row) in rows.iter().enumerate() {
        replays.push(replay(row, &good, &format!("client-{index}"), &names));
    }
    let differences = differences(&preset, &replays);
    let alike = rows.len() - differences.len();
    tell(name, alike, rows.len());
    assert!(
        alike >= at_least,
        "{name}: {alike} of {} alike\n{}",
        rows.len(),
        differences.join("\n")
    );
}

#[test]
fn the_mock_of_keycloak_answers_like_26_7() {
    check("keycloak", None, &rows("keycloak-26.7.json"), 75);
    check("keycloak", None, &rows("keycloak-26.7-more.json"), 138);
}

/// The rows of 26.7, of which 26.4 answers some otherwise, and what was recorded of 26.4 alone.
#[test]
fn the_mock_of_bcgov_answers_like_26_4() {
    let mut all = rows("keycloak-26.7.json");
    for row in rows("keycloak-26.4-differences.json") {
        match all.iter_mut().find(|each| each["label"] == row["label"]) {
            Some(same) => *same = row,
            None => all.push(row),
        }
    }
    check("bcgov", Some("test"), &all, 91);
}

impl Names {
    fn of(preset: &Preset) -> Self {
        let token_url = preset.gateway.token_url();
        let issuer = preset.gateway.issuer().unwrap().to_owned();
        let server = preset.gateway.base_url();
        let (_, realm) = issuer.rsplit_once('/').unwrap();
        Self {
            token_path: preset.path(),
            realm: realm.to_owned(),
            server,
            token_url,
            issuer,
        }
    }
}

fn replay(row: &Value, good: &Value, client_id: &str, names: &Names) -> Replay {
    let label = row["label"].as_str().unwrap().to_owned();
    let one = request(row, good, client_id, names);
    let mut requests = Vec::new();
    if row["before"].is_object() {
        requests.push(request(&row["before"], good, client_id, names));
    }
    let times = row["times"].as_u64().unwrap_or(1);
    requests.extend((0..times).map(|_| one.clone()));
    let headers = row["headers"].as_object().unwrap();
    let body = row["body"].as_str().unwrap();
    Replay {
        label,
        requests,
        status: row["status"].as_u64().unwrap().try_into().unwrap(),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        body: serde_json::from_str(body).unwrap_or_else(|_| Value::from(body)),
    }
}

/// The row's members in place of those of the right request.
fn merged(good: &Value, changes: &Value) -> Value {
    let mut members = good.clone();
    let is_other_form = ["pem", "pem-text", "certificate", "url-of"]
        .iter()
        .any(|form| changes[form].is_string());
    if is_other_form {
        members["jwks"] = Value::Null;
    }
    if let Some(changes) = changes.as_object() {
        for (name, value) in changes {
            members[name] = value.clone();
        }
    }
    members
}

fn keys(client: &Value) -> JwkSource {
    if let Some(name) = client["pem"].as_str() {
        return JwkSource::PublicKey(public_key(name));
    }
    if let Some(name) = client["certificate"].as_str() {
        assert_eq!(name, STORED, "no other key has a certificate");
        return certificate();
    }
    if client["pem-text"].is_string() {
        return JwkSource::Text(pkcs1_pem("rsa2048-a"));
    }
    if let Some(url) = client["url-of"].as_str() {
        return JwkSource::Url(url.to_owned());
    }
    let Some(keys) = client["jwks"].as_array() else {
        return JwkSource::Unregistered;
    };
    let jwk = |key: &Value| {
        let mut jwk = jwk(key["key"].as_str().unwrap());
        for member in ["kid", "use", "alg"] {
            if key[member].is_string() {
                jwk[member] = key[member].clone();
            }
        }
        jwk
    };
    let keys: Vec<Value> = keys.iter().map(jwk).collect();
    JwkSource::Text(json!({ "keys": keys }).to_string())
}

fn registration(client: &Value) -> ClientRegistration {
    let mut registration = ClientRegistration::new();
    if client["enabled"] == false {
        registration = registration.disabled();
    }
    if client["service-account"] == false {
        registration = registration.with_grants(["authorization_code"]);
    }
    if client["public"] == true {
        registration = registration.with_authentication(AuthenticationMethod::None);
    }
    if client["authenticator"] == "client-secret-jwt" {
        registration = registration.with_authentication(AuthenticationMethod::ClientSecretJwt);
    }
    if let Some(algorithm) = client["pinned"].as_str() {
        registration = registration.with_algorithm(algorithm.parse().unwrap());
    }
    if let Some(seconds) = client["maximum-expiration"].as_u64() {
        registration = registration.with_longest_age(Duration::from_secs(seconds));
    }
    if client["dpop"] == true {
        registration = registration.with_bound_tokens(BoundTokens::Dpop);
    }
    registration
}

fn request(row: &Value, good: &Value, client_id: &str, names: &Names) -> TestRequest {
    let sign = merged(&good["sign"], &row["sign"]);
    let key = sign["key"].as_str().unwrap().to_owned();
    let algorithm = sign["alg"].as_str().unwrap().to_owned();
    let (thumbprint, spki) = (thumbprint(&key), spki_hash(&key));
    let elsewhere = names.issuer.replacen("127.0.0.1", "localhost", 1);
    let elsewhere = elsewhere.replacen("https://", "https://other.", 1);
    let jwt_id = format!("shared-{client_id}");
    let values = [
        ("issuer", names.issuer.as_str()),
        ("token", &names.token_url),
        ("token-path", &names.token_path),
        ("server", &names.server),
        ("realm", &names.realm),
        ("client", client_id),
        ("localhost-issuer", &elsewhere),
        ("thumbprint", &thumbprint),
        ("spki", &spki),
        ("shared-jti", &jwt_id),
    ];
    let resolve = |value: &Value| resolved(value, &values);
    let (mut header, mut claims) = (Map::new(), Map::new());
    apply(&mut header, &good["header"], resolve);
    apply(&mut claims, &good["claims"], resolve);
    header.insert("alg".to_owned(), Value::from(algorithm.as_str()));
    claims.insert("jti".to_owned(), Value::from(format!("jti-{client_id}")));
    apply(&mut header, &row["header"], resolve);
    apply(&mut claims, &row["claims"], resolve);
    let mut form = Vec::new();
    let text = |text: &str| fill(text, &values);
    apply_to_form(&mut form, &good["form"], text);
    apply_to_form(&mut form, &row["form"], text);
    let http = merged(&good["http"], &row["http"]);
    let headers = http["headers"].as_object().unwrap();
    // A row's path is that of the real server; only the mock's own stands before it here.
    let path = fill(http["path"].as_str().unwrap(), &values);
    let prefix = names.token_path.split("/realms/").next().unwrap();
    let path = match path.starts_with("/realms/") {
        true => format!("{prefix}{path}").replacen(
            &format!("{prefix}{prefix}/"),
            &format!("{prefix}/"),
            1,
        ),
        false => path,
    };
    TestRequest {
        method: http["method"].as_str().unwrap().to_owned(),
        path: Some(path),
        content_type: http["content-type"].as_str().map(str::to_owned),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        form,
        header,
        claims,
        key,
        algorithm,
        dpop: row["dpop"].as_object().map(|changes| {
            let mut claims = Map::new();
            claims.insert("htm".to_owned(), Value::from("POST"));
            claims.insert("htu".to_owned(), Value::from(names.token_url.as_str()));
            claims.insert("iat".to_owned(), Value::from(START));
            claims.insert("jti".to_owned(), Value::from(format!("proof-{client_id}")));
            apply(&mut claims, &Value::Object(changes.clone()), resolve);
            claims
        }),
        is_unsigned: row["damage"] == "signature-absent",
        is_multipart: http["multipart"] == true,
        body: http["body"].as_str().map(str::to_owned),
    }
}

/// A value with the names and times of this run.
fn resolved(value: &Value, values: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => Value::from(fill(text, values)),
        Value::Array(items) => items.iter().map(|item| resolved(item, values)).collect(),
        Value::Object(members) if members.contains_key("now") => {
            let seconds = members["now"].as_i64().unwrap();
            Value::from(START.checked_add_signed(seconds).unwrap())
        }
        Value::Object(members) if members.contains_key("text") => {
            let length = members["text"].as_u64().unwrap();
            Value::from("a".repeat(usize::try_from(length).unwrap()))
        }
        other => other.clone(),
    }
}
