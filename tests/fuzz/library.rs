//! What a program gives to the library: texts for its values, and profiles of a configuration file.

use std::path::Path;
use std::time::Duration;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring::{ApiRequest, Client, ClientBuilder, Error, KeyIdScheme, Parameter};
use tokenring_oauth::{HttpRequest, HttpResponse, TransportError};

use crate::campaign::Campaign;
use crate::corpus::texts;

/// Values that would start a program, or load one.
fn is_program(text: &str) -> bool {
    text.contains("signer") || text.to_ascii_lowercase().contains("pkcs11")
}

/// A client that can be built, with a server that rejects it.
fn complete(gateway: &str) -> ClientBuilder {
    Client::builder(gateway)
        .client_id("client-1")
        .key(fixtures::path("keys/test-p256-pkcs8.pem"))
        .token_url("https://as.example.com/token")
}

fn rejecting(request: HttpRequest) -> Result<HttpResponse, TransportError> {
    let body = br#"{"error":"invalid_client","error_description":"no"}"#;
    Ok(request.response(401, Vec::new(), body.to_vec()))
}

/// Calls all that a client has; whatever comes of it can be shown.
fn exercise(builder: ClientBuilder) -> Result<(), Error> {
    let _ = format!("{builder:?}");
    let show = |error: &Error| format!("{error} {error:?} {:?}", error.remedy());
    let _ = builder.target().map_err(|error| show(&error));
    let builder = builder.no_store().transport(rejecting);
    let client = builder
        .on_event(|event| drop(format!("{event:?}")))
        .build()?;
    let _ = format!("{client:?} {:?}", client.effective_values());
    let _ = client.preview().map(|request| format!("{request:?}"));
    let _ = client.signing_input().map_err(|error| show(&error));
    let _ = client.prepare().map_err(|error| show(&error));
    let _ = client.assertion().map_err(|error| show(&error));
    let _ = client.early_renewal(Duration::MAX);
    let result = client.token_valid_for(Duration::MAX);
    let error = result.expect_err("the server rejects everything");
    let _ = (show(&error), error.retry_after(), error.parameter());
    if let Error::Rejected(rejection) = &error {
        let _ = format!("{:?} {:?}", rejection.causes(), rejection.clock_skew());
    }
    Ok(())
}

/// The name of a parameter in the first line, its text in the others.
#[test]
fn library_values() {
    let mut seeds = texts(&[
        "gateway\nnhs",
        "gateway\nbcgov",
        "env\nprod",
        "flow\njwks-url",
        "var\ndomain=a.example",
        "client-id\nclient-1",
        "kid\nkey-1",
        "kid-scheme\nthumbprint",
        "alg\nES256",
        "scope\na b c",
        "audience\nhttps://a.example/token",
        "issuer\nhttps://user@a.example:443/?b#c",
        "subject\n\u{202e}text\u{7}",
        "lifetime\n18446744073709551615",
        "timeout\n86400",
        "min-ttl\n18446744073709551615",
        "typ\nJWT",
        "token-url\nhttps://a.example/token?a=b#c",
        "param\nresource=https://a.example",
        "claim\nroles=[{\"a\":[1,2.5e300,null]}]",
        "token-header\nx-api-key=abc",
        "proxy\nhttp://user:password@127.0.0.1:8080",
        "clock-skew\nauto",
        "no-lint\ntrue",
        "no-cache\nfalse",
    ]);
    seeds.push([b"kid\n".to_vec(), b"toke".repeat(20_000)].concat());
    Campaign::new("library_values", 20, seeds).run(|input| {
        let text = String::from_utf8_lossy(input);
        let (name, value) = text.split_once('\n').unwrap_or((&text, ""));
        if is_program(&text) {
            return false;
        }
        let gateways = ["generic", "nhs", "smart", "keycloak"];
        let gateway = gateways[input.len() % gateways.len()];
        let _ = KeyIdScheme::names().count();
        let _ = exercise(complete(name));
        // The same text by the methods that take any.
        let methods = complete(gateway)
            .client_id(value)
            .scope(value)
            .audience(value)
            .subject(value)
            .key_id(value)
            .typ(value)
            .parameter(name, value)
            .header(name, value)
            .claim(name, value);
        let _ = exercise(methods);
        let _ = ApiRequest::get(value).map(|request| format!("{request:?}"));
        match Parameter::from_name(name) {
            Some(parameter) => exercise(complete(gateway).set(parameter, value)).is_ok(),
            None => false,
        }
    });
}

fn read_profile(path: &Path) -> Result<(), Error> {
    exercise(Client::from_profile(path, "p"))
}

#[test]
fn library_profiles() {
    let key = fixtures::path("keys/test-p256-pkcs8.pem");
    let key = key.display();
    let seeds = [
        format!(
            "client-id = \"a\"\nformat = \"json\"\n[profiles.p]\ngateway = \"generic\"\n\
             private-key = {key:?}\ntoken-url = \"https://a.example\"\nlifetime = 30\n"
        ),
        format!(
            "gateway = 'keycloak'\nvar = ['url=https://a.example', 'realm=b']\n[profiles.p]\n\
             client-id = 'a'\nprivate-key = '{key}'\nclaim = {{ a = 1, b = [true, 'c'] }}\n\
             [profiles.p.param]\nresource = 'd'\n[profiles.other]\nscope = 'e'\n"
        ),
        format!(
            "profiles.p = {{ gateway = \"nhs\", env = \"int\", client-id = \"a\", kid = \"b\", \
             private-key = {key:?}, no-lint = true, alg = \"ES256\", typ = '' }}\n"
        ),
        "[profiles.p]\nca-cert = '~/a.pem'\ncache-dir = '/a'\nclaim.a = 1979-05-27\n".to_owned(),
    ];
    let seeds = seeds.map(String::into_bytes).to_vec();
    let scratch = Scratch::new();
    let path = scratch.path().join("tokenring.toml");
    Campaign::new("library_profiles", 20, seeds).run(|input| {
        if is_program(&String::from_utf8_lossy(input)) {
            return false;
        }
        std::fs::write(&path, input).unwrap();
        read_profile(&path).is_ok()
    });
}
