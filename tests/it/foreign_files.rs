//! Files of other tools: each is named for what it is, with the command that
//! makes a usable key of it, and the commands do what they say.

use base64ct::{Base64, Encoding};
use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Error, FoundInput, KeyFile, KeyType, Passphrase, PrivateKey, any};

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
}

#[test]
fn openssh() {
    for name in ["rsa", "ecdsa", "ed25519"] {
        let file = format!("test-openssh-{name}");
        check_openssh(&file, Some(&format!("{file}.pub")), None);
    }
    let encrypted = "test-openssh-encrypted";
    check_openssh(encrypted, None, Some("test-password"));
    let contents = fixtures::bytes("foreign/test-openssh-encrypted");
    for text in ["", "test-passwor", "not it"] {
        let passphrase = Passphrase::new(text.into());
        let read = KeyFile::new(&contents)
            .with_passphrase(&passphrase)
            .private_key();
        assert_eq!(read.err(), Some(Error::WrongPassphrase), "{text:?}");
    }
    for file in ["rsa.pub", "ecdsa.pub", "ed25519.pub", "rfc4716.pub"] {
        let file = format!("test-openssh-{file}");
        check(&file, FoundInput::PublicKey, &["public key", "private key"]);
    }
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

/// Reads a file, with the password of all that are encrypted.
fn read(contents: &[u8]) -> Result<PrivateKey, Error> {
    let passphrase = Passphrase::new("test-password".into());
    KeyFile::new(contents)
        .with_passphrase(&passphrase)
        .private_key()
}

/// Runs the command that the error's text has for a file, `answers` being what
/// a person would type or the file be called, and reads what comes out.
#[track_caller]
fn run(tools: &[(&str, &str)], file: &str, command: &str, answers: &[(&str, &str)], output: &str) {
    for (tool, argument) in tools {
        if peer::find_optional(tool, argument).is_none() {
            return;
        }
    }
    let contents = fixtures::bytes(file);
    let text = read(&contents).unwrap_err().to_string();
    assert!(text.contains(command), "{command:?} is not in: {text}");
    let mut line = command.to_owned();
    for (word, answer) in answers {
        assert!(line.contains(word), "{word:?} is not in: {line}");
        line = line.replacen(word, answer, 1);
    }
    let scratch = Scratch::new();
    let _ = scratch.write("INPUT", &contents);
    // ssh-keygen refuses a key that others can read.
    let line = format!(
        "cd '{}' && chmod 600 INPUT && {line}",
        scratch.path().display()
    );
    let shell = peer::find("bash", "--version", "install bash").unwrap();
    let _ = shell.expect(&["-ec", &line], b"");
    let converted = std::fs::read(scratch.path().join(output)).unwrap();
    let key = read(&converted);
    assert!(key.is_ok(), "{file}: {:?}", key.err());
    let was_encrypted = text.contains("encrypted") || text.contains("keystore");
    let is_encrypted = KeyFile::new(&converted).is_encrypted();
    assert_eq!(was_encrypted, is_encrypted, "{file}");
}

const PUTTYGEN: (&str, &str) = ("puttygen", "--version");
const OPENSSL: (&str, &str) = ("openssl", "version");
const KEYTOOL: (&str, &str) = ("keytool", "-help");

#[test]
fn the_command_for_putty_keys() {
    let command = "puttygen KEY.ppk -O private-openssh-new -o KEY";
    for version in [2, 3] {
        let file = format!("foreign/test-putty-rsa-v{version}.ppk");
        let answers = [("KEY.ppk", "INPUT")];
        run(&[PUTTYGEN], &file, command, &answers, "KEY");
    }
}

#[test]
fn the_command_for_java_key_stores() {
    let command = "keytool -importkeystore -srckeystore KEY.jks -destkeystore KEY.p12 \
                   -deststoretype PKCS12";
    let answers = [(
        "KEY.jks",
        "INPUT -srcstorepass test-password -deststorepass test-password",
    )];
    for file in ["foreign/test-keystore.jks", "foreign/test-keystore.jceks"] {
        let mut answers = answers.to_vec();
        if file.ends_with("jceks") {
            answers.push(("-importkeystore", "-importkeystore -srcstoretype JCEKS"));
        }
        run(&[KEYTOOL], file, command, &answers, "KEY.p12");
    }
}

#[test]
fn the_commands_of_openssl_and_iconv() {
    let check = |file: &str, command: &str, answers: &[(&str, &str)], output: &str| {
        run(&[OPENSSL], file, command, answers, output);
    };
    let again = "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 \
                 -in KEY.pem -out NEW.pem";
    let passwords = "INPUT -passin pass:test-password -passout pass:test-password";
    let answers = [("KEY.pem", passwords)];
    check(
        "keys/test-rsa-2048-pkcs1-encrypted.pem",
        again,
        &answers,
        "NEW.pem",
    );
    let iconv = "iconv -f UTF-16 -t UTF-8 KEY.pem > UTF8.pem";
    check(
        "keys/test-rsa-2048-pkcs8-utf16.pem",
        iconv,
        &[("KEY.pem", "INPUT")],
        "UTF8.pem",
    );
    check(
        "foreign/test-rsa-2048-utf16be.pem",
        iconv,
        &[("KEY.pem", "INPUT")],
        "UTF8.pem",
    );
}
