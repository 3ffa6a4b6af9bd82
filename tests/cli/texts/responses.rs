use crate::loopback::{Loopback, TOKEN, response};
use crate::process::Machine;

const JSON: &str = "Content-Type: application/json\r\n";

/// Rows of a server that gives this answer to every request.
fn answered(snapshot: &str, rows: &[(&str, Vec<u8>)]) {
    let mut texts = crate::transcript::Transcript::new();
    texts.hide_number_after("clock is ");
    texts.hide_number_after("server's to ");
    let machine = Machine::new();
    let mut servers = Vec::new();
    let runs = rows.iter().map(|(what, answer)| {
        let server = Loopback::answer(answer.clone());
        let run = server.get_token(&machine, &["--timeout", "5", "--no-cache"]);
        servers.push(server);
        ((*what).to_owned(), run)
    });
    texts.run_at_once(runs.collect());
    texts.check(snapshot);
}

#[test]
fn answers_without_a_token() {
    let ok = |body: &str| response("200 OK", JSON, body.as_bytes());
    answered(
        "errors/token-answers",
        &[
            ("no token", ok(r#"{"token_type":"Bearer"}"#)),
            ("null", ok(r#"{"access_token":null,"token_type":"Bearer"}"#)),
            (
                "a number",
                ok(r#"{"access_token":5,"token_type":"Bearer"}"#),
            ),
            ("nothing", ok("")),
            ("a list", ok("[]")),
            ("a word", ok("planted")),
            (
                "a page",
                response(
                    "200 OK",
                    "Content-Type: text/html\r\n",
                    b"<!DOCTYPE html><html></html>",
                ),
            ),
            ("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
            ("201", response("201 Created", JSON, TOKEN.as_bytes())),
            (
                "a space in it",
                ok(r#"{"access_token":"planted token","token_type":"Bearer"}"#),
            ),
            (
                "an empty one",
                ok(r#"{"access_token":"","token_type":"Bearer"}"#),
            ),
            (
                "type MAC",
                ok(r#"{"access_token":"planted","token_type":"MAC"}"#),
            ),
            (
                "type DPoP",
                ok(r#"{"access_token":"planted","token_type":"DPoP"}"#),
            ),
            ("no type", ok(r#"{"access_token":"planted"}"#)),
            (
                "a member twice",
                ok(r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#),
            ),
            (
                "more behind it",
                ok(r#"{"access_token":"a","token_type":"Bearer"} {}"#),
            ),
            (
                "no UTF-8",
                response(
                    "200 OK",
                    JSON,
                    b"{\"access_token\":\"\xff\",\"token_type\":\"Bearer\"}",
                ),
            ),
            (
                "no lifetime",
                ok(r#"{"access_token":"a","token_type":"Bearer"}"#),
            ),
            (
                "lifetime 0",
                ok(r#"{"access_token":"a","token_type":"Bearer","expires_in":0}"#),
            ),
            (
                "another scope",
                ok(r#"{"access_token":"a","token_type":"Bearer","scope":"b"}"#),
            ),
        ],
    );
}

#[test]
fn refusals_of_other_servers() {
    let json = |status: &str, body: &str| response(status, JSON, body.as_bytes());
    answered(
        "errors/refusals",
        &[
            (
                "invalid_client",
                json(
                    "401 Unauthorized",
                    r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
                ),
            ),
            (
                "a code alone",
                json("400 Bad Request", r#"{"error":"invalid_client"}"#),
            ),
            (
                "invalid_scope",
                json("400 Bad Request", r#"{"error":"invalid_scope"}"#),
            ),
            (
                "invalid_grant",
                json("400 Bad Request", r#"{"error":"invalid_grant"}"#),
            ),
            (
                "unsupported_grant_type",
                json("400 Bad Request", r#"{"error":"unsupported_grant_type"}"#),
            ),
            (
                "unauthorized_client",
                json("400 Bad Request", r#"{"error":"unauthorized_client"}"#),
            ),
            (
                "no description",
                json(
                    "400 Bad Request",
                    r#"{"error":"a","error_description":null}"#,
                ),
            ),
            ("an empty 500", json("500 Internal Server Error", "")),
            ("half an object", json("400 Bad Request", "{")),
            ("a list", json("400 Bad Request", "[]")),
            ("403 and nothing", response("403 Forbidden", "", b"")),
            ("404", response("404 Not Found", "", b"")),
            ("405", response("405 Method Not Allowed", "", b"")),
            ("415", response("415 Unsupported Media Type", "", b"")),
            (
                "429",
                json(
                    "429 Too Many Requests",
                    r#"{"message":"API rate limit exceeded"}"#,
                ),
            ),
            (
                "429 and when",
                response("429 Too Many Requests", "Retry-After: 600\r\n", b""),
            ),
            (
                "503 and when",
                response("503 Service Unavailable", "Retry-After: 600\r\n", b""),
            ),
            (
                "a page",
                response(
                    "502 Bad Gateway",
                    "Content-Type: text/html\r\n",
                    b"<html>Bad gateway</html>",
                ),
            ),
            (
                "a redirect",
                response(
                    "302 Found",
                    "Location: https://elsewhere.test/sign-in\r\n",
                    b"",
                ),
            ),
            (
                "a clock of 1994",
                response(
                    "400 Bad Request",
                    &format!("{JSON}Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
                    br#"{"error":"invalid_request","error_description":"JWT has expired"}"#,
                ),
            ),
            (
                "a proxy",
                response("407 Proxy Authentication Required", "", b""),
            ),
        ],
    );
}

#[test]
fn broken_connections() {
    let coded = |coding: &str| {
        response(
            "200 OK",
            &format!("{JSON}Content-Encoding: {coding}\r\n"),
            b"\x1f\x8b\x08planted",
        )
    };
    answered(
        "errors/connections",
        &[
            ("nothing", Vec::new()),
            ("no HTTP", b"planted\r\n\r\n".to_vec()),
            ("SSH", b"SSH-2.0-planted\r\n".to_vec()),
            (
                "too short",
                format!("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{TOKEN}").into_bytes(),
            ),
            (
                "a broken chunk",
                format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{TOKEN}")
                    .into_bytes(),
            ),
            ("gzip", coded("gzip")),
            ("br", coded("br")),
            (
                "too large",
                response("200 OK", JSON, &vec![b' '; 4_000_000]),
            ),
        ],
    );
}

/// Scopes that are granted, and those that are not.
#[test]
fn scopes() {
    let body = br#"{"access_token":"a","token_type":"Bearer","expires_in":600,"scope":"b"}"#;
    let server = Loopback::answer(response("200 OK", JSON, body));
    let machine = Machine::new();
    let mut texts = crate::transcript::Transcript::new();
    for scope in ["b", "a b c"] {
        texts.run(server.get_token(&machine, &["--no-cache", "--scope", scope]));
    }
    texts.check("commands/get-token-scope");
}
