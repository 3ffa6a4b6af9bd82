//! A gateway that cannot answer just now.

use std::time::Duration;

use super::{end, events};
use crate::loopback::{Request, response};
use crate::process::{Machine, wait_until};
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids, token};

const REFUSAL: &str = r#"{"error":"invalid_client","error_description":"no such client"}"#;

fn refuse(status: &str, headers: &str) -> Vec<u8> {
    response(
        status,
        &format!("Content-Type: application/json\r\n{headers}"),
        br#"{"error":"temporarily_unavailable"}"#,
    )
}

/// Starts `watch` with a server that has an outage of this kind at first, and ends it once
/// there is a token.
#[track_caller]
fn check(status: &'static str, headers: &'static str, outages: usize) {
    let machine = Machine::new();
    let server = ScriptedServer::start(move |number, _| {
        if number < outages {
            refuse(status, headers)
        } else {
            token(number)
        }
    });
    let running = server
        .watch(&machine, &["--timeout", "1", "--no-cache"])
        .start();
    let path = machine.work().join("token");
    wait_until("there is a file", || path.exists());
    let finished = end(running, "TERM");
    let events = events(&finished);
    assert!(events[0].starts_with("no new token"), "{events:?}");
    assert!(events[0].contains(&status[..3]), "{events:?}");
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, outages + 1);
}

/// What may pass by itself is waited for at the start too.
#[test]
fn at_the_start() {
    std::thread::scope(|scope| {
        // Of some, the first try is three attempts at most.
        for (status, headers, outages) in [
            ("429 Too Many Requests", "", 3),
            ("429 Too Many Requests", "Retry-After: 1\r\n", 3),
            ("500 Internal Server Error", "", 3),
            ("502 Bad Gateway", "", 3),
            ("503 Service Unavailable", "Retry-After: 0\r\n", 3),
            ("504 Gateway Timeout", "", 3),
            ("529 Site Overloaded", "", 1),
        ] {
            scope.spawn(move || check(status, headers, outages));
        }
    });
}

/// As long as the server wants to be left alone, it is.
#[test]
fn a_server_that_says_when_to_come_back() {
    let machine = Machine::new();
    let server =
        ScriptedServer::start(|_, _| refuse("503 Service Unavailable", "Retry-After: 600\r\n"));
    let running = server.watch(&machine, &["--timeout", "1"]).start();
    let count = || server.requests().len();
    let mut requests = 0;
    wait_until("there was a request", || {
        requests += count();
        requests > 0
    });
    std::thread::sleep(Duration::from_millis(2500));
    requests += count();
    assert_eq!(requests, 1);
    let finished = end(running, "TERM");
    let told = "no new token, next try in 600 s";
    assert!(events(&finished)[0].starts_with(told), "{finished:?}");
}

/// A refusal ends it, be it the first answer or the one after an outage.
#[test]
fn a_refusal_after_an_outage() {
    for outages in [0, 1] {
        let machine = Machine::new();
        let server = ScriptedServer::start(move |number, _: &Request| {
            if number < outages {
                return refuse("500 Internal Server Error", "");
            }
            response(
                "401 Unauthorized",
                "Content-Type: application/json\r\n",
                REFUSAL.as_bytes(),
            )
        });
        let run = server.watch(&machine, &["--no-cache", "--timeout", "5"]);
        run.finish().has_code(6);
        assert!(!machine.work().join("token").exists());
        assert_eq!(server.requests().len(), outages + 1);
    }
}

/// A server that never says how long its tokens are valid.
#[test]
fn no_stated_lifetime() {
    let machine = Machine::new();
    let server = ScriptedServer::start(|_, _| {
        let body = br#"{"access_token":"abc","token_type":"Bearer"}"#;
        response("200 OK", "Content-Type: application/json\r\n", body)
    });
    let running = server.watch(&machine, &[]).start();
    let path = machine.work().join("token");
    wait_until("there is a file", || path.exists());
    std::thread::sleep(Duration::from_millis(1500));
    let finished = end(running, "TERM");
    let events = events(&finished);
    assert!(events[0].starts_with("wrote token"), "{events:?}");
    assert!(events[0].ends_with("renewal in 30 s"), "{events:?}");
    assert!(!finished.stderr.contains("good for"), "{finished:?}");
    assert_eq!(server.requests().len(), 1);
}

/// A server whose tokens have expired when they come is not asked each second.
#[test]
fn no_lifetime_at_all() {
    let machine = Machine::new();
    let server = ScriptedServer::start(|_, _| {
        let body = br#"{"access_token":"abc","token_type":"Bearer","expires_in":0}"#;
        response("200 OK", "Content-Type: application/json\r\n", body)
    });
    let running = server.watch(&machine, &[]).start();
    let mut requests = 0;
    wait_until("there were two tokens", || {
        requests += server.requests().len();
        requests >= 2
    });
    let finished = end(running, "TERM");
    let events = events(&finished);
    assert!(
        events[0].ends_with("for only 0 s; next renewal in 1 s"),
        "{events:?}"
    );
    let warning = "warning: the server says that the token is valid for 0 s";
    assert!(finished.stderr.contains(warning), "{finished:?}");
    // The second may be cut off by the end.
    if let Some(second) = events.iter().filter(|event| event.contains("wrote")).nth(1) {
        assert!(second.ends_with("next renewal in 2 s"), "{events:?}");
    }
}
