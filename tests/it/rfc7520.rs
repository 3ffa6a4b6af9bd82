//! Examples of Protecting Content Using JOSE.

use integration_tests::fixtures;
use tokenring_jwk::{Error, Jwk, KeyType, KeyUse, PrivateKey};

use crate::rfc_figures::{check, public_half};

#[track_caller]
fn check_key_pair(public: &str, private: &str, key_type: KeyType, bits: usize) {
    let public = fixtures::rfc(7520, public)["value"].to_string();
    let public = Jwk::from_json(&public).unwrap();
    assert_eq!(public.public_key().key_type(), key_type);
    assert_eq!(public.public_key().bits(), bits);
    assert_eq!(
        public.key_id().unwrap().as_str(),
        "bilbo.baggins@hobbiton.example"
    );
    assert_eq!(public.key_use(), Some(KeyUse::Signature));

    let private = fixtures::rfc(7520, private)["value"].clone();
    assert_eq!(public_half(&private), *public.public_key());
    let private = private.to_string();
    assert_eq!(Jwk::from_json(&private), Err(Error::PrivateMember));
    assert_eq!(
        PrivateKey::from_jwk_json(&private).unwrap().key_type(),
        key_type
    );
}

#[test]
fn section_3_1_and_3_2_ec_keys() {
    check_key_pair("3.1", "3.2", KeyType::P521, 521);
}

#[test]
fn section_3_3_and_3_4_rsa_keys() {
    check_key_pair("3.3", "3.4", KeyType::Rsa, 2048);
}

#[test]
fn section_4_1_rs256() {
    check(7520, "4.1", true);
}

#[test]
fn section_4_2_ps384() {
    check(7520, "4.2", false);
}

#[test]
fn section_4_3_es512() {
    check(7520, "4.3", false);
}
