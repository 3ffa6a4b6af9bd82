//! What each kind of gateway says of a path where it has nothing.

use serde_json::json;
use tokenring_gateway::{Gateway, Rule};
use tokenring_mock_gateway::MockGateway;

use crate::http::{Answer, send};

#[track_caller]
fn ask(name: &str, path: &str) -> (MockGateway, Answer) {
    let gateway = Gateway::builtin(name).unwrap();
    let mock = MockGateway::builder()
        .with_gateway(&gateway)
        .start()
        .unwrap();
    let answer = send(mock.address(), "POST", path, &[], b"grant_type=x");
    assert_eq!(answer.status, 404, "{name} {path}");
    let event = mock.events().pop().unwrap();
    assert!(event.note().unwrap().contains("token URL"), "{event}");
    (mock, answer)
}

/// NHSDigital/identity-service-api has words of its own beside the token endpoint; any other path
/// belongs to no proxy, which Apigee says.
#[test]
fn nhs_has_two_answers() {
    for path in ["/oauth2/tokenn", "/oauth2/token/", "/oauth2"] {
        let (_mock, answer) = ask("nhs", path);
        let body = answer.json();
        assert_eq!(body["error"], "invalid_request", "{path}");
        assert_eq!(body["error_description"], "Not Found");
        assert!(body["message_id"].as_str().unwrap().starts_with("rrt-"));
        assert_eq!(answer.header("x-mock-gateway-words"), None);
    }
    for path in ["/token", "/oauth/token", "/oauth2x/token"] {
        let (_mock, answer) = ask("nhs", path);
        let detail = &answer.json()["fault"]["detail"]["errorcode"];
        assert_eq!(detail, "messaging.adaptors.http.flow.ApplicationNotFound");
    }
}

/// Nobody else is an Apigee.
#[test]
fn others_have_none_of_apigees() {
    let has_words = |name: &str| {
        let gateway = Gateway::builtin(name).unwrap();
        let mut rows = gateway.refusals().iter();
        rows.any(|row| row.rule() == Some(Rule::Path))
    };
    for name in Gateway::names().filter(|name| !name.starts_with("nhs")) {
        if has_words(name) {
            continue;
        }
        let (_mock, answer) = ask(name, "/not/there");
        let body = answer.json();
        assert!(body["error"].is_string(), "{name}: {body}");
        assert_eq!(body.get("fault"), None, "{name}");
    }
    let (_mock, answer) = ask("rfc10070", "/not/there");
    assert_eq!(answer.json(), json!({ "error": "Not Found" }));
    assert_eq!(answer.header("x-mock-gateway-words"), Some("unknown"));
}

/// What a file says of such a path is what its gateway says, on every one of them.
#[test]
fn a_file_of_ones_own_has_its_answer() {
    const FILE: &str = r#"
name = "acme"
title = "Acme"

[environments.default]
token-endpoint = "https://acme.example/token"

[assertion]
algorithms = ["RS256"]
audience = "token-endpoint"
lifetime-seconds = 60

[key]
generate = "RSA-2048"
id-scheme = "free-text"
register-as = ["jwk-set"]

[[refusals]]
status = 404
error = "no_such_path"
contains = "nothing at"
cause = "The path is wrong."
remedy = "Mend it."
"#;
    let gateway = Gateway::parse(FILE, "acme.toml").unwrap();
    let mock = MockGateway::builder()
        .with_gateway(&gateway)
        .start()
        .unwrap();
    for path in ["/tokens", "/a/b"] {
        let answer = send(mock.address(), "POST", path, &[], b"");
        assert_eq!(answer.status, 404);
        let expected = json!({ "error": "no_such_path", "error_description": "nothing at" });
        assert_eq!(answer.json(), expected, "{path}");
        assert_eq!(answer.header("x-mock-gateway-words"), Some("unknown"));
    }
}
