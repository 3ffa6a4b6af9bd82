//! The files for a server that is not known.

use tokenring_gateway::{AudienceRule, ExpiresIn, Gateway, IssuedAt, OptionalClaim, ScopeRule};
use tokenring_jwk::{Algorithm, KeySpec, KeyType};

/// What `generic` and `rfc10070` share: nothing of it is in a standard.
#[track_caller]
fn check_open_gateway(gateway: &Gateway) {
    let assertion = gateway.assertion();
    for (key_type, algorithm) in [
        (KeyType::Rsa, Algorithm::Rs256),
        (KeyType::P256, Algorithm::Es256),
        (KeyType::P384, Algorithm::Es384),
        (KeyType::P521, Algorithm::Es512),
        (KeyType::Ed25519, Algorithm::EdDsa),
    ] {
        assert_eq!(assertion.default_algorithm(key_type), Some(algorithm));
    }
    assert_eq!(assertion.algorithms().len(), Algorithm::ALL.len());
    assert_eq!(assertion.claims(), [OptionalClaim::IssuedAt]);
    assert_eq!(assertion.lifetime().as_seconds(), 60);
    assert!(assertion.maximum_lifetime().is_none());
    assert_eq!(gateway.key().generate(), KeySpec::Rsa3072);
    assert!(!gateway.key().id_required());
    assert!(!gateway.request().sends_client_id());
    assert_eq!(gateway.request().scope(), ScopeRule::Optional);
    assert_eq!(gateway.response().expires_in(), ExpiresIn::Number);
    assert_eq!(gateway.response().issued_at(), IssuedAt::Absent);
    assert_eq!(gateway.api().key_header(), None);
    assert_eq!(gateway.environment(None).unwrap().name(), "default");
}

#[test]
fn generic_rules() {
    let generic = Gateway::builtin("generic").unwrap();
    check_open_gateway(&generic);
    assert_eq!(generic.assertion().typ(), Some("JWT"));
    let rule = generic.assertion().audience();
    assert!(matches!(rule, AudienceRule::IssuerElseTokenEndpoint));
}

#[test]
fn rfc10070_rules() {
    let rfc10070 = Gateway::builtin("rfc10070").unwrap();
    check_open_gateway(&rfc10070);
    assert_eq!(
        rfc10070.assertion().typ(),
        Some("client-authentication+jwt")
    );
    assert!(matches!(
        rfc10070.assertion().audience(),
        AudienceRule::Issuer
    ));
}
