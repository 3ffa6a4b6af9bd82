//! What a build without some features says of values that take them.
#![cfg(not(any(
    feature = "aws-lc-rs",
    feature = "encrypted",
    feature = "pkcs11",
    feature = "signer-command"
)))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as StdError;

use tokenring::{Client, ClientBuilder, Error, Parameter, Remedy};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn client(key: &str) -> ClientBuilder {
    Client::builder("generic")
        .client_id("client-1")
        .key(key)
        .token_url("https://as.example.com/token")
        .no_store()
}

#[track_caller]
fn check(builder: ClientBuilder, feature: &'static str) -> Error {
    let result = builder.build().and_then(|client| client.token());
    let error = result.unwrap_err();
    assert_eq!(error.remedy(), Some(Remedy::EnableFeature(feature)));
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.push(cause.to_string());
        source = cause.source();
    }
    let text = texts.join(": ");
    assert!(text.contains(&format!("feature `{feature}`")), "{text}");
    error
}

#[test]
fn the_error_names_the_feature() {
    let key = |path: &str| client(&format!("{KEYS}/{path}"));
    check(key("keys/test-p521-pkcs8.pem"), "aws-lc-rs");
    check(key("keys/test-p256-pkcs8-no-public.pem"), "aws-lc-rs");
    check(key("encrypted/test-p256-default.pem"), "encrypted");

    let error = check(client("pkcs11:token=a;object=b"), "pkcs11");
    assert_eq!(error.parameter(), Some(Parameter::PrivateKey));
    let error = check(client("a.pem").signer_command("sign"), "signer-command");
    assert_eq!(error.parameter(), Some(Parameter::SignerCommand));
    let key = format!("{KEYS}/keys/test-rsa-2048-pkcs8.pem");
    let error = check(client(&key).set(Parameter::PinFile, "secret.txt"), "pkcs11");
    assert_eq!(error.parameter(), Some(Parameter::PinFile));
}
