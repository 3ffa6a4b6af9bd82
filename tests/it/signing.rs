//! From claims to a client assertion: with a signer, without one, and with one
//! that fails.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::{fixtures, provider, secrecy};
use tokenring_assertion::{Error, JoseHeader};
use tokenring_jwk::{Algorithm, KeyId, PrivateKey, SignError, Signature, Signer, aws_lc_rs, ring};

use crate::claims::{least, parts};

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixtures::text(&format!("keys/test-{name}-pkcs8.pem"))).unwrap()
}

fn ed25519() -> ring::SigningKey {
    ring::SigningKey::new(&private_key("ed25519"), Algorithm::EdDsa)
        .unwrap()
        .with_key_id(KeyId::new("test-1"))
}

/// Every algorithm with every provider: header, claims and signature belong
/// together, and the other provider agrees.
#[test]
fn assertions_verify() {
    for name in fixtures::KEY_NAMES {
        let key = private_key(name);
        for &algorithm in key.key_type().algorithms() {
            for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                let (signer, public_key) = provider.load(&key, algorithm).unwrap();
                let assertion = least().sign(&*signer).unwrap();
                let (input, signature) = assertion.secret().rsplit_once('.').unwrap();
                let (header, _) = parts(input.as_bytes());
                assert_eq!(header, format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
                let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
                for verifier in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                    verifier
                        .verify(&public_key, algorithm, input.as_bytes(), &signature)
                        .unwrap();
                }
            }
        }
    }
}

/// RFC 7515 section 7.1: three parts of base64url without padding.
#[test]
fn compact_serialization() {
    let assertion = least().sign(&ed25519()).unwrap().into_secret();
    assert_eq!(assertion.split('.').count(), 3);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    assert!(assertion.bytes().all(allowed), "{assertion}");
}

#[test]
fn two_steps_equal_one() {
    for header in [
        JoseHeader::new(),
        JoseHeader::new().without_key_id(),
        JoseHeader::new().without_token_type(),
    ] {
        let signer = ed25519();
        let at_once = least().sign_with(&header, &signer).unwrap();
        let input = least().signing_input_with(&header, signer.algorithm(), signer.key_id());
        let signature = signer.sign(input.as_bytes()).unwrap();
        let in_steps = input.attach(&signature);
        assert_eq!(in_steps.secret(), at_once.secret());
    }
    let signer = ed25519();
    let input = least().signing_input(signer.algorithm(), signer.key_id());
    let signature = signer.sign(input.as_bytes()).unwrap();
    let in_steps = input.attach(&signature).into_secret();
    assert_eq!(in_steps, least().sign(&signer).unwrap().secret());
    let header = JoseHeader::new().with_token_type("at+jwt");
    let grant = least().sign_grant_with(&header, &signer).unwrap();
    assert_eq!(
        grant.into_secret(),
        least().sign_with(&header, &signer).unwrap().secret()
    );
}

#[test]
fn signers_behind_pointers() {
    let expected = least().sign(&ed25519()).unwrap().into_secret();
    #[track_caller]
    fn check<S: Signer + ?Sized>(signer: &S, expected: &str) {
        assert_eq!(least().sign(signer).unwrap().secret(), expected);
        assert_eq!(least().sign(&signer).unwrap().secret(), expected);
    }
    let signer = ed25519();
    let by_reference: &dyn Signer = &signer;
    check(by_reference, &expected);
    check(&by_reference, &expected);
    let boxed: Box<dyn Signer> = Box::new(ed25519());
    check(&boxed, &expected);
    check(&*boxed, &expected);
    let shared: Arc<dyn Signer + Send + Sync> = Arc::new(ed25519());
    check(&shared, &expected);
    check(&Arc::clone(&shared), &expected);
    check(&Arc::new(ed25519()), &expected);
}

#[test]
fn signing_keys_are_shared_between_threads() {
    #[track_caller]
    fn check(_: impl Signer + Send + Sync + 'static) {}
    check(ed25519());
    let key = private_key("rsa-2048");
    check(aws_lc_rs::SigningKey::new(&key, Algorithm::Rs256).unwrap());
}

/// A cause that a hardware token or a key service could have.
#[derive(Debug)]
struct TokenUnplugged;

impl fmt::Display for TokenUnplugged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is unplugged")
    }
}

impl std::error::Error for TokenUnplugged {}

struct FailingSigner;

impl Signer for FailingSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn key_id(&self) -> Option<&KeyId> {
        None
    }

    fn sign(&self, _signing_input: &[u8]) -> Result<Signature, SignError> {
        Err(SignError::new("the token did not sign").with_source(TokenUnplugged))
    }
}

#[test]
fn a_signer_that_fails_keeps_its_cause() {
    let error = least().sign(&FailingSigner).unwrap_err();
    assert!(matches!(error, Error::Sign(_)));
    let of_grant = least().sign_grant(&FailingSigner).unwrap_err();
    assert!(matches!(of_grant, Error::Sign(_)));
    assert_eq!(
        secrecy::chain(&error),
        "signing the assertion failed: the token did not sign: the token is unplugged"
    );
    let cause = error.source().and_then(|error| error.source()).unwrap();
    assert!(cause.is::<TokenUnplugged>());
    let without_cause = SignError::new("no cause");
    assert!(without_cause.source().is_none());
}

/// The signer gets the very bytes that the assertion then begins with.
#[test]
fn the_signer_sees_the_message_unhashed() {
    struct Echo;
    impl Signer for Echo {
        fn algorithm(&self) -> Algorithm {
            Algorithm::Ps384
        }
        fn key_id(&self) -> Option<&KeyId> {
            None
        }
        fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
            Ok(Signature::from_bytes(signing_input))
        }
    }
    // No signature of RSA is shorter than 256 bytes.
    let long = least().with_claim("long", "a".repeat(256)).unwrap();
    let assertion = long.sign(&Echo).unwrap().into_secret();
    let (input, signature) = assertion.rsplit_once('.').unwrap();
    assert_eq!(
        Base64UrlUnpadded::encode_string(input.as_bytes()),
        signature
    );
}
