//! Private keys in the files of other programs, with their passphrases.

use std::time::Duration;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{KeyFile, Passphrase, PrivateKey};
use tokenring_keystore::{AnyKey, KeyFileCredentials, KeyFileReader};

use crate::campaign::Campaign;
use crate::corpus::{fixtures as seeds, texts};

/// A change of a count may ask for millions of rounds, which are allowed.
const LONG: Duration = Duration::from_secs(120);

/// Reads a key file as a command does; whether that gave a key.
fn read(input: &[u8]) -> bool {
    let passphrase = Passphrase::new(b"test-password".to_vec());
    let file = KeyFile::new(input);
    let _ = file.is_encrypted();
    match file.with_passphrase(&passphrase).private_key() {
        Ok(key) => {
            let again = PrivateKey::from_pem(key.to_pkcs8_pem().secret());
            assert!(again.is_ok());
            true
        }
        Err(error) => {
            let text = error.to_string();
            assert!(!text.chars().any(char::is_control), "{text}");
            false
        }
    }
}

#[test]
fn pkcs12() {
    let is_quick = |name: &str| {
        name.ends_with("-plain.p12") || name.ends_with("-legacy.p12") || name.ends_with("rc2.p12")
    };
    let campaign = Campaign::new("pkcs12", 10, seeds(&["programs", "encrypted"], is_quick));
    campaign.with_limit(LONG).run(read);
}

#[test]
fn openssh_keys() {
    let is_openssh = |name: &str| {
        (name.starts_with("test-openssh-") || name.ends_with("-openssh.pem"))
            && !name.ends_with(".pub")
            && !name.contains("rounds")
    };
    let seeds = seeds(&["foreign", "keys", "programs"], is_openssh);
    let campaign = Campaign::new("openssh_keys", 10, seeds);
    campaign.with_limit(LONG).run(read);
}

#[test]
fn encrypted_jwks() {
    let is_jwe = |name: &str| name.starts_with("test-");
    let campaign = Campaign::new("encrypted_jwks", 10, seeds(&["encrypted-jwk"], is_jwe));
    campaign.with_limit(LONG).run(read);
}

/// PEM with both halves, among other text, and in PuTTY's format.
#[test]
fn keys_in_text() {
    let private = fixtures::text("keys/test-p256-pkcs8.pem");
    let public = fixtures::text("keys/test-p256-public.pem");
    let indented = private.replace('\n', "\n    ");
    let mut seeds = texts(&[
        &format!("{private}{public}"),
        &format!("{public}{private}"),
        &format!("app:\n  id: 1\n  key: |\n    {indented}\nother: 2\n"),
        &format!(
            "a=b\nkey={}\nc=d\n",
            private.trim_end().replace('\n', "\\\n")
        ),
        &format!("KEY=\"{}\"\n", private.replace('\n', "\\n")),
        "[DEFAULT]\nuser=a\nkey_file=k.pem\n",
        "data:\n  tls.crt: LS0tLS1CRUdJTi\n  tls.key: LS0tLS1CRUdJTi\n",
    ]);
    let is_putty = |name: &str| name.ends_with(".ppk");
    seeds.extend(crate::corpus::fixtures(&["foreign"], is_putty));
    Campaign::new("keys_in_text", 20, seeds).run(read);
}

/// JSON that vendors hand out, and what is said besides the key.
#[test]
fn vendor_key_files() {
    let scratch = Scratch::new();
    let pem = fixtures::text("keys/test-p256-pkcs8.pem").replace('\n', "\\n");
    let other = scratch.write("server.key", pem.replace("\\n", "\n").as_bytes());
    let seeds = texts(&[
        &format!(
            r#"{{"type":"service_account","private_key_id":"a","private_key":"{pem}","client_email":"r@p.example","token_uri":"https://as.example/token"}}"#
        ),
        &format!(r#"{{"type":"serviceaccount","keyId":"100","key":"{pem}","userId":"200"}}"#),
        &format!(
            r#"{{"boxAppSettings":{{"clientID":"a","appAuth":{{"publicKeyID":"k","privateKey":"{pem}","passphrase":"x"}}}},"enterpriseID":"1"}}"#
        ),
        &format!(
            r#"{{"clientId":"a","username":"b","loginUrl":"https://as.example","privateKey":"{other}"}}"#
        ),
        &format!(r#"{{"a":{{"b":["{pem}"]}}}}"#),
    ]);
    let path = scratch.path().join("key.json");
    Campaign::new("vendor_key_files", 20, seeds).run(|input| {
        std::fs::write(&path, input).unwrap();
        let reader = KeyFileReader::new().with_passphrase(Passphrase::new(b"x".to_vec()));
        let contents = reader.read_contents(&path).unwrap();
        let _ = format!("{:?}", KeyFileCredentials::read(&contents));
        let key = AnyKey::from_contents(&contents, &reader);
        let _ = format!("{key:?}");
        key.is_ok()
    });
}
