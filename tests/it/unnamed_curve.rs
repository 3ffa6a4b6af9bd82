//! EC keys in SEC 1 without the name of their curve, as Bouncy Castle's `JcaPEMWriter` writes those
//! of the JDK.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use tokenring_jwk::{Error, FoundInput, KeyFile, KeyType, PrivateKey, any};

/// An ECPrivateKey (RFC 5915 section 3) with nothing but the private value of a stored key.
fn bare(name: &str) -> Vec<u8> {
    let jwk = fixtures::json(&format!("keys/test-{name}-private.jwk.json"));
    let scalar = Base64UrlUnpadded::decode_vec(jwk["d"].as_str().unwrap()).unwrap();
    let length = u8::try_from(scalar.len()).unwrap();
    [&[0x30, length + 5, 2, 1, 1, 4, length], &scalar[..]].concat()
}

#[track_caller]
fn check(contents: &[u8], key_type: KeyType, name: &str) {
    let unnamed = Error::UnexpectedInput(FoundInput::NoCurve);
    let read = PrivateKey::from_key_file(contents);
    assert_eq!(read.err(), Some(unnamed), "{name}");
    let key = KeyFile::new(contents).with_key_type(key_type).private_key();
    let public = any::public_key(&key.unwrap()).unwrap();
    let expected = fixtures::text(&format!("keys/test-{name}-public.pem"));
    assert_eq!(public.to_spki_pem(), expected, "{name}");
}

#[test]
fn named_by_whoever_reads_them() {
    for (name, key_type) in [
        ("p256", KeyType::P256),
        ("p384", KeyType::P384),
        ("p521", KeyType::P521),
    ] {
        let der = bare(name);
        let base64 = Base64::encode_string(&der);
        let pem =
            format!("-----BEGIN EC PRIVATE KEY-----\n{base64}\n-----END EC PRIVATE KEY-----\n");
        check(&der, key_type, name);
        check(pem.as_bytes(), key_type, name);
        check(base64.as_bytes(), key_type, name);
    }
}

#[test]
fn named_wrongly() {
    let der = bare("p384");
    let read = |key_type| {
        KeyFile::new(&der)
            .with_key_type(key_type)
            .private_key()
            .err()
    };
    assert_eq!(read(KeyType::P256), Some(Error::MalformedKey));
    for key_type in [KeyType::Rsa, KeyType::Ed25519] {
        let unnamed = Error::UnexpectedInput(FoundInput::NoCurve);
        assert_eq!(read(key_type), Some(unnamed));
    }
    // A key that names its curve is on that.
    let named = fixtures::bytes("keys/test-p256-pkcs8.pem");
    let read = KeyFile::new(&named)
        .with_key_type(KeyType::P384)
        .private_key();
    assert_eq!(read.unwrap().key_type(), KeyType::P256);
}
