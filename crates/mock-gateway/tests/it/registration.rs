//! What does not start, and why.

use std::error::Error as _;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokenring_mock_gateway::{ClientState, Error, JwkSource, MockGateway};

use crate::bench::{Bench, key_set};

struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str, text: &[u8]) -> Self {
        let name = format!("tokenring-mock-gateway-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn start_with_file(path: PathBuf) -> Result<MockGateway, Error> {
    MockGateway::builder()
        .with_client("a", JwkSource::File(path))
        .start()
}

#[test]
fn keys_in_a_file_are_read_at_the_start() {
    let file = TestFile::new("keys é.json", key_set().to_json().as_bytes());
    let path = file.0.clone();
    let bench = Bench::start_with(|builder| builder.with_client("by-file", JwkSource::File(path)));
    drop(file);
    let attempt = bench.attempt().with_client("by-file");
    assert_eq!(bench.send(&attempt).status, 200);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = start_with_file(PathBuf::from("/nowhere/keys.json")).unwrap_err();
    assert!(matches!(error, Error::ReadKeySet { .. }));
    assert!(error.to_string().contains("/nowhere/keys.json"), "{error}");
    assert!(error.source().is_some());
}

#[test]
fn a_file_that_is_no_key_set_is_named() {
    for (name, text) in [
        ("empty", b"".as_slice()),
        ("pem", b"-----BEGIN PUBLIC KEY-----\n"),
        ("html", b"<html>"),
        ("jwk", br#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#),
    ] {
        let file = TestFile::new(name, text);
        let error = start_with_file(file.0.clone()).unwrap_err();
        assert!(matches!(error, Error::KeySet { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("is not a JWK Set"), "{error}");
        assert!(error.source().is_some());
    }
    for (name, text) in [
        ("binary", vec![0xff; 10]),
        ("large", vec![b' '; 1024 * 1024 + 1]),
    ] {
        let file = TestFile::new(name, &text);
        let error = start_with_file(file.0.clone()).unwrap_err();
        assert!(
            matches!(error, Error::ReadKeySet { .. }),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn nothing_beyond_loopback_is_listened_on_unasked() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:192.0.2.1]:0"] {
        let address: SocketAddr = address.parse().unwrap();
        let error = MockGateway::builder()
            .with_address(address)
            .start()
            .unwrap_err();
        assert!(matches!(error, Error::NotLoopback { .. }), "{error:?}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let first = MockGateway::builder().start().unwrap();
    let error = MockGateway::builder()
        .with_address(first.address())
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::Listen { .. }), "{error:?}");
    assert!(error.to_string().contains(&first.address().to_string()));
    assert!(error.source().is_some());
}

#[test]
fn clients_are_registered_once_and_by_name() {
    let builder = || MockGateway::builder().with_client("a", JwkSource::Unregistered);
    let error = builder()
        .with_client("a", JwkSource::Unregistered)
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::DuplicateClient { .. }), "{error:?}");
    let error = builder()
        .with_client("", JwkSource::Unregistered)
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::EmptyClientId), "{error:?}");
    let error = builder()
        .with_client_state("b", ClientState::AppRevoked)
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::UnknownClient { .. }), "{error:?}");
}

#[test]
fn text_from_a_command_line_is_a_url_or_a_file() {
    let is_url = |text| matches!(JwkSource::from_file_or_url(text), JwkSource::Url(_));
    assert!(is_url("https://example.com/jwks.json"));
    assert!(is_url("http://127.0.0.1:8080/jwks.json"));
    assert!(!is_url("keys/test-1.json"));
    assert!(!is_url("https.json"));
    assert!(!is_url("file:///keys.json"));
}
