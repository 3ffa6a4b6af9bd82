//! JSON Web Key.

use integration_tests::fixtures;
use tokenring_jwk::{Algorithm, Error, Jwk, JwkSet, KeyId, KeyType, KeyUse, PrivateKey};

use crate::rfc_figures::public_half;

#[test]
fn appendix_a_1_public_keys() {
    let set = fixtures::rfc(7517, "A.1")["value"].clone();
    let set = JwkSet::from_json(&set.to_string()).unwrap();
    let [ec, rsa] = set.keys() else {
        panic!("two keys");
    };
    assert_eq!(ec.public_key().key_type(), KeyType::P256);
    assert_eq!(ec.key_use(), Some(KeyUse::Encryption));
    assert_eq!(ec.algorithm(), None);
    assert_eq!(ec.key_id().unwrap().as_str(), "1");
    assert_eq!(rsa.public_key().key_type(), KeyType::Rsa);
    assert_eq!(rsa.public_key().bits(), 2048);
    assert_eq!(rsa.key_use(), None);
    assert_eq!(rsa.algorithm(), Some(Algorithm::Rs256));
    assert_eq!(set.find(&KeyId::new("2011-04-29")), Some(rsa));
    assert_eq!(set.find(&KeyId::new("2011-04-30")), None);
}

#[test]
fn appendix_a_2_private_keys() {
    let private = fixtures::rfc(7517, "A.2")["value"].clone();
    assert_eq!(
        JwkSet::from_json(&private.to_string()),
        Err(Error::PrivateMember)
    );
    let public = fixtures::rfc(7517, "A.1")["value"].clone();
    let public = JwkSet::from_json(&public.to_string()).unwrap();
    for (entry, public) in private["keys"]
        .as_array()
        .unwrap()
        .iter()
        .zip(public.keys())
    {
        let text = entry.to_string();
        assert_eq!(Jwk::from_json(&text), Err(Error::PrivateMember));
        assert_eq!(public_half(entry), *public.public_key());
        if entry["use"] == "enc" {
            let refused = PrivateKey::from_jwk_json(&text).err();
            assert_eq!(refused, Some(Error::NotForSigning("use")));
            continue;
        }
        let key = PrivateKey::from_jwk_json(&text).unwrap();
        assert_eq!(key.key_type(), public.public_key().key_type());
    }
}

#[test]
fn appendix_a_3_symmetric_keys() {
    let set = fixtures::rfc(7517, "A.3")["value"].clone();
    assert_eq!(
        JwkSet::from_json(&set.to_string()),
        Err(Error::PrivateMember)
    );
}

#[test]
fn appendix_b_x5c() {
    let jwk = fixtures::rfc(7517, "B")["value"].clone();
    let jwk = Jwk::from_json(&jwk.to_string()).unwrap();
    assert_eq!(jwk.public_key().bits(), 2048);
    assert_eq!(jwk.key_use(), Some(KeyUse::Signature));
    assert_eq!(jwk.key_id().unwrap().as_str(), "1b94c");
}
