//! What a user's own gateway file adds to the assertion, the request and the token.

use std::sync::mpsc;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use serde_json::Value;
use tokenring::{Client, ClientBuilder, Error, Parameter};
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk};
use tokenring_mock_gateway::{JwkSource, MockGateway};
use tokenring_oauth::{HttpRequest, HttpResponse};

const FILE: &str = r#"
name = "own"
title = "A server of one's own"
[variables.unit]
description = "the unit"
[environments.default]
token-endpoint = "https://as.example.com/token"
variables = { unit = "north" }
[assertion]
algorithms = ["ES256"]
audience = "account.example.com"
lifetime-seconds = 7200
own-claims = { kind = "enterprise", place = { unit = "${unit}" } }
[key]
generate = "P-256"
id-scheme = "none"
[request]
secret-parameters = ["client_secret", "word"]
headers = { X-Unit = "${unit}" }
secret-headers = ["X-Unit-Key"]
[response]
accepted-token-types = ["access_token"]
assumed-lifetime-seconds = 900
"#;

const ANSWER: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;
const SECRET: &str = "planted-client-secret";
/// Of a parameter whose name speaks of no secret.
const WORD: &str = "planted-word";
const HEADER: &str = "planted-header";

/// A folder with the file and a key, and a client of it that gets this answer.
fn client(answer: &'static str) -> (Scratch, ClientBuilder, mpsc::Receiver<(String, String)>) {
    let folder = Scratch::new();
    let (file, key) = (folder.path().join("own.toml"), folder.path().join("a.pem"));
    std::fs::write(&file, FILE).unwrap();
    std::fs::write(&key, fixtures::bytes("keys/test-p256-pkcs8.pem")).unwrap();
    let (sender, receiver) = mpsc::channel();
    let transport = move |request: HttpRequest| {
        let mut headers = request.headers();
        let unit = headers.find(|(name, _)| *name == "X-Unit");
        let unit = unit.map_or("", |(_, value)| value).to_owned();
        let body = String::from_utf8_lossy(request.secret_body()).into_owned();
        let _ = sender.send((unit, body));
        Ok(HttpResponse::new(200, Vec::new(), answer.into()))
    };
    let builder = Client::builder(file.display().to_string());
    let builder = builder.client_id("me").key(key).no_store();
    let builder = builder.parameter("word", WORD).header("x-unit-key", HEADER);
    (folder, builder.transport(transport), receiver)
}

fn claims(client: &Client) -> Value {
    serde_json::from_str(&client.preview().unwrap().claims).unwrap()
}

#[test]
fn claims_headers_and_secrets() {
    let (_folder, builder, requests) = client(ANSWER);
    let client = builder.parameter("client_secret", SECRET).build().unwrap();
    let claims = claims(&client);
    assert_eq!(claims["aud"], "account.example.com");
    assert_eq!(claims["kind"], "enterprise");
    assert_eq!(claims["place"], serde_json::json!({"unit": "north"}));
    client.token().unwrap();
    let (unit, body) = requests.recv().unwrap();
    assert_eq!(unit, "north");
    assert!(body.contains(&format!("client_secret={SECRET}")), "{body}");
    assert!(!format!("{client:?}").contains(SECRET));
}

#[test]
fn a_secret_header_that_is_missing() {
    let (folder, _, requests) = client(ANSWER);
    let builder = Client::builder(folder.path().join("own.toml").display().to_string());
    let builder = builder.client_id("me").key(folder.path().join("a.pem"));
    let builder = builder
        .parameter("word", WORD)
        .parameter("client_secret", SECRET);
    let error = builder.no_store().build().unwrap_err();
    let Error::MissingHeader { name, gateway } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((name.as_str(), gateway.as_str()), ("X-Unit-Key", "own"));
    assert!(requests.try_recv().is_err());
}

#[test]
fn what_the_caller_gives_goes_first() {
    let (_folder, builder, requests) = client(ANSWER);
    let builder = builder
        .parameter("client_secret", SECRET)
        .header("x-unit", "south")
        .claim("kind", "user")
        .variable("unit", "west");
    let client = builder.build().unwrap();
    let claims = claims(&client);
    assert_eq!(claims["kind"], "user");
    assert_eq!(claims["place"]["unit"], "west");
    client.token().unwrap();
    // The header is the caller's, under the caller's spelling.
    assert_eq!(requests.recv().unwrap().0, "");
}

#[test]
fn a_secret_that_is_missing() {
    let (_folder, builder, requests) = client(ANSWER);
    let error = builder.build().unwrap_err();
    let Error::MissingFormParameter { name, gateway } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((name.as_str(), gateway.as_str()), ("client_secret", "own"));
    assert!(requests.try_recv().is_err());
}

#[test]
fn lifetime_of_a_token_that_states_none() {
    #[track_caller]
    fn check(answer: &'static str, seconds: u64) {
        let (_folder, builder, _requests) = client(answer);
        let client = builder.parameter("client_secret", SECRET).build().unwrap();
        let token = client.token().unwrap();
        let (end, start) = (token.expires_at().unwrap(), token.obtained_at());
        assert_eq!(end.as_seconds() - start.as_seconds(), seconds);
    }
    check(ANSWER, 900);
    let stated = r#"{"access_token":"a","token_type":"Bearer","expires_in":60}"#;
    check(stated, 60);
}

/// The file calls a parameter a secret: then it is one, whatever its name.
#[test]
fn a_preview_shows_no_secret() {
    let (_folder, builder, _requests) = client(ANSWER);
    let builder = builder
        .parameter("client_secret", SECRET)
        .parameter("audience", "https://api.example.com")
        .header("Gate", SECRET);
    let client = builder.build().unwrap();
    let prepared = client.prepare().unwrap();
    for shown in [&client.preview().unwrap(), prepared.redacted()] {
        let value = |name: &str| {
            let mut fields = shown.form.iter();
            let field = fields.find(|(other, _)| other == name).unwrap();
            field.1.as_deref()
        };
        assert_eq!(value("client_secret"), None);
        assert_eq!(value("word"), None);
        assert_eq!(value("audience"), Some("https://api.example.com"));
        assert_eq!(value("grant_type"), Some("client_credentials"));
        let header = |name: &str| {
            let mut headers = shown.headers.iter();
            let header = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
            header.unwrap().1.as_deref()
        };
        assert_eq!(header("Gate"), None);
        assert_eq!(header("X-Unit-Key"), None);
        assert_eq!(header("X-Unit"), Some("north"));
        let text = format!("{shown:?} {prepared:?} {client:?}");
        for secret in [SECRET, WORD, HEADER] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let http = prepared.into_http();
    let mut headers = http.headers();
    assert!(headers.any(|header| header == ("x-unit-key", HEADER)));
    let body = String::from_utf8_lossy(http.secret_body()).into_owned();
    assert!(body.contains(&format!("word={WORD}")), "{body}");
}

#[test]
fn a_secret_in_a_file() {
    let (folder, builder, requests) = client(ANSWER);
    let path = folder.path().join("secret");
    std::fs::write(&path, format!("{SECRET}\n")).unwrap();
    let text = format!("client_secret=@{}", path.display());
    let client = builder
        .set(Parameter::FormParameter, &text)
        .build()
        .unwrap();
    client.token().unwrap();
    let (_, body) = requests.recv().unwrap();
    assert!(body.ends_with(&format!("client_secret={SECRET}")), "{body}");
}

#[test]
fn a_client_id_in_the_form() {
    #[track_caller]
    fn check(change: impl FnOnce(ClientBuilder) -> ClientBuilder, is_sent: bool) {
        let (_folder, builder, requests) = client(ANSWER);
        let builder = change(builder.parameter("client_secret", SECRET));
        builder.build().unwrap().token().unwrap();
        let (_, body) = requests.recv().unwrap();
        assert_eq!(body.contains("client_id=me&"), is_sent, "{body}");
    }
    check(|builder| builder, false);
    check(ClientBuilder::send_client_id, true);
    check(|builder| builder.set(Parameter::SendClientId, "true"), true);
    check(
        |builder| builder.set(Parameter::SendClientId, "false"),
        false,
    );
}

#[test]
fn another_name_of_the_token_type() {
    #[track_caller]
    fn check(answer: &'static str, is_taken: bool) {
        let (_folder, builder, _requests) = client(answer);
        let client = builder.parameter("client_secret", SECRET).build().unwrap();
        let token = client.token();
        assert_eq!(token.is_ok(), is_taken, "{token:?}");
    }
    check(r#"{"access_token":"a","token_type":"Access_Token"}"#, true);
    check(r#"{"access_token":"a","token_type":"N_A"}"#, false);
}

/// A gateway that finds the key by the header's `jwk` takes what the client sends.
#[test]
fn a_key_in_the_header() {
    let folder = Scratch::new();
    let file = FILE.replace(
        "id-scheme = \"none\"",
        "id-scheme = \"jwk\"\nid-required = true",
    );
    let gateway = Gateway::parse(&file, "own.toml").unwrap();
    let keys = fixtures::bytes("keys/test-p256-pkcs8.pem");
    let private_key = tokenring_jwk::PrivateKey::from_pem(str::from_utf8(&keys).unwrap()).unwrap();
    let signer = tokenring_jwk::ring::SigningKey::new(&private_key, Algorithm::Es256).unwrap();
    let mock = MockGateway::builder().with_gateway(&gateway);
    let jwk = Jwk::new(signer.public_key().clone());
    let mock = mock.with_client("me", JwkSource::Set([jwk].into_iter().collect()));
    let mock = mock.start().unwrap();
    let path = folder.path().join("own.toml");
    std::fs::write(&path, &file).unwrap();
    std::fs::write(folder.path().join("a.pem"), &keys).unwrap();
    let builder = Client::builder(path.display().to_string())
        .client_id("me")
        .key(folder.path().join("a.pem"))
        .parameter("client_secret", SECRET)
        .parameter("word", WORD)
        .header("X-Unit-Key", HEADER)
        .token_url(mock.token_url())
        .no_store();
    let client = builder.build().unwrap();
    let header: Value = serde_json::from_str(&client.preview().unwrap().header).unwrap();
    assert_eq!(header["jwk"]["kty"], "EC");
    assert!(header["jwk"].get("d").is_none() && header.get("kid").is_none());
    client.token().unwrap();
}
