//! What can be changed and read over HTTP while the gateway runs.

use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::bench::{Bench, CLIENT, key_set};
use crate::draft::{self, Draft};
use crate::http::{Answer, send};
use crate::preset::{Preset, public_key};

fn bench() -> Bench {
    Bench::start_with(|builder| builder.with_control())
}

fn call(bench: &Bench, method: &'static str, path: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    send(bench.address(), method, path, &headers, body.as_bytes())
}

fn key_set_value() -> Value {
    serde_json::from_str(&key_set().to_json()).unwrap()
}

#[test]
fn a_client_is_registered_shown_and_removed_while_it_runs() {
    let bench = bench();
    let attempt = || bench.attempt().with_client("late comer");
    assert_eq!(bench.send(&attempt()).status, 401);
    let client = json!({ "jwks": key_set_value(), "scopes": ["read"] });
    let path = "/-/clients/late%20comer";
    assert_eq!(call(&bench, "PUT", path, &client).status, 201);
    assert_eq!(bench.send(&attempt()).status, 200);
    assert_eq!(call(&bench, "PUT", path, &client).status, 200);
    let shown = call(&bench, "GET", path, &Value::Null).json();
    assert_eq!(shown["id"], "late comer");
    assert_eq!(shown["key-ids"], json!(["test-1"]));
    assert_eq!(shown["scopes"], json!(["read"]));
    let all = call(&bench, "GET", "/-/clients", &Value::Null).json();
    assert!(all["clients"].as_object().unwrap().contains_key(CLIENT));
    assert_eq!(call(&bench, "DELETE", path, &Value::Null).status, 204);
    assert_eq!(call(&bench, "DELETE", path, &Value::Null).status, 404);
    assert_eq!(bench.send(&attempt()).status, 401);
}

#[test]
fn many_clients_come_at_once_or_not_at_all() {
    let bench = bench();
    let mut clients = serde_json::Map::new();
    for number in 0..300 {
        clients.insert(format!("app-{number}"), json!({ "jwks": key_set_value() }));
    }
    let answer = call(&bench, "POST", "/-/clients", &json!({ "clients": clients }));
    assert_eq!(answer.json()["registered"], 300);
    assert_eq!(
        bench.send(&bench.attempt().with_client("app-299")).status,
        200
    );
    assert_eq!(bench.send(&bench.attempt()).status, 200);

    clients.insert("bad".to_owned(), json!({ "jwk": 1 }));
    let answer = call(&bench, "PUT", "/-/clients", &json!({ "clients": clients }));
    assert_eq!(answer.status, 400);
    let error = answer.json()["error"].as_str().unwrap().to_owned();
    assert!(
        error.starts_with("clients.bad: unknown key `jwk` (did you mean `jwks`?)"),
        "{error}"
    );
    assert_eq!(bench.send(&bench.attempt()).status, 200);

    let one = json!({ "clients": { "only": { "jwks": key_set_value() } } });
    assert_eq!(call(&bench, "PUT", "/-/clients", &one).status, 200);
    assert_eq!(bench.send(&bench.attempt()).status, 401);
    assert_eq!(
        call(&bench, "DELETE", "/-/clients", &Value::Null).status,
        204
    );
    let all = call(&bench, "GET", "/-/clients", &Value::Null).json();
    assert_eq!(all["clients"], json!({}));
}

/// A request whose status is that, and whose words have this part.
#[track_caller]
fn check_refused(method: &'static str, path: &str, body: &Value, status: u16, part: &str) {
    let answer = call(&bench(), method, path, body);
    let text = answer.text().to_owned();
    assert_eq!(answer.status, status, "{text}");
    assert!(
        answer.json()["error"].as_str().unwrap().contains(part),
        "{text}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let private = json!({ "kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "hunter2" });
    check_refused(
        "PUT",
        "/-/clients/a",
        &json!({ "jwks": private }),
        400,
        "a private JWK",
    );
    let file = json!({ "jwks": "/etc/passwd" });
    check_refused("PUT", "/-/clients/a", &file, 400, "files are not read here");
    let file = json!({ "public-key": "../key.pem" });
    check_refused("PUT", "/-/clients/a", &file, 400, "files are not read here");
    check_refused(
        "PUT",
        "/-/clients/",
        &json!({}),
        400,
        "the client ID is empty",
    );
    check_refused("PUT", "/-/clients", &json!([]), 400, "the file is a list");
    check_refused(
        "PATCH",
        "/-/clients",
        &json!({}),
        405,
        "PATCH is not a method",
    );
    check_refused(
        "POST",
        "/-/requests",
        &json!({}),
        405,
        "wanted: GET, DELETE",
    );
    check_refused("GET", "/-/clients/nobody", &Value::Null, 404, "\"nobody\"");
    check_refused(
        "GET",
        "/-/requests?after=x",
        &Value::Null,
        400,
        "after is no number",
    );
    check_refused(
        "GET",
        "/-/requests?from=1",
        &Value::Null,
        400,
        "unknown parameter `from`",
    );
    check_refused(
        "PUT",
        "/-/faults",
        &json!({ "faults": "teapot" }),
        400,
        "there are 429",
    );
    check_refused(
        "PUT",
        "/-/faults",
        &json!({ "fault": "429" }),
        400,
        "unknown key `fault`",
    );
    check_refused("PUT", "/-/faults", &json!("429"), 400, "the body is a text");
    for (answer, part) in [
        (
            json!({ "status": 99 }),
            "answers[0]: planned answer: status is 99",
        ),
        (json!({ "status": "500" }), "status is a text"),
        (json!({ "times": 0 }), "times is wrong"),
        (json!({ "header": {} }), "unknown key `header`"),
        (
            json!({ "headers": { "a b": "c" } }),
            "a name that HTTP does not allow",
        ),
        (
            json!({ "headers": { "a": "b\nc" } }),
            "a value that HTTP does not allow",
        ),
        (
            json!({ "headers": { "Content-Length": "7" } }),
            "is set by the server",
        ),
        (json!({ "headers": { "a": 7 } }), "header \"a\" is a number"),
        (json!(7), "is a number"),
    ] {
        check_refused(
            "PUT",
            "/-/faults",
            &json!({ "answers": [answer] }),
            400,
            part,
        );
    }
}

#[test]
fn faults_and_answers_are_set_and_cleared() {
    let bench = bench();
    let set = json!({
        "faults": "500=1",
        "answers": [
            { "status": 200, "body": { "access_token": "planned", "expires_in": "soon" } },
            { "status": 418, "headers": { "Retry-After": "7", "Content-Type": "text/plain" },
              "body": "no", "times": 2 },
        ],
    });
    let answer = call(&bench, "PUT", "/-/faults", &set);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["faults"], "500=1");
    assert!(!answer.text().contains("planned"));
    let sent = || bench.send(&bench.attempt());
    assert_eq!(sent().json()["expires_in"], "soon");
    for _ in 0..2 {
        let answer = sent();
        assert_eq!((answer.status, answer.text()), (418, "no"));
        assert_eq!(answer.header("retry-after"), Some("7"));
        assert_eq!(answer.header("content-type"), Some("text/plain"));
    }
    assert_eq!(sent().status, 500);
    assert_eq!(sent().status, 200);
    let clock = json!({ "faults": "clock=+4000" });
    assert_eq!(call(&bench, "PUT", "/-/faults", &clock).status, 200);
    assert_ne!(sent().status, 200);
    assert_eq!(
        call(&bench, "DELETE", "/-/faults", &Value::Null).status,
        204
    );
    assert_eq!(sent().status, 200);
    let shown = call(&bench, "GET", "/-/faults", &Value::Null).json();
    assert_eq!(shown, json!({ "faults": "", "answers": [] }));
}

#[test]
fn requests_are_told_without_anything_secret() {
    let bench = bench();
    let token = bench.token();
    let attempt = bench.attempt();
    let assertion = attempt.assertion();
    bench.send(&attempt);
    let attempt = bench.attempt().with_client("nobody");
    bench.send(&attempt);
    let answer = call(&bench, "GET", "/-/requests?kind=token", &Value::Null);
    let text = answer.text().to_owned();
    let (_, signature) = assertion.rsplit_once('.').unwrap();
    for secret in [token.as_str(), signature] {
        assert!(!text.contains(secret), "{text}");
    }
    let shown = answer.json();
    assert_eq!(shown["issuedTokens"], 2);
    assert_eq!(shown["requests"].as_array().unwrap().len(), 3);
    assert_eq!(shown["requests"][2]["refusal"]["rule"], "unknown-client");
    let path = format!("/-/requests?client={CLIENT}&after=1");
    let some = call(&bench, "GET", &path, &Value::Null).json();
    assert_eq!(some["requests"].as_array().unwrap().len(), 1);
    assert_eq!(
        call(&bench, "DELETE", "/-/requests", &Value::Null).status,
        204
    );
    let left = call(&bench, "GET", "/-/requests", &Value::Null).json();
    assert_eq!(left["requests"], json!([]));
}

#[test]
fn it_is_off_unless_asked_for_and_answers_no_web_page() {
    let off = Bench::start();
    let answer = call(&off, "GET", "/-/clients", &Value::Null);
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("the control API is off"));
    let client = json!({ "jwks": key_set_value() });
    assert_eq!(call(&off, "PUT", "/-/clients/x", &client).status, 404);
    assert_eq!(off.send(&off.attempt().with_client("x")).status, 401);

    let on = bench();
    let body = client.to_string();
    let json = ("Content-Type", "application/json");
    let own_origin = on.gateway.base_url();
    for (headers, status) in [
        ([json, ("Host", "evil.example")], 421),
        ([json, ("Origin", "https://evil.example")], 421),
        ([json, ("Origin", "http://127.0.0.1:1")], 421),
        ([json, ("Origin", "null")], 421),
        ([json, ("Sec-Fetch-Site", "cross-site")], 421),
        ([("Content-Type", "text/plain"), ("Accept", "*/*")], 415),
        ([json, ("Sec-Fetch-Site", "same-origin")], 201),
        ([json, ("Origin", own_origin.as_str())], 200),
    ] {
        let answer = send(
            on.address(),
            "PUT",
            "/-/clients/x",
            &headers,
            body.as_bytes(),
        );
        assert_eq!(answer.status, status, "{headers:?}");
    }
    let error = tokenring_mock_gateway::MockGateway::builder()
        .with_control()
        .with_exposure_beyond_loopback()
        .with_address("0.0.0.0:0".parse().unwrap())
        .start()
        .unwrap_err();
    assert!(error.to_string().contains("leave control out"), "{error}");
}

/// Okta says when to come again in a header of its own, and has no Retry-After.
#[test]
fn too_many_requests_are_told_with_the_gateways_own_headers() {
    let gateway = Gateway::builtin("okta").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_faults("429".parse().unwrap())
            .with_client(draft::CLIENT, public_key(Algorithm::Rs256))
    });
    let audience = preset.gateway.audience();
    let draft = Draft::new(&preset, Algorithm::Rs256, &audience).form("scope", "okta.users.read");
    let answer = draft.send(&preset);
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.json()["errorCode"], "E0000047");
    assert_eq!(answer.header("retry-after"), None);
    assert_eq!(answer.header("x-rate-limit-remaining"), Some("0"));
    let reset: u64 = answer
        .header("x-rate-limit-reset")
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(reset, preset.now() + 1);
    preset.gateway.set_faults("".parse().unwrap()).unwrap();
    let audience = preset.gateway.audience();
    let draft = Draft::new(&preset, Algorithm::Rs256, &audience).form("scope", "okta.users.read");
    let answer = preset.accepts(&draft);
    assert_eq!(answer.header("x-rate-limit-limit"), Some("300"));
    assert_eq!(answer.header("x-rate-limit-remaining"), Some("299"));
}
