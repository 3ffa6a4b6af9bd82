//! Values of `kty`, `crv`, `alg` and `use` that are wrong, and what is wrong with them.

use super::invalid;
use crate::{Algorithm, Error, KeyType, MemberFlaw};

/// A name of the registry, and others that tools write for it.
type Name = (&'static str, &'static [&'static str]);

const KEY_TYPES: [Name; 3] = [("RSA", &[]), ("EC", &["ECDSA"]), ("OKP", &[])];
const EC_CURVES: [Name; 3] = [
    ("P-256", &["P256", "secp256r1", "prime256v1", "nistp256"]),
    ("P-384", &["P384", "secp384r1", "nistp384"]),
    ("P-521", &["P521", "secp521r1", "nistp521"]),
];
const OKP_CURVES: [Name; 1] = [("Ed25519", &["Curve25519"])];
const USES: [Name; 2] = [
    ("sig", &["sign", "signing", "signature", "verify"]),
    ("enc", &["encrypt", "encryption"]),
];

/// Curves of `kty` EC (RFC 7518 section 6.2.1.1, RFC 8812 section 3.1), and those of OKP (RFC 8037
/// section 2).
const OF_EC: [&str; 4] = ["P-256", "P-384", "P-521", "secp256k1"];
const OF_OKP: [&str; 4] = ["Ed25519", "Ed448", "X25519", "X448"];

/// Algorithms that sign, each with keys of another kind than those of this crate.
const OF_OTHER_KEYS: [&str; 10] = [
    "none",
    "HS256",
    "HS384",
    "HS512",
    "ES256K",
    "Ed448",
    "ES256B",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
];

/// What is wrong with a `kty` that is none of those that are read.
pub(super) fn key_type(kty: &str) -> Error {
    wrong("kty", kty, &KEY_TYPES)
}

/// What is wrong with a `crv` that is none of `kty` EC that is read.
pub(crate) fn elliptic_curve(crv: &str) -> Error {
    match OF_OKP.contains(&crv) {
        true => invalid("crv", MemberFlaw::OtherKeyType("OKP")),
        false => wrong("crv", crv, &EC_CURVES),
    }
}

/// What is wrong with a `crv` that is none of `kty` OKP that is read.
pub(super) fn octet_curve(crv: &str) -> Error {
    match OF_EC.contains(&crv) {
        true => invalid("crv", MemberFlaw::OtherKeyType("EC")),
        false => wrong("crv", crv, &OKP_CURVES),
    }
}

/// What is wrong with a `use` that is unknown.
pub(super) fn key_use(name: &str) -> Error {
    wrong("use", name, &USES)
}

/// What is wrong with an `alg` that is unknown.
pub(super) fn algorithm(name: &str, key_type: KeyType) -> Error {
    if OF_OTHER_KEYS.contains(&name) {
        return invalid("alg", MemberFlaw::NotOfKey(key_type));
    }
    let mut known = Algorithm::ALL.iter().map(|known| known.name());
    match known.find(|known| known.eq_ignore_ascii_case(name.trim())) {
        Some(known) => invalid("alg", MemberFlaw::Misspelled(known)),
        None => wrong("alg", name, &[]),
    }
}

fn wrong(member: &'static str, name: &str, known: &[Name]) -> Error {
    if name.is_empty() {
        return invalid(member, MemberFlaw::Empty);
    }
    let is_meant = |other: &str| other.eq_ignore_ascii_case(name.trim());
    let mut known = known.iter();
    let meant =
        known.find(|(meant, others)| is_meant(meant) || others.iter().any(|other| is_meant(other)));
    match meant {
        Some((meant, _)) => invalid(member, MemberFlaw::Misspelled(meant)),
        None => Error::UnsupportedJwk,
    }
}
