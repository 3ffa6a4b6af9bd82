//! Values that depend on others: the issuer in URLs, defaults of variables, several audiences.

use tokenring_gateway::{Endpoint, EndpointBuilder, Error, Gateway};
use tokenring_oauth::TokenEndpoint;

const REALMS: &str = r#"
name = "realms"
title = "Realms"

[variables.host]
description = "the host"
default = "auth.example.com"

[variables.realm]
description = "the realm"

[variables.user]
description = "whom the token is for"
default = "nobody"

[variables.other]
description = "another audience"

[environments.hosted]
issuer = "https://${host}/realms/${realm}"
token-endpoint = "${issuer}/token"
metadata = "${issuer}/.well-known/openid-configuration"
api-key-header = "X-API-Key"
api-key-prefix = "Bearer "

[environments.own]
token-endpoint = "${issuer}/token"
metadata = "${issuer}/.well-known/openid-configuration"
open = true

[assertion]
algorithms = ["ES256"]
subject = "${user}"
audience = "issuer"
accepted-audiences = ["issuer", "token-endpoint", "${issuer}/", "${other}/x", "urn:fixed"]
lifetime-seconds = 60

[key]
generate = "P-256"
id-scheme = "thumbprint"

[api]
key-header = "apikey"
"#;

fn realms() -> Gateway {
    Gateway::parse(REALMS, "realms.toml").unwrap()
}

#[track_caller]
fn build(
    environment: &str,
    change: impl Fn(EndpointBuilder<'_>) -> EndpointBuilder<'_>,
) -> Endpoint {
    let realms = realms();
    let environment = realms.environment(Some(environment)).unwrap();
    change(realms.endpoint(environment)).build().unwrap()
}

#[test]
fn the_issuer_stands_in_the_urls_that_name_it() {
    let endpoint = build("hosted", |builder| builder.with_variable("realm", "care"));
    let url = endpoint.token_endpoint().unwrap().as_str();
    assert_eq!(url, "https://auth.example.com/realms/care/token");
    assert_eq!(
        endpoint.metadata(),
        Some("https://auth.example.com/realms/care/.well-known/openid-configuration")
    );
    assert_eq!(
        endpoint.accepted_audiences(),
        [
            "https://auth.example.com/realms/care",
            "https://auth.example.com/realms/care/token",
            "https://auth.example.com/realms/care/",
            "urn:fixed",
        ]
    );
}

#[test]
fn the_issuer_that_is_given_replaces_the_environments() {
    for environment in ["hosted", "own"] {
        let endpoint = build(environment, |builder| {
            builder.with_issuer("https://other.example.com")
        });
        assert_eq!(
            endpoint.token_endpoint().unwrap().as_str(),
            "https://other.example.com/token"
        );
        assert_eq!(endpoint.audience().unwrap(), "https://other.example.com");
    }
}

#[test]
fn without_an_issuer_it_is_asked_for_and_nothing_else_fails() {
    let endpoint = build("own", |builder| builder);
    assert_eq!(endpoint.accepted_audiences(), ["urn:fixed"]);
    assert_eq!(endpoint.metadata(), None);
    let asked =
        "gateway `realms` wants the authorization server's issuer as the audience: give the issuer";
    assert_eq!(endpoint.audience().unwrap_err().to_string(), asked);
    endpoint.token_endpoint().unwrap_err();
}

#[test]
fn an_audience_of_the_callers_is_not_thereby_one_that_the_gateway_takes() {
    let url = "http://127.0.0.1:9/token";
    let endpoint = build("own", |builder| {
        let url = TokenEndpoint::new(url).unwrap();
        builder.with_token_endpoint(url).with_audience("urn:mine")
    });
    assert_eq!(endpoint.audience().unwrap(), "urn:mine");
    assert_eq!(endpoint.accepted_audiences(), [url, "urn:fixed"]);
}

#[test]
fn a_variable_has_its_default_until_it_is_given() {
    let variables = |endpoint: &Endpoint| {
        let pairs = endpoint.variables().iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let endpoint = build("hosted", |builder| builder.with_variable("realm", "care"));
    assert_eq!(endpoint.subject(), Some("nobody"));
    assert_eq!(
        variables(&endpoint),
        "host=auth.example.com realm=care user=nobody"
    );

    let endpoint = build("hosted", |builder| {
        let builder = builder.with_variable("realm", "care");
        builder
            .with_variable("host", "b.example.com")
            .with_variable("user", "me")
            .with_variable("other", "https://c.example.com")
    });
    assert_eq!(endpoint.subject(), Some("me"));
    assert_eq!(endpoint.issuer(), Some("https://b.example.com/realms/care"));
    assert!(
        endpoint
            .accepted_audiences()
            .contains(&"https://c.example.com/x".to_owned())
    );
    assert_eq!(
        realms().variables()[0].default_value(),
        Some("auth.example.com")
    );
}

#[test]
fn a_subject_that_is_given_needs_no_variable() {
    let salesforce = Gateway::builtin("salesforce").unwrap();
    let builder = || salesforce.endpoint(salesforce.environment(None).unwrap());
    let error = builder().build().unwrap_err();
    assert!(matches!(error, Error::MissingVariable { name, .. } if name == "username"));
    let endpoint = builder().with_subject("somebody").build().unwrap();
    assert_eq!(endpoint.subject(), Some("somebody"));
    // Where the subject is the client, a rule of the gateway says so, and the plan replaces it.
    let nhs = Gateway::builtin("nhs").unwrap();
    let builder = nhs.endpoint(nhs.environment(None).unwrap());
    assert_eq!(builder.with_subject("me").build().unwrap().subject(), None);
}

#[test]
fn each_environment_has_its_way_to_carry_an_api_key() {
    let hosted = build("hosted", |builder| builder.with_variable("realm", "care"));
    assert_eq!(hosted.api_key_header(), Some("X-API-Key"));
    assert_eq!(hosted.api_key_prefix(), "Bearer ");
    assert!(!hosted.is_open());
    let own = build("own", |builder| builder);
    assert_eq!(own.api_key_header(), Some("apikey"));
    assert_eq!(own.api_key_prefix(), "");
    assert!(own.is_open());
}

const REGIONS: &str = r#"
name = "regions"
title = "Regions"
[variables.region]
description = "the region"
default = "eu"
[variables.enterprise]
description = "the enterprise"
[environments.prod]
token-endpoint = "https://${region}.example.com/token"
[environments.test]
token-endpoint = "https://${region}.test.example.com/token"
variables = { region = "us" }
[assertion]
algorithms = ["ES256"]
audience = "account.example.com"
lifetime-seconds = 60
[assertion.own-claims]
kind = "enterprise"
unit = "${enterprise}/${region}"
version = 2
live = true
parts = ["${region}", 1]
extension = { b2b = { name = "${enterprise}", codes = [] } }
[key]
generate = "P-256"
id-scheme = "thumbprint"
[request]
parameters = { unit = "a" }
secret-parameters = ["client_secret"]
headers = { X-Region = "${region}" }
secret-headers = ["X-Api-Key"]
[response]
assumed-lifetime-seconds = 900
"#;

#[track_caller]
fn region(environment: &str, given: Option<&str>) -> Endpoint {
    let regions = Gateway::parse(REGIONS, "regions.toml").unwrap();
    let environment = regions.environment(Some(environment)).unwrap();
    let mut builder = regions
        .endpoint(environment)
        .with_variable("enterprise", "acme");
    if let Some(given) = given {
        builder = builder.with_variable("region", given);
    }
    builder.build().unwrap()
}

#[test]
fn an_environment_has_defaults_of_its_own() {
    for (environment, given, url) in [
        ("prod", None, "https://eu.example.com/token"),
        ("test", None, "https://us.test.example.com/token"),
        ("test", Some("uk"), "https://uk.test.example.com/token"),
    ] {
        let endpoint = region(environment, given);
        assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
        assert_eq!(endpoint.audience().unwrap(), "account.example.com");
    }
}

#[test]
fn claims_of_the_gateways_own() {
    let endpoint = region("test", None);
    let claims: serde_json::Map<_, _> = endpoint.claims().iter().cloned().collect();
    let expected = serde_json::json!({
        "kind": "enterprise",
        "unit": "acme/us",
        "version": 2,
        "live": true,
        "parts": ["us", 1],
        "extension": {"b2b": {"name": "acme", "codes": []}},
    });
    assert_eq!(serde_json::Value::Object(claims), expected);
}

/// Replaces one text of the file by another and expects this error.
#[track_caller]
fn refused(old: &str, new: &str, text: &str) {
    assert_eq!(REGIONS.matches(old).count(), 1, "{old}");
    let error = Gateway::parse(&REGIONS.replace(old, new), "r.toml").unwrap_err();
    assert_eq!(error.to_string(), format!("r.toml:{text}"));
}

#[test]
fn headers_secrets_and_a_lifetime_of_the_gateways_own() {
    let headers = [("X-Region".to_owned(), "us".to_owned())];
    assert_eq!(region("test", None).headers(), headers);
    let regions = Gateway::parse(REGIONS, "regions.toml").unwrap();
    assert_eq!(regions.request().secret_parameters(), ["client_secret"]);
    assert_eq!(regions.request().secret_headers(), ["X-Api-Key"]);
    let lifetime = regions.response().assumed_lifetime();
    assert_eq!(lifetime, Some(core::time::Duration::from_secs(900)));
    refused(
        "[\"client_secret\"]",
        "[\"unit\"]",
        "30: `request.secret-parameters[0]`: `request.parameters.unit` says this already (line 29)",
    );
    refused(
        "[\"client_secret\"]",
        "[\"assertion\"]",
        "30: `request.secret-parameters[0]`: this form parameter is set by other keys or by the caller",
    );
    for (name, text) in [
        (
            "X-REGION",
            "`request.headers.X-Region` says this already (line 31)",
        ),
        ("Accept", "the format itself defines this name"),
        (
            "X Api",
            "a header name holds only ASCII letters, digits and !#$%&'*+-.^_`|~",
        ),
    ] {
        let text = format!("32: `request.secret-headers[0]`: {text}");
        refused("X-Api-Key", name, &text);
    }
    refused(
        "[\"X-Api-Key\"]",
        "[\"X-Api-Key\", \"x-api-key\"]",
        "32: `request.secret-headers[1]`: `request.secret-headers[0]` says this already (line 32)",
    );
    refused(
        "X-Region =",
        "\"content-type\" =",
        "31: `request.headers.content-type`: the format itself defines this name",
    );
    refused(
        "X-Region =",
        "\"X Region\" =",
        "31: `request.headers.\"X Region\"`: a header name holds only ASCII letters, digits and !#$%&'*+-.^_`|~",
    );
}

#[test]
fn values_that_cannot_be() {
    refused(
        "region = \"us\"",
        "regoin = \"us\"",
        "13: `environments.test.variables.regoin`: `${regoin}` is not under `variables` (did you mean `region`?); this template can use region, enterprise",
    );
    refused(
        "region = \"us\"",
        "region = \"u s\"",
        "13: `environments.test.variables.region`: must hold no white space",
    );
    refused(
        "version = 2",
        "jti = \"2\"",
        "21: `assertion.own-claims.jti`: the format itself defines this name",
    );
    refused(
        "version = 2",
        "version = 2.5",
        "21: `assertion.own-claims.version`: must be a text, number, list, table, true or false, not a decimal number",
    );
    refused(
        "\"${region}\", 1",
        "\"${regoin}\", 1",
        "23: `assertion.own-claims.parts[0]`: `${regoin}` is not under `variables` (did you mean `region`?); this template can use region, enterprise, environment",
    );
    refused(
        "[assertion.own-claims]",
        "allowed-claims = [\"iss\", \"sub\", \"aud\", \"exp\", \"jti\", \"kind\", \"unit\"]\n[assertion.own-claims]",
        "22: `assertion.own-claims.version`: `version` is not among `assertion.allowed-claims` (line 18)",
    );
    refused(
        "\"account.example.com\"",
        "\"example\"",
        "16: `assertion.audience`: unknown value `example`; allowed: token-endpoint, issuer, issuer-else-token-endpoint, none, an audience with a `:`, `.` or `/` in it, another one as the default of a variable (`${NAME}`)",
    );
}
