use std::io::Write;
use std::thread;
use std::time::Duration;

use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, Run};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

fn call(machine: &Machine, server: &Loopback, more: &[&str]) -> Run {
    let url = server.url("/");
    let arguments = ["call-api", "--auth", "none", "--url", &url];
    machine.tokenring(arguments.iter().chain(more))
}

#[track_caller]
fn answered(bytes: impl Into<Vec<u8>>, more: &[&str]) -> Finished {
    let server = Loopback::answer(bytes);
    call(&Machine::new(), &server, more).finish()
}

/// Whatever bytes come, they go out.
#[test]
fn the_body_is_unchanged() {
    let bytes: Vec<u8> = (0..=255).cycle().take(3_000_000).collect();
    for body in [&b""[..], b"no line break", b"\x1b[2J\r\n\0\xff", &bytes] {
        let finished = answered(response("200 OK", "", body), &[]).has_code(0);
        assert!(finished.stdout == body);
        assert_eq!(finished.stderr, "");
    }
    let chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    assert_eq!(answered(chunks, &[]).succeeds(), "abcde");
    assert_eq!(
        answered("HTTP/1.1 200 OK\r\n\r\nto the end", &[]).succeeds(),
        "to the end"
    );
}

/// What has arrived is shown, before the rest comes.
#[test]
fn the_body_is_streamed() {
    let server = Loopback::answer_with(|stream| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n"
        )?;
        stream.flush()?;
        // The rest comes never: the test ends first.
        thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    let machine = Machine::new();
    let mut running = call(&machine, &server, &[]).start();
    assert_eq!(running.line(), "first");
    assert!(!running.has_ended());
    assert_eq!(running.kill(), "");
}

#[test]
fn status_and_headers() {
    let headers = "X-One: 1\r\nContent-Type: text/plain\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n";
    let text = answered(response("200 OK", headers, b"body"), &["--include"]).succeeds();
    let (head, body) = text.split_once("\n\n").unwrap();
    assert_eq!(body, "body");
    let lines: Vec<_> = head.lines().map(str::to_lowercase).collect();
    assert_eq!(lines[0], "http/1.1 200 ok");
    for line in [
        "x-one: 1",
        "content-type: text/plain",
        "set-cookie: a",
        "set-cookie: b",
    ] {
        assert!(lines.iter().any(|other| other == line), "{text}");
    }
}

/// A status of 400 or more is the exit code; the body is there all the same.
#[test]
fn errors_of_the_api() {
    // The words are the standard's, whatever the server's are.
    for (status, shown) in [
        ("400 Bad Request", "400 Bad Request"),
        ("401 Unauthorized", "401 Unauthorized"),
        ("404 Not Found", "404 Not Found"),
        ("418 Teapot", "418 I'm a teapot"),
        ("500 Oops", "500 Internal Server Error"),
        ("503 Busy", "503 Service Unavailable"),
        ("599 Odd", "599"),
    ] {
        let finished = answered(response(status, "", b"{\"why\":1}"), &[]).has_code(7);
        assert_eq!(finished.text(), "{\"why\":1}");
        let note = format!("error: the API answered {shown}\n");
        assert_eq!(finished.stderr, note);
        let finished = answered(response(status, "", b"body"), &["--quiet"]).has_code(7);
        assert_eq!(finished.text(), "body");
        assert_eq!(finished.stderr, note);
    }
    // The gateway's own refusal of a token that it does not know.
    let client = RegisteredClient::new();
    let more = ["--auth", "none", "--header", "Authorization: Bearer stale"];
    let finished = client
        .call_api(ApiAccess::Bearer, &more)
        .finish()
        .has_code(7);
    assert!(serde_json::from_str::<serde_json::Value>(finished.text()).is_ok());
}

#[test]
fn statuses_that_are_none_of_these() {
    assert_eq!(
        answered("HTTP/1.1 204 No Content\r\n\r\n", &[]).succeeds(),
        ""
    );
    assert_eq!(
        answered(response("201 Created", "", b"a"), &[]).succeeds(),
        "a"
    );
}

/// No redirect is followed, so that no token goes to another server.
#[test]
fn a_redirect_goes_nowhere() {
    let elsewhere = Loopback::answer(response("200 OK", "", b"elsewhere"));
    let location = elsewhere.url("/\u{1b}[2J");
    let target = format!("Location: {}\r\n", elsewhere.url("/"));
    let client = RegisteredClient::new();
    let mut texts = Transcript::new();
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let server = Loopback::answer(response(status, &target, b"body"));
        let url = server.url("/");
        let finished = client
            .run("call-api", &["--url", &url])
            .finish()
            .has_code(0);
        assert_eq!(finished.text(), "body");
        texts.show(&finished);
        let request = server.request();
        assert!(
            request
                .header("authorization")
                .unwrap()
                .starts_with("Bearer ")
        );
    }
    assert!(elsewhere.has_seen_nothing());
    drop(location);
    texts.check("call-api/redirects");
}

/// A reader that has seen enough, as in `| head -c1`, is no failure.
#[test]
fn a_closed_pipe() {
    let body = vec![b'a'; 5_000_000];
    let server = Loopback::answer(response("200 OK", "", &body));
    let machine = Machine::new();
    let finished = call(&machine, &server, &[]).with_closed_output().finish();
    assert_eq!(finished.stderr, "");
    finished.has_code(0);

    let url = server.url("/");
    let script = format!(
        "\"$0\" call-api --auth none --url {url} | head -c 1; echo \" ${{PIPESTATUS[0]}}\""
    );
    let run = machine
        .program("bash")
        .with_argument("-c")
        .with_argument(script);
    let finished = run.with_argument(crate::process::TOKENRING).finish();
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.succeeds(), "a 0\n");
}

#[test]
fn a_full_standard_output() {
    let server = Loopback::answer(response("200 OK", "", b"body"));
    let machine = Machine::new();
    for more in [&[][..], &["--include"]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let finished = call(&machine, &server, more).with_output(full).finish();
        finished.fails(8);
    }
}

/// What came is shown, and that it was not all.
#[test]
fn an_answer_that_breaks_off() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nsome",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nsome",
    ] {
        let finished = answered(bytes, &[]).has_code(5);
        assert_eq!(finished.text(), "some");
        finished.complaint();
    }
    for bytes in ["", "garbage\r\n\r\n"] {
        answered(bytes, &[]).fails(5);
    }
    let complaint = answered(
        response("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08"),
        &["-q"],
    );
    assert_ne!(complaint.code(), Some(1));
}

/// An API that says nothing is given up on after the time that was given.
#[test]
fn silence() {
    let server = Loopback::answer_with(|_| {
        thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    call(&Machine::new(), &server, &["--timeout", "1"])
        .finish()
        .fails(5);
}
