//! Files of other tools: each is named for what it is, with the command that
//! makes a usable key of it, and the commands do what they say.

use base64ct::{Base64, Encoding};
use integration_tests::fixtures;
use tokenring_jwk::{Error, FoundInput, KeyFile, KeyType, Passphrase, PrivateKey, PublicKey, any};

#[track_caller]
fn check(file: &str, found: FoundInput, words: &[&str]) {
    let contents = fixtures::bytes(&format!("foreign/{file}"));
    let error = PrivateKey::from_key_file(&contents).unwrap_err();
    assert_eq!(error, Error::UnexpectedInput(found), "{file}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{file}: {word:?} is not in: {text}");
    }
}

/// The file holds the key whose public half `ssh-keygen` wrote beside it.
#[track_caller]
fn check_openssh(file: &str, public: Option<&str>, passphrase: Option<&str>) {
    let contents = fixtures::bytes(&format!("foreign/{file}"));
    let passphrase = passphrase.map(|text| Passphrase::new(text.into()));
    let mut key_file = KeyFile::new(&contents);
    assert_eq!(key_file.is_encrypted(), passphrase.is_some(), "{file}");
    if let Some(passphrase) = &passphrase {
        key_file = key_file.with_passphrase(passphrase);
    }
    let key = key_file.private_key();
    let key = key.unwrap_or_else(|error| panic!("{file}: {error}"));
    let public_key = any::public_key(&key).unwrap();
    let Some(public) = public else {
        return;
    };
    let public = fixtures::text(&format!("foreign/{public}"));
    let blob = Base64::decode_vec(public.split(' ').nth(1).unwrap()).unwrap();
    // SPKI ends with the point; RFC 4253 section 6.6 has the modulus last, and its end in SPKI is
    // in front of the exponent.
    let spki = public_key.to_spki_der();
    let spki = match key.key_type() {
        KeyType::Rsa => &spki[..spki.len() - 5],
        _ => &spki[..],
    };
    assert_eq!(spki[spki.len() - 32..], blob[blob.len() - 32..], "{file}");
    assert_eq!(
        PublicKey::from_key_file(public.as_bytes()),
        Ok(public_key),
        "{file}"
    );
}

#[test]
fn openssh() {
    for name in ["rsa", "ecdsa", "ed25519"] {
        let file = format!("test-openssh-{name}");
        check_openssh(&file, Some(&format!("{file}.pub")), None);
    }
    for encrypted in ["test-openssh-encrypted", "test-openssh-aes256-cbc"] {
        check_openssh(encrypted, None, Some("test-password"));
        let contents = fixtures::bytes(&format!("foreign/{encrypted}"));
        for text in ["", "test-passwor", "not it"] {
            let passphrase = Passphrase::new(text.into());
            let read = KeyFile::new(&contents)
                .with_passphrase(&passphrase)
                .private_key();
            assert_eq!(read.err(), Some(Error::WrongPassphrase), "{text:?}");
        }
    }
    for file in ["rsa.pub", "ecdsa.pub", "ed25519.pub", "rfc4716.pub"] {
        let file = format!("test-openssh-{file}");
        check(&file, FoundInput::PublicKey, &["public key", "private key"]);
    }
}

/// What else a line for `authorized_keys` can be, and the file of RFC 4716.
#[test]
fn openssh_public_keys() {
    let read = |text: &str| PublicKey::from_key_file(text.as_bytes());
    let file = |name: &str| fixtures::text(&format!("foreign/test-openssh-{name}"));
    assert_eq!(read(&file("rfc4716.pub")), read(&file("rsa.pub")));
    assert!(read(&file("rfc4716.pub")).is_ok());
    let folded = file("rfc4716.pub").replace("Comment: \"", "Comment: \"a\\\nb: ");
    assert_eq!(read(&folded), read(&file("rsa.pub")));
    let line = file("ed25519.pub");
    let (name, rest) = line.trim().split_once(' ').unwrap();
    let (digits, _) = rest.split_once(' ').unwrap();
    assert!(read(&format!("{name} {digits}")).is_ok());
    let several = FoundInput::SeveralPublicKeys;
    assert_eq!(read(&line.repeat(2)), Err(Error::UnexpectedInput(several)));
    for cut in [&digits[..digits.len() - 4], "", "!!!!"] {
        assert_eq!(
            read(&format!("{name} {cut}")),
            Err(Error::MalformedKey),
            "{cut}"
        );
    }
    let blob = |name: &str| {
        let length = u32::try_from(name.len()).unwrap().to_be_bytes();
        let blob = [&length[..], name.as_bytes()].concat();
        read(&format!("{name} {}", Base64::encode_string(&blob)))
    };
    let check = |name: &str, found: FoundInput| {
        assert_eq!(blob(name), Err(Error::UnexpectedInput(found)), "{name}");
    };
    check("ssh-dss", FoundInput::DsaKey);
    check("ssh-ed448", FoundInput::Ed448Key);
    check("sk-ssh-ed25519@openssh.com", FoundInput::OpenSshSecurityKey);
}

#[test]
fn putty() {
    let words = &["PuTTY", "puttygen KEY.ppk -O private-openssh-new"];
    for version in [2, 3] {
        for name in ["rsa", "ecdsa", "ed25519"] {
            let file = format!("test-putty-{name}-v{version}.ppk");
            check(&file, FoundInput::PuttyKey, words);
        }
    }
    check("test-putty-encrypted-v3.ppk", FoundInput::PuttyKey, words);
}

#[test]
fn pgp() {
    for file in [
        "secret.asc",
        "secret.gpg",
        "public.asc",
        "public.gpg",
        "rsa-secret.gpg",
    ] {
        let file = format!("test-pgp-{file}");
        check(&file, FoundInput::PgpBlock, &["OpenPGP", "openssl genpkey"]);
    }
}

#[test]
fn key_stores() {
    let words = &["Java keystore", "keytool -importkeystore"];
    check("test-keystore.jks", FoundInput::JavaKeyStore, words);
    check("test-keystore.jceks", FoundInput::JavaKeyStore, words);
}

#[test]
fn certificates_and_requests() {
    let words = &["certificate", "private key"];
    check("test-certificate.der", FoundInput::Certificate, words);
    check("test-certificate-v1.der", FoundInput::Certificate, words);
    let words = &["certificate request", "private key"];
    check("test-request.der", FoundInput::CertificateRequest, words);
}

#[test]
fn keys_that_sign_no_jwt() {
    check(
        "test-x448-pkcs8.pem",
        FoundInput::KeyAgreementKey,
        &["X448", "openssl genpkey"],
    );
    check(
        "test-ed448-pkcs8.der",
        FoundInput::Ed448Key,
        &["Ed448", "openssl genpkey"],
    );
    let words = &["secp256k1", "openssl genpkey"];
    check("test-secp256k1-pkcs8.der", FoundInput::Secp256k1Key, words);
    check("test-dsa-pkcs8.der", FoundInput::DsaKey, &["DSA"]);
    check(
        "test-symmetric.jwk.json",
        FoundInput::SymmetricKey,
        &["symmetric"],
    );
}

#[test]
fn texts() {
    let words = &["UTF-16", "iconv -f UTF-16 -t UTF-8"];
    check("test-rsa-2048-utf16be.pem", FoundInput::Utf16, words);
    check(
        "test-rsa-2048-utf16le-unmarked.pem",
        FoundInput::Utf16,
        words,
    );
    check("test-other.json", FoundInput::OtherJson, &["JSON", "kty"]);
}
