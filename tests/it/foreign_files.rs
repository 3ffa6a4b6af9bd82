//! Files of other tools: each is named for what it is, with the command that
//! makes a usable key of it, and the commands do what they say.

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Error, FoundInput, PrivateKey};

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

#[test]
fn openssh() {
    let command = "ssh-keygen -p -m PKCS8 -f COPY";
    check(
        "test-openssh-rsa",
        FoundInput::OpenSshKey,
        &["OpenSSH", command],
    );
    check("test-openssh-ecdsa", FoundInput::OpenSshKey, &[command]);
    let ed25519 = &["Ed25519", "9.6", command];
    check(
        "test-openssh-ed25519",
        FoundInput::OpenSshEd25519Key,
        ed25519,
    );
    check(
        "test-openssh-encrypted",
        FoundInput::OpenSshEd25519Key,
        ed25519,
    );
    for file in ["rsa.pub", "ecdsa.pub", "ed25519.pub", "rfc4716.pub"] {
        let file = format!("test-openssh-{file}");
        check(&file, FoundInput::PublicKey, &["public key", "private key"]);
    }
}

#[test]
fn putty() {
    let words = &["PuTTY", "puttygen KEY.ppk -O private-openssh"];
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
    let words = &["Java keystore", "keytool -importkeystore", "openssl pkcs12"];
    check("test-keystore.jks", FoundInput::JavaKeyStore, words);
    check("test-keystore.jceks", FoundInput::JavaKeyStore, words);
    let words = &["PKCS#12", "openssl pkcs12 -in KEY.p12 -nocerts -nodes"];
    check("test-keystore.p12", FoundInput::Pkcs12, words);
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
    check(
        "test-google.json",
        FoundInput::GoogleKeyFile,
        &["jq -r .private_key"],
    );
    check("test-other.json", FoundInput::OtherJson, &["JSON", "kty"]);
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
    let text = PrivateKey::from_key_file(&contents)
        .unwrap_err()
        .to_string();
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
    let key = PrivateKey::from_key_file(&converted);
    assert!(key.is_ok(), "{file}: {:?}", key.err());
}

const SSH_KEYGEN: (&str, &str) = ("ssh", "-V");
const PUTTYGEN: (&str, &str) = ("puttygen", "--version");
const OPENSSL: (&str, &str) = ("openssl", "version");
const KEYTOOL: (&str, &str) = ("keytool", "-help");

#[test]
fn the_command_for_openssh_keys() {
    let command = "ssh-keygen -p -m PKCS8 -f COPY";
    for file in ["foreign/test-openssh-rsa", "foreign/test-openssh-ecdsa"] {
        let answers = [("COPY", "INPUT -N '' -q")];
        run(&[SSH_KEYGEN], file, command, &answers, "INPUT");
    }
}

#[test]
fn the_command_for_putty_keys() {
    let command = "puttygen KEY.ppk -O private-openssh -o KEY && ssh-keygen -p -m PKCS8 -f KEY";
    for version in [2, 3] {
        let file = format!("foreign/test-putty-rsa-v{version}.ppk");
        let answers = [("KEY.ppk", "INPUT"), ("-f KEY", "-f KEY -N '' -q")];
        run(&[PUTTYGEN, SSH_KEYGEN], &file, command, &answers, "KEY");
    }
}

#[test]
fn the_command_for_pkcs12() {
    let command = "openssl pkcs12 -in KEY.p12 -nocerts -nodes -out KEY.pem";
    for file in ["foreign/test-keystore.p12", "keys/test-rsa-2048.p12"] {
        let answers = [("KEY.p12", "INPUT -passin pass:test-password")];
        run(&[OPENSSL], file, command, &answers, "KEY.pem");
    }
}

#[test]
fn the_command_for_java_key_stores() {
    let command = "keytool -importkeystore -srckeystore KEY.jks -destkeystore KEY.p12 \
                   -deststoretype PKCS12 && \
                   openssl pkcs12 -in KEY.p12 -nocerts -nodes -out KEY.pem";
    let answers = [
        (
            "KEY.jks",
            "INPUT -srcstorepass test-password -deststorepass test-password",
        ),
        ("-in KEY.p12", "-in KEY.p12 -passin pass:test-password"),
    ];
    for file in ["foreign/test-keystore.jks", "foreign/test-keystore.jceks"] {
        let mut answers = answers.to_vec();
        if file.ends_with("jceks") {
            answers.push(("-importkeystore", "-importkeystore -srcstoretype JCEKS"));
        }
        run(&[KEYTOOL, OPENSSL], file, command, &answers, "KEY.pem");
    }
}

#[test]
fn the_commands_of_openssl_and_iconv() {
    let check = |file: &str, command: &str, answers: &[(&str, &str)], output: &str| {
        run(&[OPENSSL], file, command, answers, output);
    };
    let pkey = "openssl pkey -in KEY.pem -out PLAIN.pem";
    let answers = [("KEY.pem", "INPUT -passin pass:test-password")];
    check(
        "keys/test-rsa-2048-pkcs8-encrypted.pem",
        pkey,
        &answers,
        "PLAIN.pem",
    );
    check(
        "keys/test-rsa-2048-pkcs1-encrypted.pem",
        pkey,
        &answers,
        "PLAIN.pem",
    );
    let first = "openssl pkey -in FILE -out KEY.pem";
    check(
        "keys/test-rsa-2048-two-blocks.pem",
        first,
        &[("FILE", "INPUT")],
        "KEY.pem",
    );
    let named = "openssl ec -in KEY.pem -param_enc named_curve -out NAMED.pem";
    check(
        "keys/test-p256-explicit-pkcs8.pem",
        named,
        &[("KEY.pem", "INPUT")],
        "NAMED.pem",
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
