//! NHS England API Platform.

use core::time::Duration;

use tokenring_gateway::{
    AudienceRule, ExpiresIn, Gateway, Grant, HeaderRole, IssuedAt, KeyIdScheme, OptionalClaim,
    ScopeRule, Topic,
};
use tokenring_jwk::{Algorithm, KeySpec, KeyType};

#[test]
fn nhs_token_endpoint_is_the_audience_too() {
    #[track_caller]
    fn check(environment: &str, url: &str, key_id: &str) {
        let nhs = Gateway::builtin("nhs").unwrap();
        let environment = nhs.environment(Some(environment)).unwrap();
        let endpoint = nhs.endpoint(environment).build().unwrap();
        assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
        assert_eq!(endpoint.audience().unwrap(), url);
        assert_eq!(endpoint.default_key_id().unwrap().as_str(), key_id);
        assert_eq!(endpoint.issuer(), None);
    }
    check("prod", "https://api.service.nhs.uk/oauth2/token", "prod-1");
    check(
        "int",
        "https://int.api.service.nhs.uk/oauth2/token",
        "int-1",
    );
    check(
        "dev",
        "https://dev.api.service.nhs.uk/oauth2/token",
        "dev-1",
    );
    check(
        "sandbox",
        "https://sandbox.api.service.nhs.uk/oauth2/token",
        "sandbox-1",
    );
    check(
        "ref",
        "https://ref.api.service.nhs.uk/oauth2/token",
        "ref-1",
    );
    check(
        "internal-dev",
        "https://internal-dev.api.service.nhs.uk/oauth2/token",
        "internal-dev-1",
    );
    check(
        "internal-qa",
        "https://internal-qa.api.service.nhs.uk/oauth2/token",
        "internal-qa-1",
    );
    check(
        "internal-dev-sandbox",
        "https://internal-dev-sandbox.api.service.nhs.uk/oauth2/token",
        "internal-dev-sandbox-1",
    );
    check(
        "internal-qa-sandbox",
        "https://internal-qa-sandbox.api.service.nhs.uk/oauth2/token",
        "internal-qa-sandbox-1",
    );
    check(
        "production",
        "https://api.service.nhs.uk/oauth2/token",
        "prod-1",
    );
    check(
        "integration",
        "https://int.api.service.nhs.uk/oauth2/token",
        "int-1",
    );
}

#[test]
fn nhs_environments() {
    let nhs = Gateway::builtin("nhs").unwrap();
    let names: Vec<_> = nhs
        .environments()
        .iter()
        .map(|known| known.name())
        .collect();
    assert_eq!(
        names,
        [
            "prod",
            "int",
            "dev",
            "sandbox",
            "ref",
            "internal-dev",
            "internal-qa",
            "internal-dev-sandbox",
            "internal-qa-sandbox"
        ]
    );
    assert_eq!(nhs.default_environment(), Some("int"));
    assert_eq!(nhs.environment(None).unwrap().name(), "int");
}

#[test]
fn nhs_sandbox_takes_tokens_of_int_to_call_apis() {
    let nhs = Gateway::builtin("nhs").unwrap();
    for (name, wanted) in [
        (None, "int"),
        (Some("int"), "int"),
        (Some("sandbox"), "int"),
        (Some("dev"), "dev"),
        (Some("prod"), "prod"),
        (Some("internal-dev-sandbox"), "internal-dev-sandbox"),
    ] {
        assert_eq!(
            nhs.call_api_environment(name).unwrap().name(),
            wanted,
            "{name:?}"
        );
    }
}

#[test]
fn nhs_rules() {
    let nhs = Gateway::builtin("nhs").unwrap();

    let assertion = nhs.assertion();
    assert_eq!(assertion.algorithms(), [Algorithm::Rs512]);
    assert_eq!(
        assertion.default_algorithm(KeyType::Rsa),
        Some(Algorithm::Rs512)
    );
    assert_eq!(assertion.default_algorithm(KeyType::P256), None);
    assert!(matches!(assertion.audience(), AudienceRule::TokenEndpoint));
    assert_eq!(assertion.typ(), Some("JWT"));
    assert_eq!(assertion.claims(), [OptionalClaim::IssuedAt]);
    assert!(assertion.sends_issued_at() && !assertion.sends_not_before());
    assert_eq!(assertion.lifetime().as_seconds(), 150);
    assert_eq!(assertion.maximum_lifetime().unwrap().as_seconds(), 300);

    let key = nhs.key();
    assert_eq!(key.generate(), KeySpec::Rsa4096);
    assert_eq!(key.id_scheme(), KeyIdScheme::FileStem);
    assert!(key.id_required());
    assert_eq!(key.jwk_set_cache(), Some(Duration::from_secs(3600)));

    assert_eq!(nhs.request().grant(), Grant::ClientCredentials);
    assert!(!nhs.request().sends_client_id());
    assert_eq!(nhs.request().scope(), ScopeRule::Ignored);
    assert!(nhs.request().parameters().is_empty());
    assert_eq!(nhs.response().expires_in(), ExpiresIn::Text);
    assert_eq!(nhs.response().issued_at(), IssuedAt::Milliseconds);
    assert!(nhs.variables().is_empty());
    assert!(nhs.notes_on(Topic::Registration).count() > 0);
}

#[test]
fn nhs_headers() {
    let nhs = Gateway::builtin("nhs").unwrap();
    assert_eq!(nhs.api().key_header(), Some("apikey"));
    for (role, name) in [
        (HeaderRole::RequestId, "X-Request-ID"),
        (HeaderRole::CorrelationId, "X-Correlation-ID"),
        (HeaderRole::NhsNumber, "nhs-login-nhs-number"),
        (HeaderRole::ProductId, "NHSE-Product-ID"),
    ] {
        assert_eq!(nhs.api().header(role), Some(name));
    }
    assert_eq!(nhs.api().headers().count(), HeaderRole::ALL.len());
}
