//! What a user's own gateway file adds to the assertion, the request and the token.

use std::sync::mpsc;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use serde_json::Value;
use tokenring::{Client, ClientBuilder, Error};
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
secret-parameters = ["client_secret"]
headers = { X-Unit = "${unit}" }
[response]
assumed-lifetime-seconds = 900
"#;

const ANSWER: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;
const SECRET: &str = "planted-client-secret";

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
