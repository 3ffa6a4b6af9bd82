//! What the lint says of an assertion. Every expected word is written by hand from the gateway's
//! facts, not from what the lint said.

mod audience;
mod claims;
mod date_advice;
mod dates;
mod decoding;
mod dotnet_guide;
mod field_clients;
mod header;
mod keys;
mod lifetimes;
mod order;
mod own_assertions;
mod pca_guide;
mod remedies;
mod unknown;
mod verification;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Endpoint, Finding, Gateway, Lint, Severity, UnverifiedJwt};
use tokenring_oauth::TokenEndpoint;

/// The moment of judgement.
const NOW: u64 = 1_700_000_000;

/// A gateway of the tests' own, strict about everything that has a rule.
const STRICT: &str = r#"
name = "strict"
title = "Strict"
default-environment = "test"

[environments.test]
token-endpoint = "https://test.example.com/oauth/token"
issuer = "https://test.example.com/"

[environments.live]
token-endpoint = "https://live.example.com/oauth/token"
issuer = "https://live.example.com/"

[assertion]
algorithms = ["RS256", "ES256"]
audience = "issuer"
audience-form = "single"
typ = "JWT"
typ-rule = "required"
accepted-types = ["JWT"]
required-claims = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "purpose"]
claims = ["iat", "nbf"]
lifetime-seconds = 60
maximum-lifetime-seconds = 120
lifetime-counts-from = "issue"
maximum-age-seconds = 90
dates = "integer"

[assertion.leeway-seconds]
expiry = 5
lifetime = 7
issued-at = 10
not-before = 20

[key]
generate = "RSA-3072"
id-scheme = "free-text"
id-required = true
minimum-rsa-bits = 2048
"#;

/// An assertion in the making, of which a test spoils one thing or two.
#[derive(Clone)]
struct Draft {
    header: Value,
    claims: Value,
}

impl Draft {
    /// One without a fault for [`STRICT`].
    fn strict() -> Self {
        Self {
            header: json!({"alg": "RS256", "kid": "key-1", "typ": "JWT"}),
            claims: json!({
                "iss": "client-1",
                "sub": "client-1",
                "aud": "https://test.example.com/",
                "exp": NOW + 60,
                "iat": NOW,
                "nbf": NOW,
                "jti": "one",
                "purpose": "test",
            }),
        }
    }

    /// One without a fault for NHS England's integration environment.
    fn nhs() -> Self {
        Self {
            header: json!({"alg": "RS512", "kid": "int-1", "typ": "JWT"}),
            claims: json!({
                "iss": "api-key",
                "sub": "api-key",
                "aud": "https://int.api.service.nhs.uk/oauth2/token",
                "exp": NOW + 150,
                "jti": "one",
            }),
        }
    }

    fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    fn signing_input(&self) -> String {
        let part = |value: &Value| encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// With a signature as long as one of RSA with 4096 bits, which nothing here verifies.
    fn text(&self) -> String {
        format!("{}.{}", self.signing_input(), encode([7; 512]))
    }

    fn jwt(&self) -> UnverifiedJwt {
        UnverifiedJwt::decode(self.text()).unwrap()
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

fn strict() -> Gateway {
    Gateway::parse(STRICT, "strict.toml").unwrap()
}

/// [`STRICT`] with other lines in place of some.
fn strict_with(lines: &[(&str, &str)]) -> Gateway {
    let mut text = STRICT.to_owned();
    for (old, new) in lines {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    Gateway::parse(&text, "strict.toml").unwrap()
}

fn endpoint(gateway: &Gateway) -> Endpoint {
    let environment = gateway.environment(None).unwrap();
    gateway.endpoint(environment).build().unwrap()
}

/// With the examples of a file for what it leaves open, and a token endpoint where it has none.
fn open_endpoint(gateway: &Gateway) -> Endpoint {
    let environment = gateway.environment(None).unwrap();
    let mut builder = gateway.endpoint(environment);
    for variable in gateway.variables() {
        builder = builder.with_variable(variable.name(), variable.example().unwrap());
    }
    if environment.token_endpoint().is_none() {
        let url = TokenEndpoint::new("https://auth.example.com/token").unwrap();
        builder = builder.with_token_endpoint(url);
    }
    builder.build().unwrap()
}

fn lint(gateway: &Gateway, draft: &Draft) -> Vec<Finding> {
    let endpoint = endpoint(gateway);
    Lint::new(gateway, &endpoint, NumericDate::from_seconds(NOW)).check(&draft.jwt())
}

/// Expects these rules, each with its severity and in this order, and nothing else.
#[track_caller]
fn check(gateway: &Gateway, draft: &Draft, wanted: &[&str]) {
    let findings = lint(gateway, draft);
    let found: Vec<String> = findings
        .iter()
        .map(|finding| match finding.severity() {
            Severity::Refused => finding.rule().to_string(),
            _ => format!("({})", finding.rule()),
        })
        .collect();
    assert_eq!(found, wanted, "{findings:#?}");
}

/// Expects one finding, in these words.
#[track_caller]
fn check_words(
    gateway: &Gateway,
    draft: &Draft,
    rule: &str,
    found: Option<&str>,
    wanted: &str,
    detail: Option<&str>,
) {
    check(gateway, draft, &[rule]);
    let findings = lint(gateway, draft);
    assert_eq!(findings[0].found(), found);
    assert_eq!(findings[0].wanted(), wanted);
    assert_eq!(findings[0].detail(), detail);
}

#[test]
fn a_good_assertion_has_no_findings() {
    check(&strict(), &Draft::strict(), &[]);
    check(&Gateway::builtin("nhs").unwrap(), &Draft::nhs(), &[]);
}

#[test]
fn everything_at_once_is_in_the_order_of_judgement() {
    let draft = Draft {
        header: json!({"alg": "none", "crit": ["b64"]}),
        claims: json!({}),
    };
    check(
        &strict(),
        &draft,
        &[
            "algorithm",
            "critical-extension",
            "type",
            "key-id-absent",
            "issuer-absent",
            "subject-absent",
            "audience-absent",
            "expiry-absent",
            "issued-at-absent",
            "not-before-absent",
            "jwt-id-absent",
            "claim-absent",
        ],
    );
}
