//! Keys of every kind, in files that `openssl` and others made.

use std::path::Path;

use tokenring_jwk::{Algorithm, KeyId, KeyUse, PublicKey};
use tokenring_keystore::{AnyKey, Error, KeyFileContents, KeyFileReader, read_public_key};

use crate::scratch::{Scratch, chain, jwk, key};

fn read(path: &Path, reader: &KeyFileReader) -> Result<AnyKey, Error> {
    let contents = KeyFileContents::read(path, &|_| {})?;
    AnyKey::from_contents(&contents, reader)
}

fn fixture(name: &str) -> String {
    format!("{}/../../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn check(name: &str, format: &str, is_private: bool) {
    let path = fixture(&format!("keys/{name}"));
    let key = read(path.as_ref(), &KeyFileReader::new()).unwrap();
    assert_eq!(key.format, format);
    assert_eq!(key.private_key.is_some(), is_private);
    let is_public = matches!(key.private_half(), Err(Error::PublicHalf { .. }));
    assert_eq!(is_public, !is_private);
    assert!(!key.is_encrypted);
    let stem = match name.starts_with("test-p256") {
        true => "test-p256",
        false => "test-rsa-2048",
    };
    let public = std::fs::read_to_string(fixture(&format!("keys/{stem}-public.pem"))).unwrap();
    assert_eq!(key.public_key, PublicKey::from_spki_pem(&public).unwrap());
}

#[test]
fn the_format_is_named() {
    check("test-p256-pkcs8.pem", "PKCS#8 in PEM", true);
    check("test-p256-pkcs8.der", "PKCS#8 in DER", true);
    check("test-p256-sec1.pem", "SEC 1 in PEM", true);
    check("test-p256-sec1.der", "SEC 1 in DER", true);
    check("test-rsa-2048-pkcs1.pem", "PKCS#1 in PEM", true);
    check("test-rsa-2048-pkcs1.der", "PKCS#1 in DER", true);
    check("test-rsa-2048-pkcs8-bom.pem", "PKCS#8 in PEM", true);
    check("test-p256-private.jwk.json", "JWK", true);
    check("test-p256-public.jwk.json", "JWK", false);
    check("test-p256-public.pem", "SPKI in PEM", false);
    check("test-p256-public.der", "SPKI in DER", false);
    check("test-rsa-2048-pkcs1-public.pem", "PKCS#1 in PEM", false);
    check("test-rsa-2048-certificate.pem", "X.509 in PEM", false);
    check(
        "test-rsa-2048-key-and-certificate.pem",
        "PKCS#8 in PEM",
        true,
    );
}

/// The name of an external key is no path: no key ID comes of it.
#[test]
fn external_keys() {
    let public = std::fs::read_to_string(fixture("keys/test-p256-public.pem")).unwrap();
    let public_key = PublicKey::from_spki_pem(&public).unwrap();
    let name = "pkcs11:object=a?pin-source=file:/run/pin.pem";
    let key = AnyKey::external(name, "PKCS#11 token", public_key.clone());
    assert!(key.is_external() && key.private_key.is_none());
    assert_eq!(key.place.to_string(), name);
    assert_eq!(key.own_key_id(), None);
    assert_eq!(key.public_key, public_key);
    let names: Vec<_> = key.names().iter().map(|name| name.kind.name()).collect();
    assert_eq!(names, ["thumbprint", "spki-sha256"]);
    let file = read(
        fixture("keys/test-p256-public.pem").as_ref(),
        &KeyFileReader::new(),
    );
    assert!(!file.unwrap().is_external());
}

#[test]
fn a_certificate_of_the_key_is_found() {
    let reader = KeyFileReader::new();
    for name in ["certificate", "key-and-certificate"] {
        let path = fixture(&format!("keys/test-rsa-2048-{name}.pem"));
        let key = read(path.as_ref(), &reader).unwrap();
        let certificate = key.certificate.unwrap();
        assert_eq!(certificate.public_key(), &key.public_key);
    }
}

#[test]
fn what_a_jwk_states_is_kept() {
    let scratch = Scratch::new();
    let jwk = jwk(&key().1, "a")
        .with_algorithm(Algorithm::Es256)
        .unwrap()
        .with_use(KeyUse::Signature);
    let set = tokenring_jwk::JwkSet::from_iter([jwk]).to_json();
    let path = scratch.write("set.json", set);
    let key = read(&path, &KeyFileReader::new()).unwrap();
    assert_eq!(key.format, "JWK Set");
    assert_eq!(key.key_id, Some(KeyId::new("a")));
    assert_eq!(key.algorithm, Some(Algorithm::Es256));
    assert_eq!(key.key_use, Some(KeyUse::Signature));
    assert_eq!(key.own_key_id(), Some(KeyId::new("a")));
}

#[test]
fn a_file_s_name_is_the_key_id_of_a_key_that_states_none() {
    let scratch = Scratch::new();
    let (private_key, public_key) = key();
    let pem = private_key.to_pkcs8_pem();
    let own_key_id = |name: &str, contents: &str| {
        let key = read(&scratch.write(name, contents), &KeyFileReader::new());
        key.unwrap().own_key_id()
    };
    let own = Some(KeyId::new("int-1"));
    assert_eq!(own_key_id("int-1.pem", pem.secret()), own);
    assert_eq!(own_key_id("int-1.pem.pub", &public_key.to_spki_pem()), own);
    assert_eq!(own_key_id("int-1.key", pem.secret()), None);
}

#[test]
fn one_of_several_public_keys_is_named() {
    let scratch = Scratch::new();
    let mut set: tokenring_jwk::JwkSet = ["a", "b"].iter().map(|it| jwk(&key().1, it)).collect();
    set.push(tokenring_jwk::Jwk::new(key().1));
    let path = scratch.write("set.json", set.to_json());
    let named = |key_id: &str| read(&path, &KeyFileReader::new().with_key_id(key_id));
    assert_eq!(named("b").unwrap().key_id, Some(KeyId::new("b")));
    for error in [
        read(&path, &KeyFileReader::new()).unwrap_err(),
        named("c").unwrap_err(),
    ] {
        assert!(
            matches!(error, Error::SeveralPublicKeys { .. }),
            "{error:?}"
        );
        assert!(chain(&error).ends_with(
            "set.json: give the key ID of one key of the set; it has \"a\", \"b\", one without"
        ));
    }
}

#[test]
fn what_is_no_key_is_an_error() {
    let scratch = Scratch::new();
    let path = scratch.write("a.pem", "not a key");
    let error = read(&path, &KeyFileReader::new()).unwrap_err();
    assert!(matches!(error, Error::Key { .. }), "{error:?}");
    let jwk = format!("{{\"kty\": \"EC\", \"kid\": \"{}\"}}", "k".repeat(1001));
    let set = format!("{{\"keys\": [{jwk}]}}");
    let path = scratch.write("a.json", set);
    let error = read(&path, &KeyFileReader::new()).unwrap_err();
    assert!(matches!(error, Error::AnyKey { .. }), "{error:?}");
    let long = jwk_with_long_key_id();
    let error = read(&scratch.write("b.json", long), &KeyFileReader::new()).unwrap_err();
    assert!(matches!(error, Error::AnyKeyId { .. }), "{error:?}");
}

fn jwk_with_long_key_id() -> String {
    tokenring_jwk::JwkSet::from_iter([jwk(&key().1, &"k".repeat(1001))]).to_json()
}

#[test]
fn a_public_key_is_read_alone() {
    let public = PublicKey::from_spki_pem(
        &std::fs::read_to_string(fixture("keys/test-rsa-2048-public.pem")).unwrap(),
    );
    for name in [
        "public.pem",
        "public.der",
        "pkcs1-public.pem",
        "certificate.pem",
    ] {
        let path = fixture(&format!("keys/test-rsa-2048-{name}"));
        assert_eq!(
            read_public_key(path).unwrap(),
            public.clone().unwrap(),
            "{name}"
        );
    }
    let error = read_public_key(fixture("keys/test-rsa-2048-pkcs8.pem")).unwrap_err();
    assert!(matches!(error, Error::PublicKey { .. }), "{error:?}");
    let error = read_public_key("/missing/a.pem").unwrap_err();
    let wanted =
        "public key /missing/a.pem: cannot be read: No such file or directory (os error 2)";
    assert_eq!(chain(&error), wanted);
}
