//! What well-known clients send by default, and which gateways refuse that for what.

use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Endpoint, Gateway, Lint, Severity};
use tokenring_oauth::TokenEndpoint;

use super::{Draft, NOW};

/// The defaults of a client, the rest is as the gateway wants it.
struct Client {
    typ: Option<&'static str>,
    audience: Audience,
    lifetime: u64,
    issued_at: bool,
    not_before: bool,
    key_id: bool,
}

#[derive(Clone, Copy)]
enum Audience {
    Issuer,
    TokenEndpoint,
}

const OAUTH2C: Client = Client {
    typ: None,
    audience: Audience::Issuer,
    lifetime: 600,
    issued_at: true,
    not_before: false,
    key_id: true,
};
const OPENID_CLIENT: Client = Client {
    typ: None,
    audience: Audience::Issuer,
    lifetime: 60,
    issued_at: true,
    not_before: true,
    key_id: true,
};
const REQUESTS_OAUTH2CLIENT: Client = Client {
    typ: Some("JWT"),
    audience: Audience::TokenEndpoint,
    lifetime: 60,
    issued_at: true,
    not_before: false,
    key_id: true,
};
const AUTHLIB: Client = Client {
    typ: Some("JWT"),
    audience: Audience::TokenEndpoint,
    lifetime: 3600,
    issued_at: true,
    not_before: false,
    key_id: false,
};
const SPRING_SECURITY: Client = Client {
    typ: None,
    audience: Audience::TokenEndpoint,
    lifetime: 60,
    issued_at: true,
    not_before: false,
    key_id: true,
};
const CGPCLIENT: Client = Client {
    typ: Some("JWT"),
    audience: Audience::TokenEndpoint,
    lifetime: 300,
    issued_at: false,
    not_before: false,
    key_id: true,
};

/// The issuer of a gateway whose file has none.
const ISSUER: &str = "https://issuer.example.com";

fn endpoint(gateway: &Gateway) -> Endpoint {
    let environment = gateway.environment(None).unwrap();
    let mut builder = gateway.endpoint(environment);
    for variable in gateway.variables() {
        builder = builder.with_variable(variable.name(), variable.example().unwrap());
    }
    if environment.issuer().is_none() {
        builder = builder.with_issuer(ISSUER);
    }
    if environment.token_endpoint().is_none() {
        let url = TokenEndpoint::new("https://issuer.example.com/token").unwrap();
        builder = builder.with_token_endpoint(url);
    }
    builder.build().unwrap()
}

impl Client {
    fn draft(&self, gateway: &Gateway, endpoint: &Endpoint) -> Draft {
        let audience = match self.audience {
            Audience::Issuer => endpoint.issuer().unwrap(),
            Audience::TokenEndpoint => endpoint.token_endpoint().unwrap().as_str(),
        };
        let algorithm = gateway.assertion().algorithms()[0];
        let mut draft = Draft {
            header: json!({"alg": algorithm.name()}),
            claims: json!({"iss": "client-1", "sub": "client-1", "jti": "one"}),
        };
        draft = draft
            .claim("aud", audience)
            .claim("exp", NOW + self.lifetime);
        let optional = [("iat", self.issued_at), ("nbf", self.not_before)];
        for (name, _) in optional.into_iter().filter(|(_, is_sent)| *is_sent) {
            draft = draft.claim(name, NOW);
        }
        if let Some(typ) = self.typ {
            draft = draft.header("typ", typ);
        }
        if self.key_id {
            draft = draft.header("kid", Value::from("A".repeat(43)));
        }
        draft
    }
}

/// Expects the gateway to refuse the client's default assertion for these parts of it.
#[track_caller]
fn check(client: &Client, gateway: &str, wanted: &[&str]) {
    let gateway = Gateway::builtin(gateway).unwrap();
    let endpoint = endpoint(&gateway);
    let jwt = client.draft(&gateway, &endpoint).jwt();
    let findings = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW)).check(&jwt);
    let refused = findings
        .iter()
        .filter(|each| each.severity() == Severity::Refused);
    let mut subjects: Vec<&str> = refused.map(|each| each.subject()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, wanted, "{findings:#?}");
}

#[test]
fn oauth2c() {
    check(&OAUTH2C, "nhs", &["aud", "exp", "typ"]);
    check(&OAUTH2C, "pca", &["aud", "exp", "typ"]);
    check(&OAUTH2C, "generic", &[]);
}

#[test]
fn openid_client() {
    check(&OPENID_CLIENT, "nhs", &["aud", "typ"]);
    check(&OPENID_CLIENT, "pca", &["aud", "typ"]);
    check(&OPENID_CLIENT, "rfc10070", &[]);
    check(&OPENID_CLIENT, "keycloak", &[]);
}

#[test]
fn requests_oauth2client() {
    check(&REQUESTS_OAUTH2CLIENT, "nhs", &[]);
    check(&REQUESTS_OAUTH2CLIENT, "pca", &[]);
    check(&REQUESTS_OAUTH2CLIENT, "rfc10070", &["aud"]);
}

#[test]
fn authlib() {
    check(&AUTHLIB, "nhs", &["exp", "kid"]);
    check(&AUTHLIB, "pca", &["exp", "kid"]);
    check(&AUTHLIB, "rfc10070", &["aud"]);
}

#[test]
fn spring_security() {
    check(&SPRING_SECURITY, "nhs", &["typ"]);
    check(&SPRING_SECURITY, "rfc10070", &["aud"]);
}

#[test]
fn cgpclient() {
    check(&CGPCLIENT, "nhs", &[]);
    check(&CGPCLIENT, "nhs-cgp", &[]);
    check(&CGPCLIENT, "keycloak", &["exp"]);
}

#[test]
fn a_slash_that_auth0_and_maskinporten_want() {
    for name in ["auth0", "maskinporten"] {
        let gateway = Gateway::builtin(name).unwrap();
        let endpoint = endpoint(&gateway);
        let audience = endpoint.audience().unwrap();
        let without = audience.strip_suffix('/').unwrap();
        let draft = REQUESTS_OAUTH2CLIENT
            .draft(&gateway, &endpoint)
            .claim("aud", without);
        let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
        let findings = lint.check(&draft.jwt());
        let finding = findings
            .iter()
            .find(|each| each.subject() == "aud")
            .unwrap();
        assert_eq!(finding.severity(), Severity::Refused);
        assert_eq!(finding.wanted(), format!("\"{audience}\""));
        assert_eq!(finding.detail(), Some("the slash at its end is missing"));
    }
}

#[test]
fn a_vendors_sample_with_iat_in_milliseconds() {
    let dpc = Gateway::builtin("dpc").unwrap();
    let endpoint = endpoint(&dpc);
    let draft = REQUESTS_OAUTH2CLIENT
        .draft(&dpc, &endpoint)
        .claim("iat", NOW * 1000);
    let findings = Lint::new(&dpc, &endpoint, NumericDate::from_seconds(NOW)).check(&draft.jwt());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].severity(), Severity::Doubtful);
    assert_eq!(findings[0].detail(), Some("this looks like milliseconds"));
}
