//! Values as people give them: taken as they are meant, or refused with what to give.

use std::error::Error as _;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring::{Client, ClientBuilder, Error, Parameter};

fn builder(folder: &Scratch) -> ClientBuilder {
    let key = folder.path().join("a.pem");
    std::fs::write(&key, fixtures::bytes("keys/test-p256-pkcs8.pem")).unwrap();
    let builder = Client::builder("generic").client_id("me").key(key);
    builder.token_url("https://as.example.com/token").no_store()
}

/// The scope of the request that is sent for one that is given.
#[track_caller]
fn scope(given: &str, sent: &str) {
    let folder = Scratch::new();
    let client = builder(&folder).scope(given).build().unwrap();
    let request = client.prepare().unwrap().into_http();
    let form = String::from_utf8_lossy(request.secret_body()).into_owned();
    let pair = form.split('&').find(|pair| pair.starts_with("scope="));
    assert_eq!(pair, Some(format!("scope={sent}").as_str()), "{form}");
}

#[test]
fn scopes_are_separated_by_one_space() {
    scope("a b", "a+b");
    scope("a\nb\n", "a+b");
    scope("\ta\r\n  b\r\n", "a+b");
    scope("a  b", "a+b");
    scope(" a b ", "a+b");
}

#[track_caller]
fn refused(change: impl Fn(ClientBuilder) -> ClientBuilder, parameter: Parameter, reason: &str) {
    let folder = Scratch::new();
    let error = change(builder(&folder)).build().unwrap_err();
    assert!(matches!(&error, Error::Invalid { .. }), "{error:?}");
    assert_eq!(error.parameter(), Some(parameter));
    let text = error.source().unwrap().to_string();
    assert!(text.contains(reason), "{text}");
}

#[test]
fn audiences_and_urls_that_are_something_else() {
    for list in [r#"["https://a.example","https://b.example"]"#, r#" ["a""#] {
        let change = |builder: ClientBuilder| builder.audience(list);
        refused(change, Parameter::Audience, "not a list");
    }
    for url in [
        "https://as.example.com/.well-known/openid-configuration",
        "https://as.example.com/.well-known/oauth-authorization-server/a",
    ] {
        let change = |builder: ClientBuilder| builder.token_url(url);
        refused(
            change,
            Parameter::TokenUrl,
            "stands there as token_endpoint",
        );
    }
}
