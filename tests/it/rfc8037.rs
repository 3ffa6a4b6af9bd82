//! Ed25519 and other curves in JOSE.

use integration_tests::{fixtures, provider};
use tokenring_jwk::{Algorithm, Error, Jwk, KeyType, PrivateKey, Signer};

use crate::rfc_figures::{check, public_half};
use crate::rfc7638::check_thumbprint;

/// The keys of appendices A.1 and A.2 are those of A.3 and A.4.
fn key() -> serde_json::Value {
    fixtures::rfc(8037, "A.4")["private_jwk"].clone()
}

#[test]
fn appendix_a_1_private_key() {
    let text = key().to_string();
    assert_eq!(Jwk::from_json(&text), Err(Error::PrivateMember));
    let private_key = PrivateKey::from_jwk_json(&text).unwrap();
    assert_eq!(private_key.key_type(), KeyType::Ed25519);
    for provider in provider::ALL {
        let (_, public_key) = provider.load(&private_key, Algorithm::EdDsa).unwrap();
        assert_eq!(public_key, public_half(&key()));
    }
}

#[test]
fn appendix_a_2_public_key() {
    let text = fixtures::rfc(8037, "A.3")["jwk"].to_string();
    let jwk = Jwk::from_json(&text).unwrap();
    assert_eq!(jwk.public_key().key_type(), KeyType::Ed25519);
    assert_eq!(*jwk.public_key(), public_half(&key()));
}

#[test]
fn appendix_a_3_thumbprint() {
    let figure = fixtures::rfc(8037, "A.3");
    check_thumbprint(
        &figure["jwk"].to_string(),
        fixtures::text_of(&figure, "sha256"),
    );
}

#[test]
fn appendix_a_4_eddsa() {
    check(8037, "A.4", true);
}

/// RFC 9864 section 2.2: the fully specified name is the same signature.
#[test]
fn appendix_a_4_under_the_name_ed25519() {
    let private_key = PrivateKey::from_jwk_json(&key().to_string()).unwrap();
    for provider in provider::ALL {
        let sign = |algorithm| {
            let (signer, _) = provider.load(&private_key, algorithm).unwrap();
            assert_eq!(signer.algorithm(), algorithm);
            signer.sign(b"the same").unwrap()
        };
        assert_eq!(sign(Algorithm::EdDsa), sign(Algorithm::Ed25519));
    }
}
