//! Members of an answer that the protocol says nothing of.

use serde_json::{Value, json};

use crate::loopback::response;
use crate::process::Machine;
use crate::scripted_server::ScriptedServer;

fn server(members: Value) -> ScriptedServer {
    let mut body = json!({ "access_token": "test-access-token", "token_type": "Bearer" });
    let own = body.as_object_mut().unwrap();
    own.extend(members.as_object().unwrap().clone());
    let body = body.to_string();
    ScriptedServer::start(move |_, _| response("200 OK", "", body.as_bytes()))
}

/// In the call that requests the token and in the one that finds it in the cache.
#[test]
fn are_handed_on() {
    let members = json!({
        "patient": "p1",
        "authorization_details": [{ "type": "payment", "amount": "1" }],
        "instance_url": "https://org1.example",
        "id_token": "a.b.c",
    });
    let mut all = members.clone();
    all["refresh_token"] = json!("planted");
    all["expires_in"] = json!(300);
    all["expires_at"] = json!("in five minutes");
    let (server, machine) = (server(all), Machine::new());
    for _ in 0..2 {
        let run = server.get_token(&machine, &["-q", "--format", "json"]);
        let finished = run.finish();
        assert!(!finished.everything().contains("planted"));
        let found: Value = serde_json::from_str(&finished.succeeds()).unwrap();
        for (name, value) in members.as_object().unwrap() {
            assert_eq!(found.get(name), Some(value), "{name}");
        }
        assert!(found["expires_at"].is_u64());
    }
    assert_eq!(server.requests().len(), 1);
}

/// How many requests two calls take, and what is said with `-v`.
#[track_caller]
fn check(members: Value, requests: usize, said: &str) {
    let (server, machine) = (server(members), Machine::new());
    for number in 0..2 {
        let run = server.get_token(&machine, &["-v"]).finish();
        assert_eq!(run.text(), "test-access-token\n");
        assert!(number == 1 || run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!(server.requests().len(), requests);
}

#[test]
fn lifetimes() {
    const ABSENT: &str = "not cached: the server did not say how long the token is valid";
    check(json!({}), 2, ABSENT);
    check(json!({ "expires_in": null }), 2, ABSENT);
    check(json!({ "expires_in": "3599" }), 1, "");
    check(
        json!({ "expires_in": 0 }),
        2,
        "warning: the server says that the token is valid for 0 s, so APIs may reject it; it is not cached",
    );
    check(
        json!({ "expires_in": true }),
        2,
        "not cached: in the server's answer, expires_in is a boolean",
    );
    check(
        json!({ "expires_in": { "seconds": 1 } }),
        2,
        "expires_in is an object",
    );
    check(
        json!({ "expires_in": "soon" }),
        2,
        "expires_in is a text that is not a number",
    );
}

#[test]
fn scopes_that_cannot_be_read() {
    for (scope, kind) in [
        (json!(true), "a boolean"),
        (json!(["a", "b"]), "an array"),
        (json!({ "a": 1 }), "an object"),
    ] {
        let said = format!("not cached: in the server's answer, scope is {kind}, not a text");
        check(json!({ "expires_in": 3600, "scope": scope }), 2, &said);
    }
    check(json!({ "expires_in": 3600, "scope": null }), 1, "");
}
