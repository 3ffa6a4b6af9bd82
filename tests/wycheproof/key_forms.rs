//! The forms in which the vectors give a public key, each read by every reader
//! that there is for it.

use serde_json::Value;
use tokenring_jwk::{Algorithm, Error, Jwk, PublicKey};

/// Reads a SubjectPublicKeyInfo in DER and in PEM, and writes it again.
#[track_caller]
pub(crate) fn spki(der: &[u8], pem: &str) -> Result<PublicKey, Error> {
    let key = PublicKey::from_spki_der(der);
    assert_eq!(PublicKey::from_spki_pem(pem), key);
    assert_eq!(PublicKey::from_key_file(der), key);
    assert_eq!(PublicKey::from_key_file(pem.as_bytes()), key);
    if let Ok(key) = &key {
        assert_eq!(key.to_spki_der(), der);
        assert_eq!(key.to_spki_pem().trim_end(), pem.trim_end());
    }
    key
}

/// Reads an RSAPublicKey in DER, and the two numbers in it.
#[track_caller]
pub(crate) fn rsa(pkcs1: &[u8], modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, Error> {
    let key = PublicKey::from_rsa(modulus, exponent);
    assert_eq!(PublicKey::from_key_file(pkcs1), key);
    key
}

/// Reads a JWK that states this algorithm, or none, and writes it again.
#[track_caller]
pub(crate) fn jwk(jwk: &Value, algorithm: Option<Algorithm>) -> Result<PublicKey, Error> {
    let json = jwk.to_string();
    let read = Jwk::from_json(&json);
    let key = read.clone().map(|read| read.public_key().clone());
    assert_eq!(PublicKey::from_key_file(json.as_bytes()), key);
    if let Ok(read) = &read {
        assert_eq!(read.algorithm(), algorithm);
        let written = serde_json::to_value(read).unwrap();
        assert_eq!(&written, jwk);
    }
    key
}

/// The JWKs of a set in its groups' order, which the crate gives in part only.
pub(crate) fn jwks(json: &str, member: &str) -> Vec<Option<Value>> {
    let mut set: Value = serde_json::from_str(json).unwrap();
    let groups = set["testGroups"].as_array_mut().unwrap();
    groups
        .iter_mut()
        .map(|group| group.get_mut(member).map(Value::take))
        .collect()
}
