//! JSON Web Signature.

use integration_tests::{fixtures, provider};
use tokenring_jwk::{Algorithm, Error, Jwk, PrivateKey};

use crate::rfc_figures::{Compact, check};

#[test]
fn appendix_a_1_hs256() {
    let figure = fixtures::rfc(7515, "A.1");
    let name = fixtures::text_of(&figure, "alg");
    assert_eq!(name.parse::<Algorithm>(), Err(Error::UnknownAlgorithm));
    let jwk = figure["jwk"].to_string();
    assert_eq!(Jwk::from_json(&jwk), Err(Error::PrivateMember));
    assert!(PrivateKey::from_jwk_json(&jwk).is_err());
}

#[test]
fn appendix_a_2_rs256() {
    check(7515, "A.2", true);
}

#[test]
fn appendix_a_3_es256() {
    check(7515, "A.3", false);
}

#[test]
fn appendix_a_4_es512() {
    check(7515, "A.4", false);
}

#[test]
fn appendix_a_5_none() {
    let figure = fixtures::rfc(7515, "A.5");
    let name = fixtures::text_of(&figure, "alg");
    assert_eq!(name.parse::<Algorithm>(), Err(Error::UnknownAlgorithm));
    // No key and no algorithm takes its empty signature for one.
    let compact = Compact::new(fixtures::text_of(&figure, "compact"));
    assert_eq!(compact.signature, b"");
    for key_name in fixtures::KEY_NAMES {
        let key = fixtures::text(&format!("keys/test-{key_name}-public.jwk.json"));
        let key = Jwk::from_json(&key).unwrap();
        for &algorithm in Algorithm::ALL {
            for provider in provider::ALL {
                provider
                    .verify(key.public_key(), algorithm, &compact.signing_input, b"")
                    .unwrap_err();
            }
        }
    }
}
