//! What a gateway's file says, seen in what a client does.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::{Arc, Mutex};

use base64ct::Encoding;
use serde_json::{Value, json};
use tokenring::{Client, ClientBuilder, Error, Event, Parameter};
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{ApiAccess, JwkSource, MockGateway};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/keys");

fn mock(gateway: &str, public_key: &str) -> MockGateway {
    let keys = JwkSource::File(format!("{FIXTURES}/{public_key}").into());
    let gateway = Gateway::builtin(gateway).unwrap();
    let mock = MockGateway::builder().with_gateway(&gateway);
    mock.with_client("app", keys).start().unwrap()
}

fn client(gateway: &str, token_url: &str) -> ClientBuilder {
    Client::builder(gateway)
        .client_id("app")
        .token_url(token_url)
        .key(format!("{FIXTURES}/test-rsa-2048-pkcs8.pem"))
        .proxy(None)
        .no_store()
}

/// An audience in place of the scope gives an ID token, which is then the token.
#[test]
fn google_gives_an_id_token_for_an_audience() {
    let google = mock("google", "test-rsa-2048-public.pem");
    let client = || client("google", &google.token_url()).key_id("");
    let missing = client().build().err().unwrap();
    assert_eq!(missing.parameter(), Some(Parameter::Scope), "{missing:?}");
    for blank in [json!(""), json!(" "), json!(null), json!(["a"])] {
        let missing = client().claim("target_audience", blank).build().err();
        assert!(matches!(missing, Some(Error::Missing { .. })));
    }
    let audience = "https://service.example.run.app";
    let token = client().claim("target_audience", audience).build();
    let token = token.unwrap().token().unwrap();
    let claims = claims(token.secret());
    assert_eq!(claims["aud"], audience);
    // It lives as long as it says itself.
    let exp = claims["exp"].as_u64().unwrap();
    assert_eq!(token.expires_at().unwrap().as_seconds(), exp);
    let events = google.events();
    let answer = events.last().unwrap().answer().unwrap();
    let answer: Value = serde_json::from_str(answer).unwrap();
    let members: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["id_token"]);
    // The APIs behind the mock take it.
    let url = google.api_url(ApiAccess::Bearer, "echo");
    let call = tokenring::ApiRequest::get(&url).unwrap();
    let again = client().claim("target_audience", audience).build().unwrap();
    assert_eq!(again.call(&call).unwrap().status(), 200);
    // A scope gives an access token, as before.
    let token = client().scope("read").build().unwrap().token().unwrap();
    assert!(token.expires_at().is_some() && !token.secret().contains('.'));
}

/// The claims of a JWT.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64ct::Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
}

/// The notices of default environments, as somebody sees them who builds a client.
fn notices(builder: ClientBuilder) -> Vec<(String, String)> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    let builder = builder.on_event(move |event| {
        if let Event::DefaultEnvironment {
            gateway,
            environment,
            notice,
        } = event
        {
            assert!(notice.to_string().contains(&environment), "{notice}");
            kept.lock().unwrap().push((gateway, environment));
        }
    });
    let client = builder.build().unwrap();
    let _ = client.prepare();
    drop(client);
    Arc::try_unwrap(seen).unwrap().into_inner().unwrap()
}

#[test]
fn a_default_environment_that_surprises_is_told_once() {
    let url = "https://int.api.service.nhs.uk/oauth2/token";
    let cgp = || client("nhs-cgp", url).lint(false);
    assert_eq!(notices(cgp()), [("nhs-cgp".to_owned(), "int".to_owned())]);
    assert!(notices(cgp().environment("int")).is_empty());
    assert!(notices(client("generic", url).lint(false)).is_empty());
}

/// A gateway whose file calls a parameter with a harmless name a secret, outside of its flow.
const SECRETIVE: &str = r#"name = "mine"
title = "Mine"
[environments.default]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["RS256"]
audience = "token-endpoint"
lifetime-seconds = 60
[key]
generate = "RSA-2048"
id-scheme = "none"
[request]
secret-parameters = ["door"]
[flows.open]
title = "Without a door"
[flows.open.request]
scope = "optional"
"#;

#[test]
fn what_the_file_calls_a_secret_is_not_in_a_redacted_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, SECRETIVE).unwrap();
    for flow in [None, Some("open")] {
        let builder = Client::builder(file.display().to_string())
            .client_id("app")
            .key(format!("{FIXTURES}/test-rsa-2048-pkcs8.pem"))
            .parameter("door", "S3CRET-4711")
            .parameter("window", "open")
            .no_store();
        let builder = match flow {
            Some(flow) => builder.flow(flow),
            None => builder,
        };
        let debug = format!("{builder:?}");
        let client = builder.build().unwrap();
        let request = client.prepare().unwrap();
        let form = &request.redacted().form;
        let value = |name: &str| form.iter().find(|it| it.0 == name).unwrap().1.clone();
        assert_eq!(value("door"), None);
        assert_eq!(value("window").as_deref(), Some("open"));
        let effective = client.effective_values();
        let texts = format!("{debug} {request:?} {:?} {effective:?}", request.redacted());
        assert!(!texts.contains("S3CRET"), "{texts}");
    }
}

/// What a vendor's key file says besides the key goes with one reading of the file, and of the
/// gateway's.
#[test]
fn a_key_file_gives_client_and_token_url() {
    let pem = std::fs::read_to_string(format!("{FIXTURES}/test-rsa-2048-pkcs8.pem")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    let vendor = json!({
        "type": "service_account",
        "client_email": "app@project.example",
        "private_key_id": "k1",
        "private_key": pem,
        "token_uri": "https://oauth2.googleapis.com/token",
    });
    std::fs::write(&path, vendor.to_string()).unwrap();
    let client = Client::builder("google")
        .key(&path)
        .scope("read")
        .no_store();
    let client = client.build().unwrap();
    let request = client.prepare().unwrap();
    assert!(request.redacted().claims.contains("app@project.example"));
    assert!(request.redacted().header.contains("k1"));
}
