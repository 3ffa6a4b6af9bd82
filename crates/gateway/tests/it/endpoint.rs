//! What is asked for when a gateway leaves it open, and what a caller's value replaces.

use std::error::Error as _;

use tokenring_gateway::{Error, Gateway};
use tokenring_oauth::TokenEndpoint;

const OPEN: &str = r#"
name = "open"
title = "Open"

[variables.tenant]
description = "the tenant"
example = "north"

[variables.base]
description = "the base URL"

[environments.only]
token-endpoint = "${base}/token"
issuer = "https://${tenant}.example.com"

[assertion]
algorithms = ["ES256"]
audience = "issuer"
lifetime-seconds = 60

[key]
generate = "P-256"
id-scheme = "none"
"#;

fn open() -> Gateway {
    Gateway::parse(OPEN, "open.toml").unwrap()
}

/// Builds with these variables and expects this error.
#[track_caller]
fn check_refused(variables: &[(&str, &str)], text: &str) -> Error {
    let open = open();
    let mut builder = open.endpoint(open.environment(None).unwrap());
    for (name, value) in variables {
        builder = builder.with_variable(*name, *value);
    }
    let error = builder.build().unwrap_err();
    assert_eq!(error.to_string(), text);
    error
}

#[test]
fn a_missing_variable_is_asked_for_by_name() {
    check_refused(
        &[("base", "https://auth.example.com")],
        "gateway `open` needs the variable `tenant` (the tenant): give it as `tenant=north`",
    );
    check_refused(
        &[("tenant", "north")],
        "gateway `open` needs the variable `base` (the base URL): give it as `base=VALUE`",
    );
}

#[test]
fn a_variable_that_does_not_help_is_refused() {
    check_refused(
        &[("tenent", "north")],
        "gateway `open` has no variable `tenent` (did you mean `tenant`?); it has tenant, base",
    );
    check_refused(
        &[("environment", "x")],
        "gateway `open` has no variable `environment`; it has tenant, base",
    );
    let unusable =
        "the value of the variable `tenant` is empty or holds white space or a control character";
    for value in ["", " ", "a b", "a\nb", "a\0", "a\u{85}"] {
        check_refused(&[("tenant", value)], unusable);
    }
}

#[test]
fn variables_cannot_lead_an_assertion_astray() {
    for base in [
        "http://auth.example.com",
        "ftp://auth.example.com",
        "auth.example.com",
    ] {
        let error = check_refused(
            &[("tenant", "north"), ("base", base)],
            "token endpoint of gateway `open` with these variables",
        );
        let cause = error.source().unwrap().to_string();
        assert!(!error.to_string().contains(&cause), "{cause}");
    }
}

#[test]
fn a_value_cannot_move_the_host() {
    let whole_url = ("base", "https://auth.example.com:8443/a/b");
    for tenant in [
        "evil.example/",
        "evil.example?",
        "evil.example#",
        "a:b",
        "a@b",
        "a\\b",
    ] {
        check_refused(
            &[("tenant", tenant), whole_url],
            "the value of the variable `tenant` must be one part of a URL, without / ? # @ : or \\",
        );
    }
    let open = open();
    let builder = open.endpoint(open.environment(None).unwrap());
    let builder = builder.with_variable(whole_url.0, whole_url.1);
    let endpoint = builder
        .with_variable("tenant", "north.west")
        .build()
        .unwrap();
    assert_eq!(
        endpoint.audience().unwrap(),
        "https://north.west.example.com"
    );
}

#[test]
fn no_variable_of_nhs() {
    let nhs = Gateway::builtin("nhs").unwrap();
    let builder = nhs.endpoint(nhs.environment(None).unwrap());
    assert_eq!(
        builder
            .with_variable("realm", "x")
            .build()
            .unwrap_err()
            .to_string(),
        "gateway `nhs` has no variables, so leave `realm` out"
    );
}

#[test]
fn a_replaced_value_needs_no_variable() {
    let open = open();
    let endpoint = open
        .endpoint(open.environment(None).unwrap())
        .with_token_endpoint(TokenEndpoint::new("http://127.0.0.1:9/token").unwrap())
        .with_issuer("https://other.example.com")
        .build()
        .unwrap();
    assert_eq!(
        endpoint.token_endpoint().unwrap().as_str(),
        "http://127.0.0.1:9/token"
    );
    assert_eq!(endpoint.audience().unwrap(), "https://other.example.com");
}

#[test]
fn the_audience_follows_what_replaces_its_source() {
    const URL: &str = "https://auth.example.com/token";
    const ISSUER: &str = "https://auth.example.com";

    #[track_caller]
    fn check(gateway: &str, url: Option<&str>, issuer: Option<&str>, wanted: Result<&str, &str>) {
        let gateway = Gateway::builtin(gateway).unwrap();
        let mut builder = gateway.endpoint(gateway.environment(None).unwrap());
        if let Some(url) = url {
            builder = builder.with_token_endpoint(TokenEndpoint::new(url).unwrap());
        }
        if let Some(issuer) = issuer {
            builder = builder.with_issuer(issuer);
        }
        let endpoint = builder.clone().build().unwrap();
        let audience = endpoint.audience().map_err(|error| error.to_string());
        assert_eq!(audience, wanted.map_err(str::to_owned));

        let endpoint = builder.with_audience("urn:mine").build().unwrap();
        assert_eq!(endpoint.audience().unwrap(), "urn:mine");
    }

    let no_issuer = "gateway `rfc10070` wants the authorization server's issuer as the audience: give the issuer";
    let no_url = "gateway `generic` leaves the token endpoint open: give its URL";
    check("nhs", Some(URL), None, Ok(URL));
    check("nhs", Some(URL), Some(ISSUER), Ok(URL));
    check("generic", Some(URL), None, Ok(URL));
    check("generic", Some(URL), Some(ISSUER), Ok(ISSUER));
    check("generic", None, None, Err(no_url));
    check("rfc10070", Some(URL), Some(ISSUER), Ok(ISSUER));
    check("rfc10070", Some(URL), None, Err(no_issuer));
}

#[test]
fn an_open_token_endpoint_is_asked_for() {
    let generic = Gateway::builtin("generic").unwrap();
    let endpoint = generic
        .endpoint(generic.environment(None).unwrap())
        .build()
        .unwrap();
    assert_eq!(
        endpoint.token_endpoint().unwrap_err().to_string(),
        "gateway `generic` leaves the token endpoint open: give its URL"
    );
}

#[test]
fn an_unknown_gateway_or_environment_comes_with_those_that_there_are() {
    #[track_caller]
    fn check(error: Error, text: &str) {
        assert_eq!(error.to_string(), text);
    }
    let names: Vec<_> = Gateway::names().collect();
    let built_in = format!(
        "built in are {}, and the path to a file works too",
        names.join(", ")
    );
    check(
        Gateway::builtin("nsh").unwrap_err(),
        &format!("unknown gateway `nsh` (did you mean `nhs`?); {built_in}"),
    );
    check(
        Gateway::builtin("elephant\u{1b}[31m").unwrap_err(),
        &format!(r"unknown gateway `elephant\u{{1b}}[31m`; {built_in}"),
    );
    let nhs = Gateway::builtin("nhs").unwrap();
    let known = "it has prod, int, dev, sandbox, ref, internal-dev, internal-qa, internal-dev-sandbox, internal-qa-sandbox";
    check(
        nhs.environment(Some("live")).unwrap_err(),
        &format!("gateway `nhs` has no environment `live`; {known}"),
    );
    check(
        nhs.call_api_environment(Some("sandbx")).unwrap_err(),
        &format!("gateway `nhs` has no environment `sandbx` (did you mean `sandbox`?); {known}"),
    );
    check(
        nhs.environment(Some("")).unwrap_err(),
        &format!("gateway `nhs` has no environment ``; {known}"),
    );
}

/// Two slashes make another address, and so another audience; behind a query there is no path.
#[test]
fn a_url_at_the_front_is_one_that_a_path_can_follow() {
    let keycloak = Gateway::builtin("keycloak").unwrap();
    let build = |server: &str| {
        let builder = keycloak.endpoint(keycloak.environment(None).unwrap());
        let builder = builder.with_variable("realm", "r");
        builder.with_variable("server", server).build()
    };
    for server in ["https://h.example/auth", "https://h.example/auth/"] {
        let endpoint = build(server).unwrap();
        assert_eq!(
            endpoint.audience().unwrap(),
            "https://h.example/auth/realms/r"
        );
        assert_eq!(
            endpoint.token_endpoint().unwrap().as_str(),
            "https://h.example/auth/realms/r/protocol/openid-connect/token"
        );
    }
    for server in [
        "https://h.example/?a=",
        "https://h.example?a=",
        "https://h.example/#a",
        "https://u:p@h.example",
    ] {
        let error = build(server).unwrap_err();
        assert!(matches!(error, Error::VariableBeforePath { ref name } if name == "server"));
        assert_eq!(
            error.to_string(),
            "the value of the variable `server` stands before a path, and must be a URL without \
             user, query and fragment"
        );
    }
    // An issuer is what it is; only its path is joined with one slash.
    let builder = keycloak.endpoint(keycloak.environment(None).unwrap());
    let endpoint = builder
        .with_issuer("https://h.example/realms/r/")
        .build()
        .unwrap();
    assert_eq!(endpoint.audience().unwrap(), "https://h.example/realms/r/");
    assert_eq!(
        endpoint.token_endpoint().unwrap().as_str(),
        "https://h.example/realms/r/protocol/openid-connect/token"
    );
}

/// With a realm in the server's URL the realm would be in the audience twice.
#[test]
fn a_keycloak_server_is_named_without_its_realm() {
    let keycloak = Gateway::builtin("keycloak").unwrap();
    let build = |server: &str| {
        let builder = keycloak.endpoint(keycloak.environment(None).unwrap());
        let builder = builder.with_variable("realm", "r");
        builder.with_variable("server", server).build()
    };
    for server in [
        "https://sso.example/realms/r",
        "https://sso.example/auth/realms/r/",
        "https://sso.example/realms",
        "https://sso.example/realms/r/protocol/openid-connect/token",
    ] {
        let error = build(server).unwrap_err();
        let is_refused = matches!(&error, Error::RefusedVariable { name, .. } if name == "server");
        assert!(is_refused, "{server}: {error}");
    }
    assert_eq!(
        build("https://me:secret@sso.example/realms/r")
            .unwrap_err()
            .to_string(),
        "the variable `server` cannot be `https://sso.example/realms/r`: it is the server's URL \
         without /realms/NAME; it ends in /auth where the server is older than 17 or keeps that path, \
         such as `https://sso.example.com`, and not like `*://*/realms/*`"
    );
    for server in ["https://realms/auth", "https://sso.example/realms-of-ours"] {
        build(server).unwrap();
    }
}

#[test]
fn an_issuer_is_a_url() {
    #[track_caller]
    fn check(issuer: &str, is_taken: bool) {
        for name in ["generic", "keycloak", "rfc10070", "nhs"] {
            let gateway = Gateway::builtin(name).unwrap();
            let builder = gateway.endpoint(gateway.environment(None).unwrap());
            let built = builder.with_issuer(issuer).build();
            let is_refused = matches!(built, Err(Error::InvalidIssuer));
            assert_eq!(is_refused, !is_taken, "{name}: {issuer}: {built:?}");
        }
    }
    check("https://as.example.com", true);
    check("https://as.example.com/tenant/", true);
    check("HTTPS://as.example.com:8443/realms/r", true);
    // Inside of a cluster, as the server knows itself.
    check("http://keycloak:8080/realms/r", true);
    for issuer in [
        "foo",
        "",
        "as.example.com",
        "//as.example.com",
        "ftp://as.example.com",
        "http://as.example.com x",
        "https://",
        "https:///realms/r",
        "https://user:password@as.example.com",
        "https://as.example.com/#a",
        " https://as.example.com",
        "https://as.example.com\n",
    ] {
        check(issuer, false);
    }
}
