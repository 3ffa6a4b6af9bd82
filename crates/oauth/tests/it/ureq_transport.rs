use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use tokenring_oauth::{
    Error, HttpRequest, SecureUrl, TokenEndpoint, TokenRequest, TokenResponse, Transport,
    TransportError, TransportErrorKind as Kind, UreqTransport,
};

use crate::assertion;
use crate::loopback::{Loopback, TOKEN, answering, hang, read_head, read_request, response};

pub(crate) fn ask(url: SecureUrl, transport: &UreqTransport) -> Result<TokenResponse, Error> {
    let endpoint = TokenEndpoint::from(url);
    TokenRequest::client_credentials(&endpoint, assertion::signed(b"signature")).send(transport)
}

#[track_caller]
pub(crate) fn transport_error(result: Result<TokenResponse, Error>) -> TransportError {
    match result {
        Err(Error::Transport(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn request_on_the_wire() {
    let server = answering(response("200 OK", "", TOKEN));
    let response = ask(server.url("http", "/token?a=b"), &UreqTransport::new()).unwrap();
    assert_eq!(response.access_token().secret(), "abc");
    let request = server.seen();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /token?a=b HTTP/1.1");
    lines.sort_unstable();
    let expected = [
        "accept-encoding: identity".to_owned(),
        "accept: application/json".to_owned(),
        format!("content-length: {}", body.len()),
        "content-type: application/x-www-form-urlencoded".to_owned(),
        format!("host: localhost:{}", server.port()),
        concat!("user-agent: tokenring/", env!("CARGO_PKG_VERSION")).to_owned(),
    ];
    assert_eq!(lines, expected);
    assert!(body.starts_with("grant_type=client_credentials&client_assertion_type=urn%3A"));
}

#[test]
fn user_agent() {
    let server = answering(response("200 OK", "", TOKEN));
    let named = UreqTransport::new().with_user_agent("mine/1").unwrap();
    ask(server.url("http", "/"), &named).unwrap();
    assert!(server.seen().contains("\r\nuser-agent: mine/1\r\n"));
    let unnamed = UreqTransport::new().with_user_agent("").unwrap();
    ask(server.url("http", "/"), &unnamed).unwrap();
    assert!(!server.seen().contains("user-agent"));
    let broken = UreqTransport::new().with_user_agent("a\r\nb: c");
    assert!(matches!(broken, Err(Error::InvalidHeaderValue)));
}

/// A `GET` as for a JWK Set, without a body or the announcement of one.
#[test]
fn get() {
    let server = answering(response(
        "200 OK",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
        "{}",
    ));
    let request = HttpRequest::get(&server.url("http", "/jwks.json"));
    let response = UreqTransport::new().send(request).unwrap();
    assert_eq!(response.body(), b"{}");
    assert_eq!(response.date().unwrap().as_seconds(), 784_111_777);
    let request = server.seen();
    assert!(request.starts_with("GET /jwks.json HTTP/1.1\r\n") && request.ends_with("\r\n\r\n"));
    assert!(!request.contains("content-length") && !request.contains("transfer-encoding"));
}

/// What `gzip -9n` of GNU gzip 1.12 makes of an answer with the token `abc`.
#[cfg(feature = "gzip")]
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x4c\x4e\x4e\x2d\x2e\x8e\x2f\
    \xc9\xcf\x4e\xcd\x53\xb2\x52\x4a\x4c\x4a\x56\xd2\x51\x02\xf3\xe2\x4b\x2a\x0b\x52\x81\x42\x4e\xa9\x89\x45\
    \xa9\x45\x4a\xb5\x00\xe5\xa3\x49\xcc\x2c\x00\x00\x00";

#[cfg(feature = "gzip")]
fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// A server or a cache on the way compresses whatever the request says.
#[cfg(feature = "gzip")]
#[test]
fn gzip_that_nobody_asked_for() {
    let transport = UreqTransport::new();
    // The latter: a server that names a set of characters, one that leaves the header out, and a
    // proxy that decompressed and left it in.
    for (coding, body) in [
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        (" GZIP ", GZIP),
        ("identity, gzip", GZIP),
        ("identity\r\nContent-Encoding: gzip", GZIP),
        ("UTF-8", TOKEN.as_bytes()),
        ("none", GZIP),
        ("gzip", TOKEN.as_bytes()),
    ] {
        let server = answering(coded(coding, body));
        let response = ask(server.url("http", "/"), &transport).unwrap();
        assert_eq!(response.access_token().secret(), "abc");
    }
    // Two members in a row are one text: RFC 1952, section 2.2.
    let server = answering(coded("gzip", &[GZIP, GZIP].concat()));
    let request = HttpRequest::get(&server.url("http", "/jwks.json"));
    let response = transport.send(request).unwrap();
    assert_eq!(response.body().len(), 88);
    assert_eq!(response.header("Content-Encoding"), None);
    assert_eq!(response.header("Content-Length"), None);
    // Whoever asks for it gets it.
    let server = answering(coded("gzip", GZIP));
    let request = HttpRequest::get(&server.url("http", "/a"));
    let request = request.with_header("Accept-Encoding", "gzip").unwrap();
    assert_eq!(transport.send(request).unwrap().body(), GZIP);
}

/// The limit is that of the text, not of what is sent.
#[cfg(feature = "gzip")]
#[test]
fn gzip_of_too_much() {
    let limited = UreqTransport::new().with_max_response_size(GZIP.len() + 10);
    let server = answering(coded("gzip", &[GZIP].concat()));
    ask(server.url("http", "/"), &limited).unwrap();
    let small = UreqTransport::new().with_max_response_size(43);
    let server = answering(coded("gzip", GZIP));
    let error = transport_error(ask(server.url("http", "/"), &small));
    assert_eq!(error.kind(), Kind::TooLarge);
}

#[cfg(feature = "gzip")]
#[test]
fn damaged_gzip() {
    let mut wrong = GZIP.to_vec();
    wrong[20] ^= 1;
    for damaged in [&wrong[..], &GZIP[..GZIP.len() - 1], &GZIP[..20]] {
        let server = answering(coded("gzip", damaged));
        let error = transport_error(ask(server.url("http", "/"), &UreqTransport::new()));
        assert_eq!(error.kind(), Kind::UnsupportedEncoding, "{error}");
    }
}

/// The ways of framing a whole response.
#[test]
fn whole_responses() {
    #[track_caller]
    fn check(bytes: String) {
        let server = answering(bytes);
        let response = ask(server.url("http", "/"), &UreqTransport::new()).unwrap();
        assert_eq!(response.access_token().secret(), "abc");
    }
    check(response("200 OK", "", TOKEN));
    check(response("200 OK", "Content-Encoding: identity\r\n", TOKEN));
    check(format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{TOKEN}"
    ));
    check(format!("HTTP/1.0 200 OK\r\n\r\n{TOKEN}"));
    check(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{TOKEN}\r\n0\r\n\r\n",
        TOKEN.len()
    ));
    // Nobody asked for this, but RFC 9110 section 15.2 allows it.
    let continued = format!(
        "HTTP/1.1 100 Continue\r\n\r\n{}",
        response("200 OK", "", TOKEN)
    );
    check(continued);
    check(format!(
        "HTTP/1.1 103 Early Hints\r\n\r\n{}",
        response("200 OK", "", TOKEN)
    ));
}

#[test]
fn error_bodies_survive() {
    let body = r#"{"error":"invalid_client","error_description":"who?"}"#;
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "500 Internal Server Error",
    ] {
        let server = answering(response(status, "Retry-After: 7\r\n", body));
        match ask(server.url("http", "/"), &UreqTransport::new()) {
            Err(Error::Refused(refusal)) => {
                assert_eq!(refusal.error(), Some("invalid_client"));
                assert_eq!(refusal.retry_after(), Some(Duration::from_secs(7)));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Answers with status 200 that hold no token.
#[test]
fn unusable_answers() {
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let server = answering(response("200 OK", "", body));
        let error = ask(server.url("http", "/"), &UreqTransport::new()).unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
    }
    check(
        "<html>please log in</html>",
        "UnusableResponse(Html { title: None, support_id: None })",
    );
    check("", "UnusableResponse(Empty { status: 200 })");
    check("{}", "UnusableResponse(NoAccessToken)");
    for (token, fault) in [("a\\nb", "LineBreak"), ("a b", "Space")] {
        let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer"}}"#);
        check(&body, &format!("MalformedAccessToken({fault})"));
    }
    check(
        r#"{"access_token":"a","token_type":"mac"}"#,
        r#"UnusableResponse(OtherTokenType { requested: "Bearer", issued: "mac" })"#,
    );
    check(
        r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#,
        r#"UnusableResponse(NotJsonObject(RepeatedName { name: Some("access_token"), position: JsonPosition { line: 1, column: 34 } }))"#,
    );
}

#[test]
fn broken_answers() {
    #[track_caller]
    fn check(bytes: impl Into<Vec<u8>>, kind: Kind) {
        let server = answering(bytes);
        let transport = UreqTransport::new().with_timeout(Duration::from_secs(15));
        let error = transport_error(ask(server.url("http", "/"), &transport));
        assert_eq!(error.kind(), kind, "{error}");
    }
    let half = &TOKEN[..20];
    check("", Kind::Truncated);
    check("HTTP/1.1 200 OK\r\nContent-Le", Kind::Truncated);
    check(
        format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{TOKEN}"),
        Kind::Truncated,
    );
    check(
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{half}"),
        Kind::Truncated,
    );
    check(
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{half}\r\n"),
        Kind::Truncated,
    );
    check("SSH-2.0-OpenSSH_9.2\r\n", Kind::Protocol);
    check([0x15, 3, 3, 0, 2, 2, 80], Kind::Protocol);
    check("HTTP/2.0 200 OK\r\n\r\n", Kind::Protocol);
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        Kind::Protocol,
    );
    for coding in ["compress", "br", "deflate", "gzip, gzip", "x"] {
        let headers = format!("Content-Encoding: {coding}\r\n");
        check(
            response("200 OK", &headers, TOKEN),
            Kind::UnsupportedEncoding,
        );
    }
    check(
        response("200 OK", "", &" ".repeat(10 << 20)),
        Kind::TooLarge,
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
        Kind::TooLarge,
    );
    let long = format!("X-Long: {}\r\n", "a".repeat(70 << 10));
    check(response("200 OK", &long, TOKEN), Kind::TooLarge);
    check(
        response("200 OK", &"X: y\r\n".repeat(200), TOKEN),
        Kind::Protocol,
    );
}

/// A redirect is an answer, and nobody goes where it points.
#[test]
fn redirects_are_not_followed() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let elsewhere = answering(response("200 OK", "", TOKEN));
        let location = format!("Location: {}\r\n", elsewhere.url("http", "/"));
        let server = answering(response(status, &location, ""));
        match ask(server.url("http", "/"), &UreqTransport::new()) {
            Err(Error::Refused(refusal)) => {
                assert!(refusal.to_string().contains("not followed"), "{refusal}");
            }
            other => panic!("{other:?}"),
        }
        server.seen();
        assert!(elsewhere.has_seen_nothing());
    }
}

/// The answer to a body that nobody waits for.
#[test]
fn early_answer() {
    let server = Loopback::serve(|mut stream| {
        read_head(&mut stream)?;
        let body = r#"{"error":"invalid_request"}"#;
        stream.write_all(response("400 Bad Request", "", body).as_bytes())?;
        hang(&mut stream)
    });
    match ask(server.url("http", "/"), &UreqTransport::new()) {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.error(), Some("invalid_request")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn unreachable() {
    #[track_caller]
    fn check(url: &str, kind: Kind, words: &str) {
        let url = SecureUrl::new(url).unwrap();
        let transport = UreqTransport::new()
            .without_proxy()
            .with_timeout(Duration::from_secs(15));
        let error = transport_error(ask(url, &transport));
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let port = {
        // Free again when the listener is dropped.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    check(
        &format!("http://127.0.0.1:{port}/"),
        Kind::Connect,
        "check host and port",
    );
    // No name: its first label is too long to be asked for.
    let url = format!("https://{}.example/", "a".repeat(64));
    check(&url, Kind::NameResolution, "check its spelling");
}

/// A server that would keep the connection gets a new one all the same: on an
/// old one that it has just closed, a request and its assertion would be lost.
#[test]
fn connections_are_used_once() {
    let server = Loopback::serve(|mut stream| {
        read_request(&mut stream)?;
        stream.write_all(response("200 OK", "", TOKEN).as_bytes())?;
        // The end of the connection, which is not the end of the request.
        Ok(read_request(&mut stream).is_err())
    });
    let transport = UreqTransport::new();
    for _ in 0..2 {
        ask(server.url("http", "/"), &transport).unwrap();
        assert!(server.seen());
    }
}

/// None is sent again behind the caller's back when the server hangs up.
#[test]
fn requests_are_sent_once() {
    let server = Loopback::serve(|mut stream| read_request(&mut stream));
    let transport = UreqTransport::new();
    for _ in 0..2 {
        let error = transport_error(ask(server.url("http", "/"), &transport));
        assert_eq!(error.kind(), Kind::Truncated);
        server.seen();
        assert!(server.has_seen_nothing());
    }
}
