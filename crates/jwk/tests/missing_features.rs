//! What a build without some features says of keys that take them.
#![cfg(all(
    feature = "ring",
    not(any(feature = "aws-lc-rs", feature = "encrypted"))
))]

use tokenring_jwk::{Algorithm, Error, FoundInput, KeySpec, PrivateKey, Verifier, any};

const P521: &[u8] = include_bytes!("../../../tests/fixtures/keys/test-p521-pkcs8.pem");
const NO_PUBLIC: &[u8] =
    include_bytes!("../../../tests/fixtures/keys/test-p256-pkcs8-no-public.pem");
const ENCRYPTED: &[u8] =
    include_bytes!("../../../tests/fixtures/keys/test-rsa-2048-pkcs8-encrypted.pem");

#[track_caller]
fn check(error: &Error, expected: &Error, feature: &str) {
    assert_eq!(error, expected);
    assert_eq!(error.needed_feature(), Some(feature));
    let text = error.to_string();
    assert!(text.contains(&format!("feature `{feature}`")), "{text}");
}

#[test]
fn the_error_names_the_feature() {
    let key = PrivateKey::from_key_file(P521).unwrap();
    let error = any::SigningKey::new(&key, Algorithm::Es512).unwrap_err();
    let expected = Error::UnsupportedAlgorithm(Algorithm::Es512);
    check(&error, &expected, "aws-lc-rs");
    assert!(!any::Verifier.supports(Algorithm::Es512));
    assert!(any::Verifier.supports(Algorithm::Es384));

    let key = PrivateKey::from_key_file(NO_PUBLIC).unwrap();
    let error = any::SigningKey::new(&key, Algorithm::Es256).unwrap_err();
    check(&error, &Error::MissingPublicHalf, "aws-lc-rs");

    let error = any::generate(KeySpec::Rsa2048).unwrap_err();
    let expected = Error::UnsupportedGeneration(KeySpec::Rsa2048);
    check(&error, &expected, "aws-lc-rs");

    let error = PrivateKey::from_key_file(ENCRYPTED).unwrap_err();
    let expected = Error::UnexpectedInput(FoundInput::EncryptedKey);
    check(&error, &expected, "encrypted");
}
