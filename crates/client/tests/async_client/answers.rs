//! Whatever the token endpoint does, the error is that of the blocking client.

use std::error::Error as _;
use std::time::Duration;

use tokenring::{Client, ClientBuilder, Error, TransportErrorKind as Kind};
use tokenring_mock_gateway::MockGateway;

use crate::bench::{Bench, Reply, Server, builder, key_path, one_thread};

/// Both clients get this error, each by one request.
#[track_caller]
fn check(reply: Reply, kind: Option<Kind>) {
    let server = Server::start(vec![reply]);
    let url = format!("{}/token?code=S3CRET-4711", server.url);
    let builder = builder(&url)
        .key(key_path())
        .timeout(Duration::from_secs(1))
        .retry(1)
        .no_store();
    let [blocking, asynchronous] = errors(builder);
    for error in [&blocking, &asynchronous] {
        let text = format!("{error} {error:?} {:?}", error.source());
        assert!(!text.contains("S3CRET"), "{text}");
        let found = match error {
            Error::Unreachable { source, .. } => Some(source.kind()),
            _ => None,
        };
        assert_eq!(found, kind, "{error:?}");
    }
    assert_eq!(blocking.to_string(), asynchronous.to_string());
    assert_eq!(server.requests(), 2);
}

pub(crate) fn errors(builder: ClientBuilder) -> [Error; 2] {
    let blocking = builder.clone().build().and_then(|client| client.token());
    let asynchronous = one_thread().block_on(async {
        let client = builder.build_reqwest().await?;
        client.token().await
    });
    [blocking.unwrap_err(), asynchronous.unwrap_err()]
}

fn bytes(head: &str, body: usize) -> Reply {
    let mut bytes = format!("HTTP/1.1 {head}\r\n\r\n").into_bytes();
    bytes.resize(bytes.len() + body, b' ');
    Reply::Bytes(bytes)
}

#[test]
fn answers_are_bounded() {
    const TOO_MUCH: usize = 1024 * 1024 + 1;
    let announced = format!("200 OK\r\nContent-Length: {TOO_MUCH}");
    check(bytes(&announced, TOO_MUCH), Some(Kind::TooLarge));
    check(bytes("200 OK", TOO_MUCH), Some(Kind::TooLarge));
    check(Reply::Silence, Some(Kind::TimedOut));
}

#[test]
fn broken_answers_are_told_apart() {
    check(
        bytes("200 OK\r\nContent-Length: 9", 3),
        Some(Kind::Truncated),
    );
    check(Reply::Bytes(Vec::new()), Some(Kind::Truncated));
    check(
        Reply::Bytes(b"220 mail\r\n\r\n".to_vec()),
        Some(Kind::Protocol),
    );
    let compressed = "200 OK\r\nContent-Encoding: br\r\nContent-Length: 3";
    check(bytes(compressed, 3), Some(Kind::UnsupportedEncoding));
}

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let head = format!("{status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 0");
        check(bytes(&head, 0), None);
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let builder = builder("http://127.0.0.1:1/token")
        .key(key_path())
        .retry(1)
        .no_store();
    for error in errors(builder) {
        let Error::Unreachable { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), Kind::Connect);
        let text = source.to_string();
        assert!(text.contains("127.0.0.1:1"), "{text}");
    }
}

#[test]
fn a_server_without_tls_is_named() {
    let server = Server::start(vec![Reply::Bytes(b"HTTP/1.1 400 Bad\r\n\r\n".to_vec())]);
    let url = server.url.replace("http", "https");
    let builder = builder(&url).key(key_path()).retry(1).no_store();
    for error in errors(builder.timeout(Duration::from_secs(5))) {
        let Error::Unreachable { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), Kind::Tls, "{source:?}");
    }
}

#[test]
fn a_refusal_is_explained_alike() {
    let gateway = MockGateway::builder().start().unwrap();
    let builder = builder(&gateway.token_url()).key(key_path()).no_store();
    let [blocking, asynchronous] = errors(builder);
    let (Error::Rejected(one), Error::Rejected(other)) = (&blocking, &asynchronous) else {
        panic!("{blocking:?} {asynchronous:?}");
    };
    assert_eq!(one.response().status(), 401);
    // The mock numbers its answers.
    let texts = [&blocking, &asynchronous].map(|error| {
        let text = error.to_string();
        text.split_once(" (message id ").unwrap().0.to_owned()
    });
    assert_eq!(texts[0], texts[1]);
    let causes = [one, other].map(|rejection| format!("{:?}", rejection.causes()));
    assert!(!one.causes().is_empty());
    assert_eq!(causes[0], causes[1]);
    let remedies = [&blocking, &asynchronous].map(|error| format!("{:?}", error.remedy()));
    assert_eq!(remedies[0], remedies[1]);
}

#[test]
fn values_are_checked_alike() {
    let bench = Bench::new();
    let rows: [fn(ClientBuilder) -> ClientBuilder; 4] = [
        |builder| builder.gateway("nsh"),
        |builder| builder.key("/nowhere/key.pem"),
        |builder| builder.algorithm("HS256"),
        |builder| builder.ca_cert("/nowhere/ca.pem"),
    ];
    for row in rows {
        let [one, other] = errors(row(bench.builder()));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
    let missing = Client::builder("nhs").environment("int");
    let [one, other] = errors(missing);
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}
