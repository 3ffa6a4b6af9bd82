//! Key files with every truncation and every changed byte: nothing panics, and
//! nothing that is read has less than the whole.

use std::panic::{self, AssertUnwindSafe};

use integration_tests::{fixtures, provider};
use tokenring_jwk::{Error, FoundInput, Jwk, JwkSet, JwkSetDocument, PrivateKey, PublicKey};

const MESSAGE: &[u8] = b"a message";

/// Calls `read` with every truncation of a file and with every byte changed in
/// some of its bits, the lowest and the highest among them.
#[track_caller]
fn damage(file: &str, read: &dyn Fn(&[u8])) {
    let contents = fixtures::bytes(&format!("keys/{file}"));
    let try_read = |contents: &[u8], what: &str, index: usize| {
        let result = panic::catch_unwind(AssertUnwindSafe(|| read(contents)));
        assert!(result.is_ok(), "{file} panics with {what} {index}");
    };
    for length in 0..contents.len() {
        try_read(&contents[..length], "length", length);
    }
    for index in 0..contents.len() {
        for bits in [0x01, 0x20, 0x80] {
            let mut damaged = contents.clone();
            damaged[index] ^= bits;
            try_read(&damaged, "changed byte", index);
        }
    }
}

#[track_caller]
fn damage_private_key(file: &str) {
    damage(file, &|contents| {
        if let Ok(key) = PrivateKey::from_key_file(contents) {
            assert!(!key.to_pkcs8_der().secret().is_empty());
        }
    });
}

#[test]
fn private_keys_in_der() {
    damage_private_key("test-rsa-2048-pkcs8.der");
    damage_private_key("test-rsa-2048-pkcs1.der");
    damage_private_key("test-p256-pkcs8.der");
    damage_private_key("test-p521-pkcs8.der");
    damage_private_key("test-p384-sec1.der");
    damage_private_key("test-ed25519-pkcs8.der");
    damage_private_key("test-ed25519-pkcs8-v2.der");
    damage_private_key("test-rsa-2048.p12");
}

#[test]
fn private_keys_in_pem() {
    damage_private_key("test-rsa-2048-pkcs1.pem");
    damage_private_key("test-rsa-2048-pkcs1-encrypted.pem");
    damage_private_key("test-p256-sec1-with-parameters.pem");
    damage_private_key("test-ed25519-pkcs8-crlf.pem");
    damage_private_key("test-ed25519-openssh.pem");
}

#[test]
fn private_keys_in_jwk() {
    damage_private_key("test-rsa-2048-private.jwk.json");
    damage_private_key("test-p256-private.jwk.json");
    damage_private_key("test-ed25519-private.jwk.json");
}

#[test]
fn public_keys() {
    for name in ["rsa-2048", "p256", "p521", "ed25519"] {
        damage(&format!("test-{name}-public.der"), &|contents| {
            if let Ok(key) = PublicKey::from_spki_der(contents) {
                // A key that is read is written as it was: DER has one form.
                assert_eq!(key.to_spki_der(), contents);
            }
        });
        damage(&format!("test-{name}-public.pem"), &|contents| {
            let text = String::from_utf8_lossy(contents);
            if let Ok(key) = PublicKey::from_spki_pem(&text) {
                assert!(key.bits() > 0);
            }
        });
        damage(&format!("test-{name}-public.jwk.json"), &|contents| {
            let text = String::from_utf8_lossy(contents);
            let set = format!("{{\"keys\":[{text}]}}");
            let _ = JwkSet::from_json(&set);
            let _ = JwkSetDocument::check(&set);
            if let Ok(document) = JwkSetDocument::parse(&set) {
                assert_eq!(document.as_str(), set);
                assert_eq!(document.changes_to(&document), []);
            }
            if let Ok(jwk) = Jwk::from_json(&text) {
                let written = serde_json::to_string(&jwk).unwrap();
                assert_eq!(Jwk::from_json(&written), Ok(jwk));
            }
        });
    }
}

#[test]
fn truncated_files_are_refused() {
    for name in fixtures::KEY_NAMES {
        for ending in ["pkcs8.der", "pkcs8.pem", "private.jwk.json"] {
            let file = format!("keys/test-{name}-{ending}");
            let contents = fixtures::bytes(&file);
            // The newline at the end of a text may go.
            let newline = usize::from(contents.ends_with(b"-----\n"));
            let whole = contents.len() - newline;
            for length in 0..whole {
                let read = PrivateKey::from_key_file(&contents[..length]);
                assert!(read.is_err(), "{file} cut to {length}");
            }
            assert!(
                PrivateKey::from_key_file(&contents[..whole]).is_ok(),
                "{file}"
            );
        }
    }
}

#[test]
fn der_with_something_after_it_is_refused() {
    for name in fixtures::KEY_NAMES {
        for rest in [&b"\0"[..], b"\n", b"\x30\0"] {
            let private = fixtures::bytes(&format!("keys/test-{name}-pkcs8.der"));
            assert!(PrivateKey::from_der(&[&private, rest].concat()).is_err());
            let public = fixtures::bytes(&format!("keys/test-{name}-public.der"));
            assert!(PublicKey::from_spki_der(&[&public, rest].concat()).is_err());
        }
    }
}

/// A private key that a provider loads after a change signs for the public key
/// that it then states: the two halves never come apart.
#[test]
fn changed_curve_keys_are_whole_or_refused() {
    for name in ["p256", "ed25519"] {
        let file = format!("test-{name}-pkcs8.der");
        damage(&file, &|contents| {
            let Ok(key) = PrivateKey::from_key_file(contents) else {
                return;
            };
            let algorithm = key.key_type().algorithms()[0];
            for provider in provider::ALL {
                let Ok((signer, public_key)) = provider.load(&key, algorithm) else {
                    continue;
                };
                let signature = signer.sign(MESSAGE).unwrap();
                provider
                    .verify(&public_key, algorithm, MESSAGE, signature.as_bytes())
                    .unwrap();
            }
        });
    }
}

/// What a damaged private key is taken for, if not for a damaged one.
fn other_kind(contents: &[u8]) -> Option<FoundInput> {
    match PrivateKey::from_key_file(contents) {
        Err(Error::UnexpectedInput(found)) => Some(found),
        _ => None,
    }
}

/// A key's file that was cut or in which one byte was changed is never called the file of something
/// else: at several places of each file that some program wrote.
#[test]
fn damaged_files_are_no_other_kind() {
    // Of the first few bytes nobody can tell, nor of a changed BEGIN line, name of a member or of an
    // algorithm.
    let is_allowed = |found: FoundInput| {
        matches!(
            found,
            FoundInput::Unknown
                | FoundInput::UnfinishedPemBlock
                | FoundInput::UnknownPemLabel
                | FoundInput::PemHyphens(_)
                | FoundInput::TrailingData
                | FoundInput::OtherJson
                | FoundInput::NoPrivateKey
                | FoundInput::KeyAgreementKey
                | FoundInput::PublicKey
        )
    };
    let mut wrong = Vec::new();
    let mut check = |name: &str, what: &str, index: usize, contents: &[u8]| {
        if let Some(found) = other_kind(contents).filter(|&found| !is_allowed(found)) {
            wrong.push(format!("{name} {what} {index}: {found:?}"));
        }
    };
    for folder in ["keys", "programs"] {
        for name in fixtures::names(folder) {
            let path = fixtures::path(&format!("{folder}/{name}"));
            if !path.is_file() || PrivateKey::from_key_file(&std::fs::read(&path).unwrap()).is_err()
            {
                continue;
            }
            let contents = std::fs::read(&path).unwrap();
            let places = if name.contains("rsa") { 8 } else { 40 };
            let step = contents.len().div_ceil(places);
            for length in (8..contents.len()).step_by(step) {
                check(&name, "cut to", length, &contents[..length]);
            }
            for index in (0..contents.len()).step_by(step) {
                for bits in [0x01, 0x04, 0x20, 0x80] {
                    let mut damaged = contents.clone();
                    damaged[index] ^= bits;
                    check(&name, "changed at", index, &damaged);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
