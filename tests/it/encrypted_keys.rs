//! Encrypted PKCS#8: what openssl wrote is read, what would cost too much is
//! refused before it does, and what we write, openssl reads.

use std::time::Instant;

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::provider::Provider;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Error, FoundInput, KeyFile, Passphrase, PrivateKey, UnlockCost};

const PASSWORD: &str = "test-password";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

fn file(name: &str) -> Vec<u8> {
    fixtures::bytes(&format!("encrypted/test-{name}"))
}

/// The file holds the sound key `name`.
#[track_caller]
fn check(file_name: &str, name: &str, password: &str) {
    let contents = file(file_name);
    let passphrase = passphrase(password);
    let key_file = KeyFile::new(&contents);
    assert!(key_file.is_encrypted(), "{file_name}");
    let error = key_file.private_key().unwrap_err();
    let found = Error::UnexpectedInput(FoundInput::EncryptedKey);
    assert_eq!(error, found, "{file_name}");
    let key = key_file.with_passphrase(&passphrase).private_key();
    let key = key.unwrap_or_else(|error| panic!("{file_name}: {error}"));
    let plain = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    assert!(key.to_pkcs8_pem().secret() == plain, "{file_name}");
}

#[test]
fn every_type_of_key() {
    for name in ["rsa-2048", "rsa-4096", "p256", "p384", "p521", "ed25519"] {
        check(&format!("{name}-default.pem"), name, PASSWORD);
    }
    check("p256-default.der", "p256", PASSWORD);
}

#[test]
fn every_scheme() {
    for hash in ["sha1", "sha224", "sha256", "sha384", "sha512"] {
        for cipher in ["aes128", "aes192", "aes256"] {
            check(&format!("p256-{hash}-{cipher}.pem"), "p256", PASSWORD);
        }
    }
    check("p256-scrypt.pem", "p256", PASSWORD);
    check("p256-scrypt-small.pem", "p256", PASSWORD);
    check("rsa-2048-scrypt.der", "rsa-2048", PASSWORD);
    check("p256-600000.pem", "p256", PASSWORD);
    check("p256-empty-password.pem", "p256", "");
}

#[test]
fn a_key_in_other_dress() {
    let pem = String::from_utf8(file("p256-default.pem")).unwrap();
    let passphrase = passphrase(PASSWORD);
    for text in [
        pem.replace('\n', "\r\n"),
        format!("\u{feff}{pem}"),
        format!("Bag Attributes\n{pem}"),
        format!(
            "{pem}{}",
            fixtures::text("keys/test-rsa-2048-certificate.pem")
        ),
    ] {
        let key = KeyFile::new(text.as_bytes()).with_passphrase(&passphrase);
        assert!(key.private_key().is_ok(), "{text:?}");
    }
    // A passphrase that isn't needed is no mistake.
    let plain = fixtures::bytes("keys/test-p256-pkcs8.pem");
    let key_file = KeyFile::new(&plain);
    assert!(!key_file.is_encrypted());
    assert!(key_file.with_passphrase(&passphrase).private_key().is_ok());
}

/// About one wrong passphrase in 256 leaves what looks like padding.
#[test]
fn wrong_passphrases() {
    for name in [
        "p256-default.pem",
        "p256-default.der",
        "ed25519-default.pem",
    ] {
        let contents = file(name);
        for index in 0..700 {
            let passphrase = passphrase(&format!("not-it-{index}"));
            let key_file = KeyFile::new(&contents).with_passphrase(&passphrase);
            let error = key_file.private_key().err();
            assert_eq!(error, Some(Error::WrongPassphrase), "{name} {index}");
        }
    }
    for password in ["", "test-passwor", "test-password ", "test-password\n"] {
        let read =
            PrivateKey::from_encrypted_pkcs8_der(&file("p256-default.der"), &passphrase(password));
        assert_eq!(read.err(), Some(Error::WrongPassphrase), "{password:?}");
    }
}

#[test]
fn passphrases_from_files() {
    for (contents, expected) in [
        ("test-password", "test-password"),
        ("test-password\n", "test-password"),
        ("test-password\r\n", "test-password"),
        ("test-password\nmore\n", "test-password"),
        (" test\tpassword \n", " test\tpassword "),
        ("\u{feff}test-password\r\n", "test-password"),
        ("\n", ""),
        ("", ""),
    ] {
        let passphrase = Passphrase::from_first_line(contents.as_bytes());
        assert_eq!(passphrase.secret(), expected.as_bytes(), "{contents:?}");
    }
}

#[track_caller]
fn check_refused(name: &str, expected: &Error, words: &[&str]) {
    let contents = file(name);
    let passphrase = passphrase(PASSWORD);
    let start = Instant::now();
    let read = KeyFile::new(&contents)
        .with_passphrase(&passphrase)
        .private_key();
    // The work itself would take minutes here, and more memory than is allowed.
    assert!(start.elapsed().as_secs() < 2, "{name}");
    let error = read.unwrap_err();
    assert_eq!(error, *expected, "{name}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{name}: {word:?} is not in: {text}");
    }
}

#[test]
fn keys_that_cost_too_much() {
    let over = |cost, cap| Error::CostOverCap { cost, cap };
    let iterations = over(UnlockCost::Iterations, 10_000_000);
    let again = "openssl pkcs8 -topk8";
    let words = &["10000000 iterations", again];
    check_refused("p256-10000001.der", &iterations, words);
    check_refused("p256-many-iterations.der", &iterations, words);
    let memory = over(UnlockCost::ScryptMemory, 64 << 20);
    let words = &["67108864 bytes of memory for scrypt", again];
    check_refused("p256-scrypt-memory.der", &memory, words);
    let rounds = over(UnlockCost::ScryptRounds, 1 << 22);
    let words = &["4194304 rounds of scrypt", again];
    check_refused("p256-scrypt-rounds.der", &rounds, words);
}

#[test]
fn triple_des() {
    for name in ["p256-pbes1.pem", "p256-pbes1.der", "p256-des3.pem"] {
        check(name, "p256", PASSWORD);
    }
    let contents = file("p256-pbes1.der");
    for index in 0..300 {
        let passphrase = passphrase(&format!("not-it-{index}"));
        let read = KeyFile::new(&contents)
            .with_passphrase(&passphrase)
            .private_key();
        assert_eq!(read.err(), Some(Error::WrongPassphrase), "{index}");
    }
}

#[test]
fn keys_encrypted_otherwise() {
    let words = &["openssl pkcs8 -topk8"];
    check_refused("p256-camellia.pem", &Error::UnsupportedEncryption, words);
    check_refused("p256-md5-des.pem", &Error::LegacyEncryption, words);
    check_refused("p256-zero-iterations.der", &Error::MalformedKey, &[]);
    check_refused("p256-scrypt-odd.der", &Error::MalformedKey, &[]);
}

/// Every truncation, and every byte with some of its bits changed: no panic,
/// and no key but the one that is in the file.
#[test]
fn damage() {
    let passphrase = passphrase(PASSWORD);
    let contents = file("p256-default.der");
    let plain = fixtures::text("keys/test-p256-pkcs8.pem");
    for length in 0..contents.len() {
        let read = PrivateKey::from_encrypted_pkcs8_der(&contents[..length], &passphrase);
        assert!(read.is_err(), "{length}");
    }
    for index in 0..contents.len() {
        // The count of iterations takes time where it becomes larger.
        for bits in [1, 0x80] {
            let mut changed = contents.clone();
            changed[index] ^= bits;
            let read = PrivateKey::from_encrypted_pkcs8_der(&changed, &passphrase);
            if let Ok(key) = read {
                // CBC tells no change of its first block from another key.
                assert!(key.to_pkcs8_pem().secret().len() <= plain.len(), "{index}");
            }
        }
    }
}

#[track_caller]
fn check_written(name: &str, provider: Provider) {
    let plain = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    let key = PrivateKey::from_pem(&plain).unwrap();
    let password = "Pässword, with a space";
    let passphrase = passphrase(password);
    let encrypted = provider.encrypt(&key, &passphrase).unwrap();
    let again = provider.encrypt(&key, &passphrase).unwrap();
    assert!(
        encrypted.secret() != again.secret(),
        "the salt is new each time"
    );
    assert!(
        encrypted
            .secret()
            .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    );
    let read = PrivateKey::from_encrypted_pem(encrypted.secret(), &passphrase).unwrap();
    assert!(read.to_pkcs8_pem().secret() == plain, "{name}");

    let Some(openssl) = peer::openssl() else {
        return;
    };
    let scratch = Scratch::new();
    let password = scratch.write("password", password.as_bytes());
    let password = format!("file:{password}");
    let arguments = ["pkey", "-passin", &password];
    let theirs = openssl
        .program()
        .expect(&arguments, encrypted.secret().as_bytes());
    assert!(theirs == plain.as_bytes(), "{name}");
    let parsed = openssl
        .program()
        .expect(&["asn1parse"], encrypted.secret().as_bytes());
    let parsed = String::from_utf8(parsed).unwrap();
    // 0927C0 is 600,000.
    for word in [
        "PBES2",
        "PBKDF2",
        ":0927C0",
        "hmacWithSHA256",
        "aes-256-cbc",
    ] {
        assert!(parsed.contains(word), "{word}: {parsed}");
    }
}

#[test]
fn what_we_write_openssl_reads() {
    for name in ["rsa-2048", "p384", "p521", "ed25519"] {
        check_written(name, Provider::Ring);
    }
    check_written("p256", Provider::AwsLcRs);
}
