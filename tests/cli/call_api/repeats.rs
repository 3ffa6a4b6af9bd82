use std::net::{Ipv4Addr, TcpListener};

use crate::loopback::{Request, response};
use crate::process::Machine;
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids};

/// Answers with this status so often, then well.
fn busy(status: &'static str, headers: &'static str, times: usize) -> ScriptedServer {
    ScriptedServer::start(move |number, _| {
        if number < times {
            return response(status, headers, b"busy");
        }
        response("200 OK", "", b"done")
    })
}

/// Calls, and checks how often it was called.
#[track_caller]
fn check(server: &ScriptedServer, more: &[&str], calls: usize, code: i32) -> Vec<Request> {
    let machine = Machine::new();
    machine.write("file", "body");
    let url = server.url("/a");
    let arguments = ["call-api", "--auth", "none", "--url", &url];
    let run = machine.tokenring(arguments.iter().chain(more));
    let finished = run.with_input("body").finish().has_code(code);
    assert_eq!(finished.text(), if code == 0 { "done" } else { "busy" });
    let repeats = finished.stderr.matches("not ready; trying again").count();
    assert_eq!(repeats, calls - 1, "{}", finished.stderr);
    // Whoever asked for repeats is told why there is none, and nobody else.
    let is_asked = more.windows(2).any(|pair| pair == ["--retry", "1"]);
    let is_once = calls == 1 && code == 7 && is_asked;
    let told = finished.stderr.matches("--retry leaves it at that").count();
    assert_eq!(told, usize::from(is_once), "{}", finished.stderr);
    let requests = server.requests();
    assert_eq!(requests.len(), calls);
    requests
}

/// The statuses of a server that is too busy or not there, and no other.
#[test]
fn statuses() {
    for status in [
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let server = busy(status, "Retry-After: 0\r\n", 1);
        check(&server, &["--retry", "2"], 2, 0);
    }
    for status in ["500 Oops", "400 Bad Request", "403 Forbidden", "501 No"] {
        let server = busy(status, "Retry-After: 0\r\n", 1);
        check(&server, &["--retry", "2"], 1, 7);
    }
}

/// As often as asked for, and then what the API answers is the answer.
#[test]
fn number() {
    check(&busy("503 Busy", "", 1), &[], 1, 7);
    check(&busy("503 Busy", "", 1), &["--retry", "0"], 1, 7);
    check(&busy("503 Busy", "", 9), &["--retry", "1"], 2, 7);
    check(&busy("503 Busy", "", 2), &["--retry", "2"], 3, 0);
}

/// What the server asks for is waited for.
#[test]
fn retry_after() {
    let began = std::time::Instant::now();
    let server = busy("429 Too Many Requests", "Retry-After: 1\r\n", 1);
    check(&server, &["--retry", "1"], 2, 0);
    assert!(began.elapsed().as_millis() >= 1_000);
}

/// Only what can be done twice without harm (RFC 9110 section 9.2.2), and only
/// with a body that is still there.
#[test]
fn methods_and_bodies() {
    let server = || busy("503 Busy", "Retry-After: 0\r\n", 1);
    for (more, calls) in [
        (&["--method", "PUT", "--data", "body"][..], 2),
        (&["--method", "PUT", "--data", "@file"], 2),
        (&["--method", "DELETE"], 2),
        (&["--method", "OPTIONS"], 2),
        (&["--data", "body"], 1),
        (&["--method", "PATCH", "--data", "body"], 1),
        (&["--method", "POST"], 1),
        (&["--method", "PUT", "--data", "-"], 1),
    ] {
        let code = if calls == 2 { 0 } else { 7 };
        let more = [more, &["--retry", "1"]].concat();
        let requests = check(&server(), &more, calls, code);
        for request in &requests {
            assert_eq!(request.body, requests[0].body);
            assert_eq!(request.line(), requests[0].line());
        }
    }
    let server = server();
    let url = server.url("/a");
    let arguments = ["call-api", "--auth", "none", "--url", &url];
    let more = ["--method", "HEAD", "--retry", "1"];
    let machine = Machine::new();
    let run = machine.tokenring(arguments.iter().chain(&more));
    run.finish().succeeds();
    assert_eq!(server.requests().len(), 2);
}

/// The request identifier and all other headers stay as they were, and so does
/// the token.
#[test]
fn headers() {
    let server = ScriptedServer::api(|number, _| match number {
        0 | 1 => response("503 Busy", "Retry-After: 0\r\n", b""),
        _ => response("200 OK", "", b""),
    });
    let more = ["--retry", "2", "--header", "X-One: 1"];
    let machine = Machine::new();
    server.call_api(&machine, &more).finish().succeeds();
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    has_fresh_jwt_ids(&requests, 1);
    assert!(requests[1].header("x-request-id").is_some());
    assert_eq!(requests[1].header("authorization"), Some("Bearer token-1"));
    assert_eq!(requests[1].head, requests[2].head);
    assert_eq!(requests[1].head, requests[3].head);
}

/// Nobody there yet is as good as too busy.
#[test]
fn a_server_that_comes_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let machine = Machine::new();
    let url = format!("http://{address}/");
    let arguments = ["call-api", "--auth", "none", "--retry", "5", "--url", &url];
    let mut running = machine.shell("exec 2>&1", &arguments).start();
    // It is going to try again.
    running.line();
    let listener = TcpListener::bind(address).unwrap();
    let server = ScriptedServer::listen(listener, |_, _| response("200 OK", "", b"done"));
    let text = running.finish().succeeds();
    assert!(text.ends_with("done"), "{text}");
    assert_eq!(server.requests().len(), 1);
}
