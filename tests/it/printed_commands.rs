//! The commands that errors print for keys that are not read: each is run with the file that led
//! to it, and what it makes is read, and is encrypted where the file was.

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::scratch::Scratch;
use serde_json::{Value, json};
use tokenring_jwk::{Error, KeyFile, Passphrase, PrivateKey, any};

/// Reads a file, with the password of all that are encrypted.
fn read(contents: &[u8]) -> Result<PrivateKey, Error> {
    let passphrase = Passphrase::new("test-password".into());
    KeyFile::new(contents)
        .with_passphrase(&passphrase)
        .private_key()
}

/// How a file gets from its error to a key.
struct Run<'a> {
    program: (&'a str, &'a str),
    /// What the command calls the file.
    input: &'a str,
    /// What the command calls the key that it makes.
    output: &'a str,
    /// What is put in place of a text of the command: what a person would type.
    answers: &'a [(&'a str, &'a str)],
    is_encrypted: bool,
}

impl Run<'_> {
    /// Runs the command of the file's error; the public half is that of a stored key, if one is
    /// named.
    #[track_caller]
    fn check(&self, name: &str, contents: &[u8], stored: Option<&str>) {
        let (program, argument) = self.program;
        let remedy = format!("install {program}");
        let Some(_) = peer::find(program, argument, &remedy) else {
            return;
        };
        let text = read(contents).unwrap_err().to_string();
        let (_, command) = text.rsplit_once("with: ").expect(&text);
        let mut command = command.to_owned();
        for (word, answer) in self.answers {
            assert!(command.contains(word), "{word:?} is not in: {command}");
            command = command.replacen(word, answer, 1);
        }
        let scratch = Scratch::new();
        let _ = scratch.write(self.input, contents);
        let _ = scratch.write("password", b"test-password\n");
        let folder = scratch.path().display();
        // ssh-keygen refuses a key that others can read.
        let line = format!("cd '{folder}' && chmod 600 '{}' && {command}", self.input);
        let shell = peer::find("bash", "--version", "install bash").unwrap();
        let _ = shell.expect(&["-ec", &line], b"");
        let made = std::fs::read(scratch.path().join(self.output)).unwrap();
        let key = read(&made).unwrap_or_else(|error| panic!("{name}: {error}"));
        let is_encrypted = KeyFile::new(&made).is_encrypted();
        assert_eq!(is_encrypted, self.is_encrypted, "{name}");
        if let Some(stored) = stored {
            let public = any::public_key(&key).unwrap().to_spki_pem();
            let expected = fixtures::text(&format!("keys/test-{stored}-public.pem"));
            assert_eq!(public, expected, "{name}");
        }
    }
}

const OPENSSL: (&str, &str) = ("openssl", "version");
const JQ: (&str, &str) = ("jq", "--version");

#[test]
fn openssl_encrypts_again() {
    let run = Run {
        program: OPENSSL,
        input: "KEY.pem",
        output: "NEW.pem",
        answers: &[(
            "-in KEY.pem",
            "-in KEY.pem -passin pass:test-password -passout pass:test-password",
        )],
        is_encrypted: true,
    };
    for (name, stored) in [
        ("encrypted/test-p256-camellia.pem", "p256"),
        ("encrypted/test-p256-md5-des.pem", "p256"),
        ("encrypted/test-rsa-2048-dek-des.pem", "rsa-2048"),
        ("encrypted/test-rsa-2048-dek-aes256.pem", "rsa-2048"),
        ("encrypted/test-p256-dek-des3.pem", "p256"),
        ("encrypted/test-p384-dek-des.pem", "p384"),
        ("encrypted/test-p521-dek-camellia256.pem", "p521"),
        ("keys/test-rsa-2048-pkcs1-encrypted.pem", "rsa-2048"),
    ] {
        run.check(name, &fixtures::bytes(name), Some(stored));
    }
    for name in ["rsa-encrypted-pkcs1", "p384-encrypted-sec1"] {
        let name = format!("programs/step-{name}.pem");
        run.check(&name, &fixtures::bytes(&name), None);
    }
}

#[test]
fn openssl_takes_keys_out_of_pkcs12() {
    let run = Run {
        program: OPENSSL,
        input: "KEY.p12",
        output: "KEY.pem",
        answers: &[(
            "-in KEY.p12",
            "-in KEY.p12 -passin pass:test-password -passout pass:test-password",
        )],
        is_encrypted: true,
    };
    for name in ["rc2", "rc4", "camellia", "iterations"] {
        let name = format!("encrypted/test-p256-{name}.p12");
        run.check(&name, &fixtures::bytes(&name), Some("p256"));
    }
}

#[test]
fn ssh_keygen_encrypts_again() {
    let run = Run {
        // ssh-keygen has no option that does nothing.
        program: ("ssh", "-V"),
        input: "COPY",
        output: "COPY",
        answers: &[("-p ", "-p -P test-password -N test-password ")],
        is_encrypted: true,
    };
    for name in ["aes256-gcm", "chacha20-poly1305", "3des-cbc", "rounds"] {
        let name = format!("foreign/test-openssh-{name}");
        run.check(&name, &fixtures::bytes(&name), None);
    }
}

#[test]
fn puttygen_converts() {
    let mut run = Run {
        program: ("puttygen", "--version"),
        input: "KEY.ppk",
        output: "KEY",
        answers: &[],
        is_encrypted: false,
    };
    for name in ["rsa", "ecdsa", "ed25519"] {
        for version in [2, 3] {
            let name = format!("foreign/test-putty-{name}-v{version}.ppk");
            run.check(&name, &fixtures::bytes(&name), None);
        }
    }
    run.answers = &[("KEY.ppk", "KEY.ppk --old-passphrase password")];
    run.is_encrypted = true;
    let name = "foreign/test-putty-encrypted-v3.ppk";
    run.check(name, &fixtures::bytes(name), None);
}

#[test]
fn keytool_makes_pkcs12() {
    let passwords = "KEY.jks -srcstorepass test-password -deststorepass test-password";
    let run = Run {
        program: ("keytool", "-help"),
        input: "KEY.jks",
        output: "KEY.p12",
        answers: &[("KEY.jks", passwords)],
        is_encrypted: true,
    };
    for name in ["foreign/test-keystore.jks", "foreign/test-keystore.jceks"] {
        run.check(name, &fixtures::bytes(name), None);
    }
}

#[test]
fn iconv_converts() {
    let run = Run {
        program: ("iconv", "--version"),
        input: "KEY.pem",
        output: "UTF8.pem",
        answers: &[],
        is_encrypted: false,
    };
    for name in [
        "keys/test-rsa-2048-pkcs8-utf16.pem",
        "foreign/test-rsa-2048-utf16be.pem",
    ] {
        run.check(name, &fixtures::bytes(name), Some("rsa-2048"));
    }
}

#[test]
fn printf_writes_line_breaks() {
    let mut run = Run {
        program: ("bash", "--version"),
        input: "FILE",
        output: "KEY.pem",
        answers: &[],
        is_encrypted: false,
    };
    let plain = fixtures::text("keys/test-p256-pkcs8.pem");
    for line_break in ["\\n", "\\r\\n", "\\n\\\n  "] {
        let text = plain.replace('\n', line_break);
        run.check(line_break, text.as_bytes(), Some("p256"));
    }
    run.is_encrypted = true;
    let encrypted = fixtures::text("encrypted/test-p256-default.pem");
    let encrypted = encrypted.replace('\n', "\\n");
    run.check("encrypted", encrypted.as_bytes(), Some("p256"));
}

#[test]
fn jq_takes_keys_out_of_json() {
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    let encrypted = fixtures::text("encrypted/test-p256-default.pem");
    let mut run = Run {
        program: JQ,
        input: "FILE",
        output: "KEY.pem",
        answers: &[],
        is_encrypted: false,
    };
    run.check("string", json!(pem).to_string().as_bytes(), Some("p256"));
    run.input = "FILE.json";
    let mut check = |value: Value, is_encrypted: bool| {
        run.is_encrypted = is_encrypted;
        let text = value.to_string();
        run.check(&text, text.as_bytes(), Some("p256"));
    };
    check(json!({"private_key_pem": pem}), false);
    check(
        json!({"id": 7, "keys_of_app": [{"pem": "none"}, {"pem": pem}]}),
        false,
    );
    check(json!({"a": {"b": {"privateKey": encrypted}}}), true);
    run.output = "KEY.json";
    run.is_encrypted = false;
    let jwk = fixtures::json("keys/test-p256-private.jwk.json");
    let text = json!({"private": jwk, "public": {}}).to_string();
    run.check(&text, text.as_bytes(), Some("p256"));
}

/// The commands that make a new key where the one at hand signs nothing.
#[test]
fn openssl_makes_new_keys() {
    let run = Run {
        program: OPENSSL,
        input: "OLD",
        output: "KEY.pem",
        answers: &[],
        is_encrypted: false,
    };
    for name in [
        "keys/test-secp256k1-pkcs8.pem",
        "keys/test-ed448-pkcs8.pem",
        "keys/test-x25519-pkcs8.pem",
    ] {
        run.check(name, &fixtures::bytes(name), None);
    }
}
