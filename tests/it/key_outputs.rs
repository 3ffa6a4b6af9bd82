//! Private keys written for other tools.

use integration_tests::fixtures;
use integration_tests::provider::Provider;
use serde_json::Value;
use tokenring_jwk::{Algorithm, Error, Jwk, KeyId, KeySpec, KeyType, KeyUse, PrivateKey};

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixtures::text(&format!("keys/test-{name}-pkcs8.pem"))).unwrap()
}

fn public_jwk(name: &str) -> Jwk {
    Jwk::from_json(&fixtures::text(&format!(
        "keys/test-{name}-public.jwk.json"
    )))
    .unwrap()
}

#[test]
fn pkcs1() {
    for name in ["rsa-2048", "rsa-3072", "rsa-4096"] {
        let pem = private_key(name).to_pkcs1_pem().unwrap();
        let theirs = fixtures::text(&format!("keys/test-{name}-pkcs1.pem"));
        assert!(pem.secret() == theirs, "{name}");
    }
    for (name, key_type) in [("p256", KeyType::P256), ("ed25519", KeyType::Ed25519)] {
        let error = private_key(name).to_pkcs1_pem().unwrap_err();
        assert_eq!(error, Error::NotRsa(key_type));
    }
}

#[test]
fn private_jwks() {
    for name in fixtures::KEY_NAMES {
        let json = private_key(name)
            .to_secret_jwk_json(&public_jwk(name))
            .unwrap();
        let ours: Value = serde_json::from_str(json.secret()).unwrap();
        let theirs = fixtures::json(&format!("keys/test-{name}-private.jwk.json"));
        assert!(ours == theirs, "{name}");
        let read = PrivateKey::from_jwk_json(json.secret()).unwrap();
        assert!(read.to_pkcs8_pem().secret() == private_key(name).to_pkcs8_pem().secret());
        assert_eq!(format!("{json:?}"), "SecretJson(..)");
    }
}

#[test]
fn the_text_of_a_private_jwk() {
    let public = public_jwk("p256")
        .with_algorithm(Algorithm::Es256)
        .unwrap()
        .with_key_id(KeyId::new("a \"b\""))
        .with_use(KeyUse::Signature);
    let json = private_key("p256").to_secret_jwk_json(&public).unwrap();
    let members = fixtures::json("keys/test-p256-private.jwk.json");
    let member = |name: &str| fixtures::text_of(&members, name).to_owned();
    let expected = format!(
        r#"{{
  "kty": "EC",
  "crv": "P-256",
  "x": "{}",
  "y": "{}",
  "alg": "ES256",
  "kid": "a \"b\"",
  "use": "sig",
  "d": "{}"
}}"#,
        member("x"),
        member("y"),
        member("d")
    );
    assert!(json.secret() == expected);
    let read = PrivateKey::from_jwk_json(json.secret()).unwrap();
    assert_eq!(read.stated_key_id(), public.key_id());
    assert_eq!(read.stated_algorithm(), Some(Algorithm::Es256));
}

#[test]
fn the_public_half_of_another_key() {
    for (name, other) in [
        ("p256", "p384"),
        ("rsa-2048", "rsa-3072"),
        ("ed25519", "p256"),
    ] {
        let written = private_key(name).to_secret_jwk_json(&public_jwk(other));
        assert_eq!(written.err(), Some(Error::InconsistentKey), "{name}");
    }
    let key = Provider::Ring.generate(KeySpec::P256).unwrap();
    let written = key.to_secret_jwk_json(&public_jwk("p256"));
    assert_eq!(written.err(), Some(Error::InconsistentKey));
}

/// An EC private value keeps its full length (RFC 7518 section 6.2.2.1), which
/// one key in 256 has a leading zero in, and one of P-521 in two.
#[test]
fn private_values_have_full_length() {
    for (spec, length) in [
        (KeySpec::P256, 43),
        (KeySpec::P384, 64),
        (KeySpec::P521, 88),
    ] {
        for _ in 0..20 {
            let key = Provider::AwsLcRs.generate(spec).unwrap();
            let public = Jwk::new(key.stated_public_key().unwrap().clone());
            let json = key.to_secret_jwk_json(&public).unwrap();
            let json: Value = serde_json::from_str(json.secret()).unwrap();
            assert_eq!(fixtures::text_of(&json, "d").len(), length);
        }
    }
}
