use crate::get_token::tls;
use crate::loopback::{Request, response};
use crate::process::{Finished, Machine};
use crate::scripted_server::{ScriptedServer, lines};

/// An API that redirects from `/a`, by this status, to this place.
fn redirecting(
    status: &'static str,
    location: impl Fn(u16) -> String + Send + 'static,
) -> ScriptedServer {
    let (port, known) = std::sync::mpsc::channel();
    let server = ScriptedServer::api(move |_, request| {
        if request.path() != "/a" {
            return response("200 OK", "", b"there");
        }
        let headers = format!("Location: {}\r\n", location(known.recv().unwrap()));
        response(status, &headers, b"here")
    });
    port.send(server.port()).unwrap();
    server
}

#[track_caller]
fn call(server: &ScriptedServer, more: &[&str]) -> (Finished, Vec<Request>) {
    let machine = Machine::new();
    machine.write("file", "body");
    let run = server.call_api(&machine, &[&["-q"], more].concat());
    let finished = run.with_input("body").finish();
    (finished, server.requests())
}

/// To wherever the origin is the same, with the token.
#[test]
fn within_the_origin() {
    for (location, path) in [
        ("/b", "/b"),
        ("b", "/b"),
        ("./b?c=d", "/b?c=d"),
        ("?c", "/a?c"),
        ("/b#fragment", "/b"),
        ("http://127.0.0.1:PORT/b", "/b"),
        ("HTTP://127.0.0.1:PORT/b", "/b"),
        ("//127.0.0.1:PORT/b", "/b"),
    ] {
        let server = redirecting("302 Found", move |port| {
            location.replace("PORT", &port.to_string())
        });
        let (finished, requests) = call(&server, &[]);
        assert_eq!(finished.succeeds(), "there", "{location}");
        assert_eq!(requests[2].line(), format!("GET {path}"), "{location}");
        assert_eq!(requests[2].header("authorization"), Some("Bearer token-1"));
        let id = requests[1].header("x-request-id");
        assert_eq!(requests[2].header("x-request-id"), id);
    }
}

/// Never to another one, where the token would be lost.
#[test]
fn to_another_origin() {
    let other = ScriptedServer::start(|_, _| response("200 OK", "", b"elsewhere"));
    let elsewhere = other.port();
    for location in [
        "http://127.0.0.1:ELSEWHERE/b",
        "//127.0.0.1:ELSEWHERE/b",
        "http://localhost:PORT/b",
        "http://[::1]:PORT/b",
        "https://127.0.0.1:PORT/b",
        "http://127.0.0.1:PORT@127.0.0.1:ELSEWHERE/b",
        "http://127.0.0.1:PORT\\@127.0.0.1:ELSEWHERE/b",
        "http://127.0.0.2:ELSEWHERE/b",
        "file:///etc/hostname",
        "javascript:a",
    ] {
        for status in ["301 A", "302 B", "303 C", "307 D", "308 E"] {
            let server = redirecting(status, move |port| {
                location
                    .replace("PORT", &port.to_string())
                    .replace("ELSEWHERE", &elsewhere.to_string())
            });
            let finished = server.call_api(&Machine::new(), &[]).finish().has_code(0);
            assert_eq!(finished.text(), "here", "{location}");
            assert_eq!(lines(&server.requests()), ["POST /token", "GET /a"]);
        }
    }
    assert!(other.requests().is_empty());
}

/// From `https` to `http`, be it on the same host and port.
#[test]
fn to_an_origin_in_clear() {
    let machine = Machine::new();
    let other = ScriptedServer::api(|_, _| response("200 OK", "", b"elsewhere"));
    // It serves files that hold whole answers.
    let Some((_running, url)) = tls::server(&machine, "server.pem", "-HTTP") else {
        return;
    };
    let authority = tls::certificate("authority.pem");
    let (_, rest) = url.split_once("://").unwrap();
    let elsewhere = other.url("/b").replace("127.0.0.1", "localhost");
    for location in [format!("http://{rest}b"), elsewhere] {
        let headers = format!("Location: {location}\r\n");
        machine.write("a", response("302 Found", &headers, b"here"));
        let url = format!("{url}a");
        let more = ["--ca-cert", &authority, "--url", &url];
        let finished = other.call(&machine, &more).finish().has_code(0);
        assert_eq!(finished.text(), "here");
        for request in other.requests() {
            assert_eq!(request.line(), "POST /token");
        }
    }
    // Within `https` it is followed.
    machine.write("a", response("302 Found", "Location: b\r\n", b"here"));
    machine.write("b", response("200 OK", "", b"there"));
    let url = format!("{url}a");
    let more = ["--ca-cert", &authority, "--url", &url];
    assert_eq!(other.call(&machine, &more).finish().succeeds(), "there");
}

/// What becomes of method and body (RFC 9110 section 15.4).
#[test]
fn methods_and_bodies() {
    for (status, more, line, body) in [
        ("301 A", &["--data", "body"][..], "GET /b", ""),
        ("302 B", &["--data", "body"], "GET /b", ""),
        ("303 C", &["--data", "body"], "GET /b", ""),
        ("303 C", &["--data", "-"], "GET /b", ""),
        ("307 D", &["--data", "body"], "POST /b", "body"),
        ("308 E", &["--data", "@file"], "POST /b", "body"),
        (
            "301 A",
            &["--data", "body", "--method", "PUT"],
            "PUT /b",
            "body",
        ),
        ("302 B", &["--method", "DELETE"], "DELETE /b", ""),
        ("303 C", &["--method", "DELETE"], "GET /b", ""),
        (
            "303 C",
            &["--data", "body", "--method", "PUT"],
            "GET /b",
            "",
        ),
        ("302 B", &[], "GET /b", ""),
    ] {
        let server = redirecting(status, |_| "/b".into());
        let (finished, requests) = call(&server, more);
        assert_eq!(finished.succeeds(), "there", "{status} {more:?}");
        assert_eq!(requests[2].line(), line, "{status} {more:?}");
        assert_eq!(requests[2].body, body.as_bytes());
        if line.starts_with("GET") {
            assert_eq!(requests[2].header("content-length"), None);
            assert_eq!(requests[2].header("content-type"), None);
        }
    }
    let server = redirecting("303 C", |_| "/b".into());
    let (finished, requests) = call(&server, &["--method", "HEAD"]);
    finished.succeeds();
    assert_eq!(requests[2].line(), "HEAD /b");
}

/// What described a body that is gone goes with it.
#[test]
fn headers_of_the_body() {
    for (status, kept) in [("303 C", false), ("307 D", true)] {
        let server = redirecting(status, |_| "/b".into());
        let (finished, requests) = call(&server, &["--json", "{}"]);
        finished.succeeds();
        let kept = kept.then_some("application/json");
        assert_eq!(requests[2].header("content-type"), kept);
        assert_eq!(requests[2].header("accept"), Some("application/json"));
    }
}

/// A body that is gone cannot go on: the redirect is the answer.
#[test]
fn a_body_from_standard_input() {
    for status in ["307 D", "308 E"] {
        let server = redirecting(status, |_| "/b".into());
        let (finished, requests) = call(&server, &["--data", "-"]);
        assert_eq!(finished.succeeds(), "here");
        assert_eq!(lines(&requests), ["POST /token", "POST /a"]);
    }
}

/// A loop ends.
#[test]
fn loops() {
    let server = ScriptedServer::api(|_, _| response("302 Found", "Location: /a\r\n", b""));
    let (finished, requests) = call(&server, &[]);
    finished.fails(5);
    // The token, the first call, and ten more.
    assert_eq!(requests.len(), 12);
}

/// These have a `Location`, or ought to, and lead nowhere.
#[test]
fn what_is_no_redirect() {
    for (status, headers) in [
        ("201 Created", "Location: /b\r\n"),
        ("300 Choose", "Location: /b\r\n"),
        ("304 Not Modified", "Location: /b\r\n"),
        ("302 Found", ""),
    ] {
        let server = ScriptedServer::api(move |_, _| response(status, headers, b""));
        let (finished, requests) = call(&server, &[]);
        finished.succeeds();
        assert_eq!(requests.len(), 2, "{status}");
    }
}
