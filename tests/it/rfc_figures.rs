//! What the modules named after RFCs have in common, and the comparison of our
//! copies with the shared ones.

use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::{fixtures, peer, provider};
use serde_json::Value;
use tokenring_jwk::{Algorithm, Jwk, PrivateKey, PublicKey, Signer};

/// A JWS in compact serialization, taken apart without our own code.
pub(crate) struct Compact {
    pub(crate) signing_input: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Compact {
    pub(crate) fn new(text: &str) -> Self {
        let (signing_input, signature) = text.rsplit_once('.').unwrap();
        Self {
            signing_input: signing_input.into(),
            signature: Base64UrlUnpadded::decode_vec(signature).unwrap(),
        }
    }
}

/// The public half of a private JWK of a figure.
pub(crate) fn public_half(private_jwk: &Value) -> PublicKey {
    let mut members = private_jwk.as_object().unwrap().clone();
    members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    let jwk = Jwk::from_json(&Value::Object(members).to_string()).unwrap();
    jwk.public_key().clone()
}

/// Checks a signed figure with both providers: its signature verifies, a
/// changed bit anywhere makes it not verify, and our signature over the same
/// signing input verifies, or is the same where the algorithm allows just one.
#[track_caller]
pub(crate) fn check(number: u16, section: &str, deterministic: bool) {
    let figure = fixtures::rfc(number, section);
    let algorithm: Algorithm = fixtures::text_of(&figure, "alg").parse().unwrap();
    let compact = Compact::new(fixtures::text_of(&figure, "compact"));
    let private_key = PrivateKey::from_jwk_json(&figure["private_jwk"].to_string()).unwrap();
    let public_key = public_half(&figure["private_jwk"]);

    for provider in provider::ALL {
        let verifies = |message: &[u8], signature: &[u8]| {
            provider
                .verify(&public_key, algorithm, message, signature)
                .is_ok()
        };
        if !provider.has(algorithm) {
            assert!(provider.load(&private_key, algorithm).is_err());
            assert!(!verifies(&compact.signing_input, &compact.signature));
            continue;
        }
        assert!(verifies(&compact.signing_input, &compact.signature));
        check_damage(&compact, &verifies);

        let (signer, its_public_key) = provider.load(&private_key, algorithm).unwrap();
        assert_eq!(its_public_key, public_key);
        assert_eq!(signer.algorithm(), algorithm);
        let signature = signer.sign(&compact.signing_input).unwrap();
        if deterministic {
            assert_eq!(signature.as_bytes(), compact.signature, "{provider:?}");
        } else {
            assert_ne!(signature.as_bytes(), compact.signature, "{provider:?}");
            assert_eq!(signature.as_bytes().len(), compact.signature.len());
            assert!(verifies(&compact.signing_input, signature.as_bytes()));
        }
    }
}

/// Nothing verifies that is changed by a bit, by a byte more or a byte less.
#[track_caller]
fn check_damage(compact: &Compact, verifies: &dyn Fn(&[u8], &[u8]) -> bool) {
    let Compact {
        signing_input,
        signature,
    } = compact;
    for index in 0..signature.len() {
        let mut damaged = signature.clone();
        damaged[index] ^= 1 << (index % 8);
        assert!(!verifies(signing_input, &damaged), "byte {index}");
    }
    // Hashing spreads a change over every bit, so a few in the message will do.
    for index in (0..signing_input.len()).step_by(16) {
        let mut damaged = signing_input.clone();
        damaged[index] ^= 1;
        assert!(!verifies(&damaged, signature), "byte {index}");
    }
    let longer = [&signature[..], &[0]].concat();
    let shorter = &signature[..signature.len() - 1];
    for damaged in [&longer[..], shorter, &[]] {
        assert!(!verifies(signing_input, damaged));
    }
}

/// Our copies say what the shared ones say, and none of those is missing.
///
/// `TOKENRING_SHARED` names the folder that holds `vectors/rfc-jose.json`; a
/// relative path starts at the workspace.
#[test]
fn copies_are_as_the_originals() {
    let Some(shared) = std::env::var_os("TOKENRING_SHARED") else {
        // Most machines don't have the originals, and CI may be one of them.
        peer::tell_not_run("the environment variable TOKENRING_SHARED is not set");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(shared)
        .join("vectors/rfc-jose.json");
    let originals =
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let originals: Value = serde_json::from_slice(&originals).unwrap();
    let mut count = 0;
    for group in ["jws", "jwk", "thumbprint"] {
        for original in originals[group].as_array().unwrap() {
            let mut members = original.as_object().unwrap().clone();
            let section = members.remove("section").unwrap();
            let (number, section) = section
                .as_str()
                .and_then(|section| section.strip_prefix("RFC "))
                .and_then(|section| section.split_once(' '))
                .unwrap();
            let copy = fixtures::rfc(number.parse().unwrap(), section);
            assert_eq!(
                copy,
                Value::Object(members),
                "RFC {number} section {section}"
            );
            count += 1;
        }
    }
    assert!(count > 0, "{} holds no figures", path.display());
}
