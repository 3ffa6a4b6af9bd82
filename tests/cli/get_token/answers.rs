use crate::loopback::{Loopback, TOKEN, response};
use crate::process::Machine;
use crate::transcript::Transcript;

const OK: &str = "200 OK";
const JSON: &str = "Content-Type: application/json\r\n";

/// An answer that a token is taken from.
#[track_caller]
fn accepted(body: &str) {
    let server = Loopback::json(OK, body);
    let machine = Machine::new();
    let finished = server.get_token(&machine, &["-q"]).finish();
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.succeeds(), "test-access-token\n");
}

#[test]
fn lenient_where_it_does_no_harm() {
    accepted(TOKEN);
    for expiry in [
        "\"599\"",
        "0",
        "-1",
        "1e3",
        "18446744073709551615",
        "null",
        "\"soon\"",
    ] {
        accepted(&format!(
            r#"{{"access_token":"test-access-token","token_type":"Bearer","expires_in":{expiry}}}"#
        ));
    }
    accepted(r#"{"access_token":"test-access-token","token_type":"bearer"}"#);
    accepted(r#"{"access_token":"test-access-token","token_type":"BEARER","more":{"a":[]}}"#);
}

#[test]
fn statuses_and_types() {
    for status in ["201 Created", "203 Other", "206 Partial"] {
        let server = Loopback::answer(response(status, JSON, TOKEN.as_bytes()));
        let machine = Machine::new();
        let run = server.get_token(&machine, &["-q"]);
        assert_eq!(run.finish().succeeds(), "test-access-token\n");
    }
    for more in [
        r#","token_type":"BearerToken""#,
        r#","token_type":"Bearer ""#,
        r#","token_type":null"#,
        "",
    ] {
        accepted(&format!(r#"{{"access_token":"test-access-token"{more}}}"#));
    }
    accepted(&format!("\u{feff}{TOKEN}"));
}

/// An answer without a token that could be taken: exit code 6, one line.
#[track_caller]
fn refused(texts: &mut Transcript, bytes: impl Into<Vec<u8>>) {
    let server = Loopback::answer(bytes);
    let machine = Machine::new();
    let finished = texts.run(server.get_token(&machine, &["-q"]));
    let complaint = finished.fails(6);
    assert!(complaint.contains(&server.url("/token")), "{complaint}");
    assert!(!complaint.contains("planted"), "{complaint}");
}

#[track_caller]
fn refused_json(texts: &mut Transcript, body: &str) {
    refused(texts, response(OK, JSON, body.as_bytes()));
}

#[test]
fn no_token_in_it() {
    let mut texts = Transcript::new();
    refused_json(&mut texts, r#"{"token_type":"Bearer"}"#);
    refused_json(&mut texts, r#"{"access_token":null,"token_type":"Bearer"}"#);
    refused_json(&mut texts, r#"{"access_token":5,"token_type":"Bearer"}"#);
    refused_json(&mut texts, "{}");
    refused_json(&mut texts, "");
    refused_json(&mut texts, "[]");
    refused_json(&mut texts, "planted");
    refused(
        &mut texts,
        response(
            OK,
            "Content-Type: text/html\r\n",
            b"<!DOCTYPE html><html><title>Sign in</title>planted</html>",
        ),
    );
    refused(&mut texts, "HTTP/1.1 204 No Content\r\n\r\n");
    refused(
        &mut texts,
        response("300 Multiple Choices", JSON, TOKEN.as_bytes()),
    );
    refused_json(
        &mut texts,
        r#"{"accessToken":"planted","tokenType":"Bearer"}"#,
    );
    refused_json(&mut texts, r#"{"data":{"access_token":"planted"}}"#);
    refused_json(&mut texts, r#"{"id_token":"planted"}"#);
    refused_json(&mut texts, "access_token=planted&token_type=bearer");
    refused_json(&mut texts, "eyJhbGciOiJub25lIn0.cGxhbnRlZA.cGxhbnRlZA");
    refused_json(&mut texts, ")]}'\n{\"access_token\":\"planted\"}");
    texts.check("get-token/no-token");
}

#[test]
fn no_token_that_can_be_used() {
    let mut texts = Transcript::new();
    for text in [
        "planted token",
        "planted\\ntoken",
        "planted\\r\\nX-Header: a",
        "planted\\u0000",
        "planted\\u00e9",
        "",
        "planted\\u001b[2J",
    ] {
        let body = format!(r#"{{"access_token":"{text}","token_type":"Bearer"}}"#);
        refused_json(&mut texts, &body);
    }
    for token_type in ["MAC", "DPoP", "N_A", "JWT"] {
        let body = format!(r#"{{"access_token":"planted","token_type":"{token_type}"}}"#);
        refused_json(&mut texts, &body);
    }
    refused_json(
        &mut texts,
        r#"{"access_token":"planted","access_token":"planted2","token_type":"Bearer"}"#,
    );
    refused_json(
        &mut texts,
        r#"{"access_token":"planted","token_type":"Bearer"} {"access_token":"b"}"#,
    );
    refused(
        &mut texts,
        response(
            OK,
            JSON,
            b"{\"access_token\":\"planted\xff\",\"token_type\":\"Bearer\"}",
        ),
    );
    texts.check("get-token/unusable-tokens");
}

/// What broke on the way: exit code 5.
#[track_caller]
fn broken(texts: &mut Transcript, server: &Loopback) {
    let machine = Machine::new();
    let run = server.get_token(&machine, &["-q", "--timeout", "5"]);
    let complaint = texts.run(run).fails(5);
    assert!(complaint.contains(&server.url("/token")), "{complaint}");
    assert!(!complaint.contains("planted"), "{complaint}");
}

#[test]
fn broken_on_the_way() {
    let mut texts = Transcript::new();
    broken(&mut texts, &Loopback::answer(""));
    broken(&mut texts, &Loopback::answer("planted\r\n\r\n"));
    broken(&mut texts, &Loopback::answer("SSH-2.0-planted\r\n"));
    broken(
        &mut texts,
        &Loopback::answer(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{TOKEN}"
        )),
    );
    broken(
        &mut texts,
        &Loopback::answer(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{TOKEN}"
        )),
    );
    for coding in ["gzip", "deflate", "br"] {
        let headers = format!("{JSON}Content-Encoding: {coding}\r\n");
        broken(
            &mut texts,
            &Loopback::answer(response(OK, &headers, b"\x1f\x8b\x08planted")),
        );
    }
    texts.check("get-token/broken-answers");
}
