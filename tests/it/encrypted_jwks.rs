//! Encrypted JWKs (RFC 7517 section 7) under a passphrase: what jwcrypto wrote is read, what would
//! cost too much is refused before it does, and damage is told from a wrong passphrase.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{Error, FoundInput, KeyFile, KeyId, Passphrase, PrivateKey, UnlockCost};

fn file(name: &str) -> Vec<u8> {
    fixtures::bytes(&format!("encrypted-jwk/test-{name}"))
}

fn read(contents: &[u8], password: &str) -> Result<PrivateKey, Error> {
    let passphrase = Passphrase::new(password.into());
    KeyFile::new(contents)
        .with_passphrase(&passphrase)
        .private_key()
}

/// The file holds the sound key `name`, under a passphrase.
#[track_caller]
fn check(file_name: &str, name: &str) {
    let contents = file(file_name);
    assert!(KeyFile::new(&contents).is_encrypted(), "{file_name}");
    let key = read(&contents, "test-password");
    let key = key.unwrap_or_else(|error| panic!("{file_name}: {error}"));
    let plain = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    assert!(key.to_pkcs8_pem().secret() == plain, "{file_name}");
    for wrong in ["", "test-passwor", "test-password\n"] {
        let error = read(&contents, wrong).err();
        assert_eq!(error, Some(Error::WrongPassphrase), "{file_name}");
    }
}

#[test]
fn every_algorithm() {
    for derivation in ["hs256", "hs384", "hs512"] {
        for content in [
            "a128cbc-hs256",
            "a192cbc-hs384",
            "a256cbc-hs512",
            "a128gcm",
            "a192gcm",
            "a256gcm",
        ] {
            check(&format!("p256-{derivation}-{content}.jwe"), "p256");
        }
    }
}

#[test]
fn every_serialization() {
    for name in ["rsa-2048", "p384", "p521", "ed25519"] {
        check(&format!("{name}-flattened.json"), name);
    }
    check("p256-general.json", "p256");
    let compact = file("p256-hs256-a256gcm.jwe");
    let compact = String::from_utf8(compact).unwrap();
    for text in [
        format!("\u{feff}{compact}"),
        format!(" \r\n{compact}\r\n\r\n"),
    ] {
        assert!(read(text.as_bytes(), "test-password").is_ok(), "{text:?}");
    }
}

#[test]
fn one_of_a_set() {
    let contents = file("set.json");
    let passphrase = Passphrase::new("test-password".into());
    let key_file = KeyFile::new(&contents).with_passphrase(&passphrase);
    let (a, b) = (KeyId::new("a"), KeyId::new("b"));
    let several = Error::SeveralKeys(vec![Some(a.clone()), Some(b.clone())]);
    assert_eq!(key_file.private_key().err(), Some(several));
    for key_id in [a, b] {
        let key = key_file.with_key_id(&key_id).private_key().unwrap();
        assert_eq!(key.stated_key_id(), Some(&key_id));
    }
}

#[test]
fn what_no_passphrase_opens() {
    for name in ["for-another-key.jwe", "compressed.jwe"] {
        let contents = file(name);
        let refused = Error::UnexpectedInput(FoundInput::EncryptedJwk);
        assert_eq!(read(&contents, "test-password").err(), Some(refused));
        assert!(!KeyFile::new(&contents).is_encrypted(), "{name}");
    }
    let public = Error::UnexpectedInput(FoundInput::PublicKey);
    let read = read(&file("public.jwe"), "test-password");
    assert_eq!(read.err(), Some(public));
}

/// A file with one member of its protected header replaced.
fn with_header(contents: &[u8], name: &str, value: Value) -> Vec<u8> {
    let text = std::str::from_utf8(contents).unwrap();
    let (header, rest) = text.split_once('.').unwrap();
    let header = Base64UrlUnpadded::decode_vec(header).unwrap();
    let mut header: Value = serde_json::from_slice(&header).unwrap();
    header[name] = value;
    let header = Base64UrlUnpadded::encode_string(header.to_string().as_bytes());
    format!("{header}.{rest}").into_bytes()
}

#[test]
fn headers() {
    #[track_caller]
    fn check(name: &str, value: Value, expected: Error) {
        let contents = with_header(&file("p256-hs256-a128gcm.jwe"), name, value);
        assert_eq!(read(&contents, "test-password").err(), Some(expected));
    }
    let over = || Error::CostOverCap {
        cost: UnlockCost::JweIterations,
        cap: 10_000_000,
    };
    check("p2c", json!(10_000_001), over());
    check("p2c", json!(u64::MAX), over());
    check("p2c", json!(0), Error::MalformedKey);
    check("p2c", json!(-1), Error::MalformedKey);
    check("p2c", json!("8192"), Error::MalformedKey);
    check("p2s", json!(1), Error::MalformedKey);
    check("p2s", json!("=="), Error::MalformedKey);
    check("p2s", json!("AAAAAAAAAAA"), Error::WrongPassphrase);
    // The header is authenticated with the content.
    check("cty", json!("JWK"), Error::MalformedKey);
    let unsupported = || Error::UnexpectedInput(FoundInput::EncryptedJwk);
    check("enc", json!("A128GCM2"), unsupported());
    check("alg", json!("PBES2"), unsupported());
    check("crit", json!(["exp"]), unsupported());
    check("enc", json!("A256GCM"), Error::MalformedKey);
}

/// Every truncation, and every character replaced: an error, and no panic.
#[test]
fn damage() {
    let compact = file("p256-hs256-a128gcm.jwe");
    let compact = compact.trim_ascii_end();
    let flattened = file("ed25519-flattened.json");
    let flattened = flattened.trim_ascii_end();
    for contents in [compact, flattened] {
        for length in (0..contents.len()).step_by(3) {
            let read = read(&contents[..length], "test-password");
            assert!(read.is_err(), "{length}");
        }
        for index in 0..contents.len() {
            let mut changed = contents.to_vec();
            // The next character of base64url, and the other way to write a bit that counts not.
            changed[index] ^= 0x04;
            assert!(read(&changed, "test-password").is_err(), "{index}");
        }
    }
}
