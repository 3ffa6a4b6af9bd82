//! Where a gateway's templates lead on this machine, and what does not start.

use std::error::Error as _;

use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{Error, MockGateway};

#[track_caller]
fn check(name: &str, environment: &str, variables: &[(&str, &str)], path: &str, issuer: &str) {
    let gateway = Gateway::builtin(name).unwrap();
    let mut builder = MockGateway::builder()
        .with_gateway(&gateway)
        .with_environment(environment);
    for (name, value) in variables {
        builder = builder.with_variable(*name, *value);
    }
    let mock = builder.start().unwrap();
    let base = mock.base_url();
    assert_eq!(mock.token_endpoint(), format!("{base}{path}"));
    let issuer = issuer.replace("OWN", &base);
    assert_eq!(mock.issuer().unwrap_or_default(), issuer);
}

#[test]
fn only_the_token_endpoint_moves() {
    check("nhs", "int", &[], "/oauth2/token", "");
    check(
        "bcgov",
        "prod",
        &[],
        "/auth/realms/apigw/protocol/openid-connect/token",
        "https://loginproxy.gov.bc.ca/auth/realms/apigw",
    );
    check(
        "maskinporten",
        "prod",
        &[],
        "/token",
        "https://maskinporten.no/",
    );
    check(
        "keycloak",
        "default",
        &[
            ("server", "https://sso.acme.example/auth"),
            ("realm", "acme"),
        ],
        "/auth/realms/acme/protocol/openid-connect/token",
        "https://sso.acme.example/auth/realms/acme",
    );
    // The realm is in the path: an example will do.
    check(
        "keycloak",
        "default",
        &[("server", "https://sso.acme.example")],
        "/realms/example/protocol/openid-connect/token",
        "https://sso.acme.example/realms/example",
    );
    check(
        "keycloak",
        "default",
        &[("realm", "acme")],
        "/realms/acme/protocol/openid-connect/token",
        "OWN/realms/acme",
    );
    check(
        "entra",
        "public",
        &[("tenant", "acme.example")],
        "/acme.example/oauth2/v2.0/token",
        "https://login.microsoftonline.com/acme.example/v2.0",
    );
    check(
        "okta",
        "custom",
        &[("authorization_server", "aus1")],
        "/oauth2/aus1/v1/token",
        "OWN/oauth2/aus1",
    );
}

#[test]
fn what_the_gateway_does_not_have_is_told() {
    let gateway = Gateway::builtin("keycloak").unwrap();
    let builder = || MockGateway::builder().with_gateway(&gateway);
    for (error, told) in [
        (builder().with_environment("nowhere").start(), "nowhere"),
        (builder().with_variable("relm", "x").start(), "realm"),
        (builder().with_variable("realm", "a/b").start(), "realm"),
        (builder().with_variable("realm", "").start(), "realm"),
        (
            builder()
                .with_variable("server", "https://sso.example/realms/r")
                .start(),
            "cannot be `https://sso.example/realms/r`",
        ),
        (
            builder()
                .with_variable("server", "https://sso.example?a")
                .with_variable("realm", "r")
                .start(),
            "`server` stands before a path",
        ),
    ] {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Gateway(_)), "{error:?}");
        let source = error.source().unwrap().to_string();
        assert!(source.contains(told), "{source}");
    }
}
