//! Key files as they really are: what is read, and what is refused with which
//! words.

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::provider::{self, Provider};
use tokenring_jwk::{Algorithm, Error, FoundInput, KeyType, PrivateKey, PublicKey, any};

/// The file holds the sound key `name`, which both providers load, and which is
/// written as openssl wrote it.
#[track_caller]
fn check(file: &str, name: &str) {
    let key = PrivateKey::from_key_file(&fixtures::bytes(&format!("keys/{file}"))).unwrap();
    let pem = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    if file != "test-p256-pkcs8-no-public.pem" {
        assert_eq!(key.to_pkcs8_pem().secret(), pem, "{file}");
    }
    let public = fixtures::bytes(&format!("keys/test-{name}-public.der"));
    let public = PublicKey::from_spki_der(&public).unwrap();
    assert_eq!(key.key_type(), public.key_type());
    for &algorithm in key.key_type().algorithms() {
        for provider in provider::ALL {
            let loaded = provider.load(&key, algorithm);
            if provider.has(algorithm) {
                assert_eq!(
                    loaded.map(|(_, public)| public).as_ref(),
                    Ok(&public),
                    "{file}"
                );
            } else {
                assert_eq!(loaded.err(), Some(Error::UnsupportedAlgorithm(algorithm)));
            }
        }
    }
}

#[test]
fn pkcs8() {
    for name in fixtures::KEY_NAMES {
        check(&format!("test-{name}-pkcs8.pem"), name);
        check(&format!("test-{name}-pkcs8.der"), name);
    }
}

#[test]
fn pkcs1() {
    for name in ["rsa-2048", "rsa-3072", "rsa-4096"] {
        check(&format!("test-{name}-pkcs1.pem"), name);
        check(&format!("test-{name}-pkcs1.der"), name);
    }
}

#[test]
fn sec1() {
    for name in ["p256", "p384", "p521"] {
        check(&format!("test-{name}-sec1.pem"), name);
        check(&format!("test-{name}-sec1.der"), name);
    }
    check("test-p256-sec1-with-parameters.pem", "p256");
}

#[test]
fn private_jwk() {
    for name in fixtures::KEY_NAMES {
        check(&format!("test-{name}-private.jwk.json"), name);
    }
}

#[test]
fn other_dress() {
    check("test-rsa-2048-pkcs8-crlf.pem", "rsa-2048");
    check("test-p256-pkcs8-crlf.pem", "p256");
    check("test-ed25519-pkcs8-crlf.pem", "ed25519");
    check("test-rsa-2048-pkcs8-bom.pem", "rsa-2048");
    check("test-rsa-2048-pkcs8-blank-lines.pem", "rsa-2048");
    check("test-rsa-2048-pkcs8-one-line.pem", "rsa-2048");
    check("test-rsa-2048-pkcs8-wide.pem", "rsa-2048");
    check("test-rsa-2048-pkcs8-attributes.pem", "rsa-2048");
    check("test-rsa-2048-key-and-certificate.pem", "rsa-2048");
    check("test-ed25519-pkcs8-v2.pem", "ed25519");
    check("test-ed25519-pkcs8-v2.der", "ed25519");
}

/// What editors, mail and environment variables do to a PEM text.
#[test]
fn dress_made_here() {
    let check = |contents: &str| {
        let key = PrivateKey::from_key_file(contents.as_bytes()).unwrap();
        let pem = fixtures::text("keys/test-p256-pkcs8.pem");
        assert_eq!(key.to_pkcs8_pem().secret(), pem, "{contents:?}");
    };
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    check(pem.trim_end());
    check(&pem.replace('\n', "\r"));
    check(&pem.replace('\n', " \n"));
    check(&pem.replace('\n', "\n\n"));
    check(&pem.replace('\n', "\n    "));
    check(&pem.replace('\n', "\t\n"));
    check(&pem.replace('\n', " "));
    check(&pem.replace('\n', ""));
    check(&format!("Here is the key:\n{pem}\nRegards\n"));
    check(&format!("\u{feff}\r\n{pem}\0"));
    check(&format!(
        "{}\n",
        fixtures::text("keys/test-p256-private.jwk.json")
    ));
    check(&format!(
        "\u{feff} \n{}",
        fixtures::text("keys/test-p256-private.jwk.json")
    ));
}

#[track_caller]
fn check_refused(file: &str, expected: Error) {
    let read = PrivateKey::from_key_file(&fixtures::bytes(&format!("keys/{file}")));
    assert_eq!(read.err(), Some(expected), "{file}");
}

#[track_caller]
fn check_found(file: &str, found: FoundInput) {
    check_refused(file, Error::UnexpectedInput(found));
}

#[test]
fn other_things_than_private_keys() {
    check_found("test-empty.pem", FoundInput::Empty);
    check_found("test-html-page.html", FoundInput::Html);
    check_found("test-rsa-2048-certificate.pem", FoundInput::Certificate);
    check_found("test-rsa-2048-request.pem", FoundInput::CertificateRequest);
    check_found("test-rsa-2048-two-blocks.pem", FoundInput::SeveralPemBlocks);
    check_found("test-ed25519-openssh.pem", FoundInput::OpenSshEd25519Key);
    check_found("test-rsa-2048-openssh.pem", FoundInput::OpenSshKey);
    check_found(
        "test-rsa-2048-pkcs8-truncated.pem",
        FoundInput::UnfinishedPemBlock,
    );
    check_found("test-rsa-2048-pkcs1-public.pem", FoundInput::PublicKey);
    for name in fixtures::KEY_NAMES {
        check_found(&format!("test-{name}-public.pem"), FoundInput::PublicKey);
        check_found(&format!("test-{name}-public.der"), FoundInput::PublicKey);
        check_found(
            &format!("test-{name}-public.jwk.json"),
            FoundInput::PublicKey,
        );
    }
}

#[test]
fn encrypted_keys() {
    check_found(
        "test-rsa-2048-pkcs8-encrypted.pem",
        FoundInput::EncryptedKey,
    );
    check_found(
        "test-rsa-2048-pkcs1-encrypted.pem",
        FoundInput::LegacyEncryptedKey,
    );
}

#[test]
fn keys_of_other_kinds() {
    check_found("test-dsa-2048-pkcs8.pem", FoundInput::DsaKey);
    check_found("test-dsa-2048-traditional.pem", FoundInput::DsaKey);
    check_found("test-rsa-pss-2048-pkcs8.pem", FoundInput::RsaPssKey);
    check_found("test-ed448-pkcs8.pem", FoundInput::Ed448Key);
    check_found("test-x25519-pkcs8.pem", FoundInput::KeyAgreementKey);
    check_found("test-secp256k1-pkcs8.pem", FoundInput::Secp256k1Key);
    check_found("test-secp256k1-sec1.pem", FoundInput::Secp256k1Key);
    check_found("test-p256-explicit-pkcs8.pem", FoundInput::ExplicitCurve);
}

#[test]
fn damaged_keys() {
    check_refused("test-rsa-2048-pkcs8-damaged.pem", Error::MalformedKey);
    check_found("test-rsa-2048-pkcs8-utf16.pem", FoundInput::Utf16);
    check_found("test-rsa-2048.p12", FoundInput::Pkcs12);
}

/// What reading does not see, loading refuses.
#[track_caller]
fn check_not_loaded(file: &str, provider: Provider, expected: &Error) {
    let key = PrivateKey::from_key_file(&fixtures::bytes(&format!("keys/{file}"))).unwrap();
    for &algorithm in key.key_type().algorithms() {
        let error = provider.load(&key, algorithm).err();
        assert_eq!(error.as_ref(), Some(expected), "{file} {provider:?}");
    }
}

#[test]
fn keys_that_no_provider_loads() {
    for provider in provider::ALL {
        let check = |file, expected: &Error| check_not_loaded(file, provider, expected);
        check(
            "test-ed25519-pkcs8-v2-mismatch.pem",
            &Error::InconsistentKey,
        );
        check("test-p256-pkcs8-mismatch.pem", &Error::InconsistentKey);
    }
}

/// One provider computes the public half, and the other one says what does.
#[test]
fn a_key_without_its_public_half() {
    let key = fixtures::bytes("keys/test-p256-pkcs8-no-public.pem");
    let key = PrivateKey::from_key_file(&key).unwrap();
    assert_eq!(key.stated_public_key(), None);
    let refused = Provider::Ring.load(&key, Algorithm::Es256).err();
    assert_eq!(refused, Some(Error::MissingPublicHalf));
    let pem = fixtures::text("keys/test-p256-public.pem");
    let (_, public) = Provider::AwsLcRs.load(&key, Algorithm::Es256).unwrap();
    assert_eq!(public.to_spki_pem(), pem);
    let public = any::public_key(&key).unwrap();
    assert_eq!(public.to_spki_pem(), pem);
}

/// The command that the error names does what it says.
#[test]
fn openssl_adds_the_public_half() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let text = Error::MissingPublicHalf.to_string();
    assert!(
        text.contains("openssl ec -in KEY.pem -out COMPLETE.pem"),
        "{text}"
    );
    let incomplete = fixtures::bytes("keys/test-p256-pkcs8-no-public.pem");
    let complete = openssl.program().expect(&["ec"], &incomplete);
    let complete = PrivateKey::from_key_file(&complete).unwrap();
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    assert!(complete.to_pkcs8_pem().secret() == pem);
}

#[test]
fn texts_that_are_no_keys() {
    let check = |contents: &[u8], found: FoundInput| {
        let read = PrivateKey::from_key_file(contents);
        assert_eq!(
            read.err(),
            Some(Error::UnexpectedInput(found)),
            "{contents:?}"
        );
    };
    check(b"", FoundInput::Empty);
    check(b" \r\n\t", FoundInput::Empty);
    check(b"\xef\xbb\xbf\n", FoundInput::Empty);
    check(b"\0", FoundInput::Unknown);
    check(b"not a key", FoundInput::Unknown);
    check(b"\xff\xfe", FoundInput::Utf16);
    check(b"\xff\xfd", FoundInput::Unknown);
    check(b"  <html>", FoundInput::Html);
    check(b"<?xml version=\"1.0\"?>", FoundInput::Html);
    check(b"{}", FoundInput::OtherJson);
    check(b"[]", FoundInput::OtherJson);
    check(b"PuTTY-User-Key-File-3: ssh-rsa\n", FoundInput::PuttyKey);
    check(b"ssh-rsa AAAA test", FoundInput::PublicKey);
    check(b"ecdsa-sha2-nistp256 AAAA test", FoundInput::PublicKey);
    check(b"-----BEGIN", FoundInput::Unknown);
    check(b"-----BEGIN PRIVATE KEY", FoundInput::UnfinishedPemBlock);
    check(
        b"-----BEGIN PRIVATE KEY-----\nAAAA",
        FoundInput::UnfinishedPemBlock,
    );
    check(
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        FoundInput::UnfinishedPemBlock,
    );
    check(
        b"-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n",
        FoundInput::PgpBlock,
    );
    check(
        b"-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----\n",
        FoundInput::UnknownPemLabel,
    );
}

#[test]
fn public_keys_where_something_else_stands() {
    let check = |file: &str, expected: Error| {
        let text = fixtures::text(&format!("keys/{file}"));
        assert_eq!(PublicKey::from_spki_pem(&text), Err(expected), "{file}");
    };
    let found = Error::UnexpectedInput;
    check("test-p256-pkcs8.pem", found(FoundInput::PrivateKey));
    check("test-p256-sec1.pem", found(FoundInput::PrivateKey));
    check("test-rsa-2048-pkcs1.pem", found(FoundInput::PrivateKey));
    check(
        "test-rsa-2048-certificate.pem",
        found(FoundInput::Certificate),
    );
    check(
        "test-rsa-2048-request.pem",
        found(FoundInput::CertificateRequest),
    );
    check("test-html-page.html", found(FoundInput::Unknown));
}

/// A key is told by its contents and not by what its metadata say.
#[test]
fn a_jwk_named_keys_is_no_set() {
    let text = fixtures::text("keys/test-p256-private.jwk.json");
    let text = text.replacen('{', r#"{"kid":"keys","#, 1);
    let key = PrivateKey::from_key_file(text.as_bytes()).unwrap();
    assert_eq!(key.key_type(), KeyType::P256);
}
