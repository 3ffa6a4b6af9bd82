//! Key files as they really are: what is read, and what is refused with which
//! words.

use base64ct::{Base64, Encoding};
use integration_tests::fixtures;
use integration_tests::provider::{self, Provider};
use tokenring_jwk::{Algorithm, Error, FoundInput, KeySpec, KeyType, PrivateKey, PublicKey, any};

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
    check("test-p256-explicit-pkcs8.pem", "p256");
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

/// Kubernetes, CI variables and vendors' downloads: base64 around a file, or left of it.
#[test]
fn base64_of_a_file() {
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    let lines: Vec<&str> = pem.lines().filter(|line| !line.contains('-')).collect();
    let der = fixtures::bytes("keys/test-p256-sec1.der");
    for text in [
        Base64::encode_string(pem.as_bytes()),
        format!("  {}\n", Base64::encode_string(pem.as_bytes())),
        lines.join("\n"),
        lines.concat(),
        Base64::encode_string(&der),
    ] {
        let key = PrivateKey::from_key_file(text.as_bytes()).unwrap();
        assert_eq!(key.to_pkcs8_pem().secret(), pem, "{text}");
    }
}

/// Both halves of a pair in one file, the same key twice, and what does not belong together.
#[test]
fn several_blocks() {
    let text = |name: &str| fixtures::text(&format!("keys/test-{name}.pem"));
    for name in ["rsa-2048", "p256", "p521", "ed25519"] {
        let private = text(&format!("{name}-pkcs8"));
        let public = text(&format!("{name}-public"));
        let other = text("p384-public");
        for contents in [
            format!("{private}{public}"),
            format!("{public}{private}"),
            format!("{private}{private}"),
            format!("{public}{private}{}", text("rsa-2048-certificate")),
        ] {
            let key = PrivateKey::from_key_file(contents.as_bytes()).unwrap();
            assert_eq!(key.to_pkcs8_pem().secret(), private, "{name}");
            assert_eq!(
                any::public_key(&key).unwrap().to_spki_pem(),
                public,
                "{name}"
            );
        }
        let error = PrivateKey::from_key_file(format!("{private}{other}").as_bytes()).err();
        assert_eq!(error, Some(Error::InconsistentKey), "{name}");
    }
    // A public key of the same kind, where the private key states none to compare it with.
    let other = any::generate(KeySpec::Ed25519).unwrap();
    let other = any::public_key(&other).unwrap().to_spki_pem();
    let pair = format!("{}{other}", text("ed25519-pkcs8"));
    let key = PrivateKey::from_key_file(pair.as_bytes()).unwrap();
    assert_eq!(any::public_key(&key).err(), Some(Error::InconsistentKey));
}

/// DER and something after it.
#[test]
fn trailing_data() {
    for name in ["rsa-2048-pkcs1", "p256-pkcs8", "p384-sec1", "ed25519-pkcs8"] {
        let mut contents = fixtures::bytes(&format!("keys/test-{name}.der"));
        contents.extend(fixtures::bytes("keys/test-p256-public.der"));
        let error = PrivateKey::from_key_file(&contents).err();
        let expected = Error::UnexpectedInput(FoundInput::TrailingData);
        assert_eq!(error, Some(expected), "{name}");
    }
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
}

#[test]
fn damaged_keys() {
    check_refused("test-rsa-2048-pkcs8-damaged.pem", Error::MalformedKey);
    check_found("test-rsa-2048-pkcs8-utf16.pem", FoundInput::Utf16);
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
    check(b"<!DOCTYPE html>\n", FoundInput::Html);
    check(b"<?xml version=\"1.0\"?><Error/>", FoundInput::Xml);
    let modulus = "<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>";
    check(modulus.as_bytes(), FoundInput::DotNetXml);
    check(
        format!("<?xml version=\"1.0\"?>\n{modulus}").as_bytes(),
        FoundInput::DotNetXml,
    );
    check(b"{}", FoundInput::OtherJson);
    check(b"[]", FoundInput::OtherJson);
    check(b"PuTTY-User-Key-File-3: ssh-rsa\n", FoundInput::PuttyKey);
    check(b"ssh-rsa AAAA test", FoundInput::PublicKey);
    check(b"ecdsa-sha2-nistp256 AAAA test", FoundInput::PublicKey);
    check(b"-----BEGIN", FoundInput::Unknown);
    check(
        b"---BEGIN PRIVATE KEY---\nAAAA\n",
        FoundInput::PemHyphens(3),
    );
    check(
        "\u{2013}\u{2013}BEGIN RSA PRIVATE KEY\u{2013}\u{2013}".as_bytes(),
        FoundInput::PemDashes,
    );
    check(
        br#""-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n""#,
        FoundInput::JsonString,
    );
    check(b"TOTP", FoundInput::Unknown);
    check(
        b"eyJhbGciOiJQQkVTMiJ9.AAAA.AAAA.AAAA.AAAA\n",
        FoundInput::EncryptedJwk,
    );
    check(
        br#"{"protected":"e30","encrypted_key":"AAAA","ciphertext":"AAAA"}"#,
        FoundInput::EncryptedJwk,
    );
    check(b"MIIB", FoundInput::Unknown);
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
