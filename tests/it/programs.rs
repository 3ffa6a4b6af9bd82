//! Keys as other programs write them, in every format that each of them has: what is read, as a
//! table.

use std::collections::BTreeMap;
use std::fmt::Write;

use integration_tests::fixtures;
use tokenring_jwk::{Error, KeyFile, Passphrase, PrivateKey, any};

const FOLDER: &str = "programs";
const TYPES: [&str; 5] = ["rsa", "p256", "p384", "p521", "ed25519"];

/// The parts of a name such as `bouncy-castle-p256-pkcs8.der`: program, type and format.
fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (stem, _) = name.rsplit_once('.')?;
    TYPES.into_iter().find_map(|key_type| {
        let (program, format) = stem.split_once(&format!("-{key_type}-"))?;
        Some((program, key_type, format))
    })
}

fn read(contents: &[u8], format: &str) -> Result<PrivateKey, Error> {
    let text = if format == "empty-password" {
        ""
    } else {
        "test-password"
    };
    let passphrase = Passphrase::new(text.into());
    KeyFile::new(contents)
        .with_passphrase(&passphrase)
        .private_key()
}

/// The key in a file is the one whose public half its program wrote, and PKCS#8 holds it as well.
fn check(name: &str, public: &str, format: &str) -> Result<(), Error> {
    let key = read(&fixtures::bytes(&format!("{FOLDER}/{name}")), format)?;
    let expected = fixtures::text(&format!("{FOLDER}/{public}.pub"));
    assert_eq!(any::public_key(&key)?.to_spki_pem(), expected, "{name}");
    let again = PrivateKey::from_pem(key.to_pkcs8_pem().secret())?;
    assert_eq!(any::public_key(&again)?.to_spki_pem(), expected, "{name}");
    Ok(())
}

#[test]
fn every_format_of_every_program() {
    let mut table: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for name in fixtures::names(FOLDER) {
        let Some((program, key_type, format)) = parts(&name) else {
            continue;
        };
        let public = format!("{program}-{key_type}");
        let verdict = match check(&name, &public, format) {
            Ok(()) => key_type.to_owned(),
            Err(error) => format!("{key_type} ({error})"),
        };
        let row = table.entry((program.to_owned(), format.to_owned()));
        row.or_default().push(verdict);
    }
    let mut text = "| Program | Format | Read |\n|---|---|---|\n".to_owned();
    for ((program, format), verdicts) in table {
        let verdicts = verdicts.join(", ");
        writeln!(text, "| {program} | {format} | {verdicts} |").unwrap();
    }
    insta::assert_snapshot!(text);
}

/// No damage makes another key of a file: it is refused, or it holds the same key.
#[test]
fn damaged_files() {
    for name in [
        "bouncy-castle-p256-pkcs12.p12",
        "openssl-p256-plain.p12",
        "go-p256-legacy.p12",
        "jdk-p256-pkcs8.der",
        "python-ed25519-openssh.pem",
    ] {
        let contents = fixtures::bytes(&format!("{FOLDER}/{name}"));
        let whole = read(&contents, "").unwrap();
        for length in (0..contents.len()).step_by(7) {
            let read = read(&contents[..length], "");
            let is_same = |key: &PrivateKey| key.key_type() == whole.key_type();
            assert!(read.as_ref().map_or(true, is_same), "{name} {length}");
        }
        for index in (0..contents.len()).step_by(11) {
            let mut damaged = contents.clone();
            damaged[index] ^= 0x11;
            if let Ok(key) = read(&damaged, "") {
                assert_eq!(key.key_type(), whole.key_type(), "{name} {index}");
            }
        }
    }
}
