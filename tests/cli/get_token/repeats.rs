use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use integration_tests::fixtures;

use crate::loopback::{Request, response};
use crate::process::{Finished, Machine};
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids, token};

/// Answers with this refusal so often, then with a token.
fn busy(
    status: &'static str,
    headers: &'static str,
    body: &'static str,
    times: usize,
) -> ScriptedServer {
    ScriptedServer::start(move |number, _| {
        if number < times {
            return response(status, headers, body.as_bytes());
        }
        token(1)
    })
}

/// Gets a token; each of so many attempts has an assertion of its own.
#[track_caller]
fn get(server: &ScriptedServer, more: &[&str], attempts: usize) -> (Finished, Vec<Request>) {
    let machine = Machine::new();
    let run = server.get_token(&machine, &[&["-q"], more].concat());
    let finished = run.finish();
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, attempts);
    (finished, requests)
}

/// A server that is too busy or not there is asked again, as it says when.
#[test]
fn a_server_that_is_busy() {
    for status in [
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let server = busy(status, "Retry-After: 0\r\n", "busy", 1);
        let (finished, _) = get(&server, &[], 2);
        assert_eq!(finished.succeeds(), "token-1\n");
    }
    let began = Instant::now();
    let server = busy("503 Busy", "Retry-After: 1\r\n", "<html>busy</html>", 1);
    get(&server, &[], 2).0.succeeds();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

/// What the NHS platform answers above its quota: no `error`, no `Retry-After`.
#[test]
fn a_quota() {
    let quota = r#"{"message":"Rate limit quota violation. Quota limit exceeded.","policy":"quota","ratelimiting_expiry_time_ms":1800000000000,"scope":"application"}"#;
    let server = busy("429 Too Many Requests", "", quota, 2);
    assert_eq!(get(&server, &[], 3).0.succeeds(), "token-1\n");
}

/// Four times, and then what the server says is told.
#[test]
fn a_server_that_stays_busy() {
    let server = busy("503 Busy", "", "", 99);
    let (finished, _) = get(&server, &[], 4);
    finished.fails(6);
}

/// A refusal is one: nothing is gained by another.
#[test]
fn refusals() {
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "500 Oops",
    ] {
        let body = r#"{"error":"invalid_client"}"#;
        let server = busy(status, "Retry-After: 0\r\n", body, 1);
        let (finished, _) = get(&server, &[], 1);
        finished.fails(6);
    }
}

/// An answer that broke off may have spent the assertion: another is not risked.
#[test]
fn an_answer_that_breaks_off() {
    let server = ScriptedServer::start(|_, _| {
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\"".to_vec()
    });
    get(&server, &[], 1).0.fails(5);
}

fn in_two_seconds(server: &ScriptedServer) -> Finished {
    let machine = Machine::new();
    server
        .get_token(&machine, &["-q", "--timeout", "2"])
        .finish()
}

/// The time-out is for all attempts and pauses together.
#[test]
fn the_whole_time() {
    // A pause that would end later is not begun.
    let began = Instant::now();
    let server = busy("503 Busy", "Retry-After: 30\r\n", "", 99);
    get(&server, &["--timeout", "3"], 1).0.fails(6);
    assert!(began.elapsed() < Duration::from_secs(3));

    let began = Instant::now();
    let server = busy("503 Busy", "Retry-After: 1\r\n", "", 99);
    let finished = in_two_seconds(&server);
    finished.fails(6);
    assert!(began.elapsed() < Duration::from_secs(4));
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, requests.len());
    assert!(requests.len() <= 2);

    // Taken and never answered, after an answer that was none.
    let server = ScriptedServer::start(|number, _| {
        if number > 0 {
            std::thread::sleep(Duration::from_secs(6));
        }
        response("503 Busy", "Retry-After: 0\r\n", b"")
    });
    let began = Instant::now();
    let finished = in_two_seconds(&server);
    finished.fails(5);
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A connection that is refused was no request: the next one is not too late.
#[test]
fn a_server_that_comes_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let url = format!("http://{address}/token");
    let arguments = [
        "get-token",
        "--verbose",
        "--client-id",
        "a",
        "--token-url",
        &url,
    ];
    let arguments = [&arguments[..], &["--private-key", "key-1.pem"]].concat();
    let mut running = machine.shell("exec 2>&1", &arguments).start();
    while !running.line().ends_with(", attempt 2") {}
    let listener = TcpListener::bind(address).unwrap();
    let server = ScriptedServer::listen(listener, |_, _| token(1));
    let text = running.finish().succeeds();
    assert!(text.contains("token-1\n"), "{text}");
    has_fresh_jwt_ids(&server.requests(), 1);
}

/// Whatever path leads to another attempt, its assertion is a new one.
#[test]
fn every_path() {
    let machine = Machine::new();
    let server = ScriptedServer::start(|number, request| match (number, request.path()) {
        // Too busy twice, within one call.
        (0 | 1, _) => response("503 Busy", "Retry-After: 0\r\n", b""),
        (_, "/a") if request.header("authorization") == Some("Bearer token-2") => response(
            "401 Unauthorized",
            "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
            b"",
        ),
        (_, "/a") => response("200 OK", "", b""),
        (number, _) => token(number),
    });
    let get = |more: &[&str]| {
        server
            .get_token(&machine, &[&["-q"], more].concat())
            .finish()
    };
    assert_eq!(get(&[]).succeeds(), "token-2\n");
    assert_eq!(get(&[]).succeeds(), "token-2\n");
    // The API does not take it, and a new one is asked for.
    server.call_api(&machine, &["-q"]).finish().succeeds();
    assert_eq!(get(&[]).succeeds(), "token-4\n");
    assert_eq!(get(&["--force-refresh"]).succeeds(), "token-6\n");
    assert_eq!(get(&["--no-cache"]).succeeds(), "token-7\n");
    has_fresh_jwt_ids(&server.requests(), 6);
}
