use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::{fixtures, peer};
use serde_json::Value;

use crate::process::{Machine, mode};
use crate::transcript::Transcript;

fn machine() -> Machine {
    let machine = Machine::new();
    for name in ["rsa-2048", "p256", "ed25519"] {
        let key = fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem"));
        machine.write(&format!("{name}.pem"), key);
    }
    machine.write("phrase", "new passphrase\n");
    machine
}

fn convert(machine: &Machine, arguments: &[&str]) -> crate::process::Finished {
    machine
        .tokenring([&["keys", "convert"], arguments].concat())
        .finish()
}

#[test]
fn private_forms_are_read_by_openssl() {
    let machine = machine();
    if peer::openssl().is_none() {
        return;
    }
    for name in ["rsa-2048", "p256", "ed25519"] {
        let key = format!("{name}.pem");
        for to in ["pkcs8", "encrypted-pkcs8", "pkcs1"] {
            if to == "pkcs1" && name != "rsa-2048" {
                continue;
            }
            let output = format!("{name}-{to}");
            let arguments = [&key, "--to", to, "--output", &output];
            let arguments = [&arguments[..], &["--passphrase-file", "phrase"]].concat();
            assert_eq!(convert(&machine, &arguments).succeeds(), "");
            assert_eq!(mode(&machine.work().join(&output)), 0o600);
            let arguments = ["pkey", "-in", &output, "-passin", "file:phrase", "-pubout"];
            let openssl = arguments
                .iter()
                .fold(machine.program("openssl"), |run, argument| {
                    run.with_argument(argument)
                });
            let expected = fixtures::text(&format!("keys/test-{name}-public.pem"));
            assert_eq!(openssl.finish().succeeds(), expected, "{output}");
        }
    }
}

#[test]
fn public_forms() {
    let machine = machine();
    let spki = convert(&machine, &["p256.pem", "--to", "spki"]).succeeds();
    assert_eq!(spki, fixtures::text("keys/test-p256-public.pem"));
    let text = convert(&machine, &["p256.pem", "--to", "jwk", "--alg", "ES256"]).succeeds();
    let jwk: Value = serde_json::from_str(&text).unwrap();
    let expected = fixtures::json("keys/test-p256-public.jwk.json");
    assert_eq!((&jwk["x"], &jwk["y"]), (&expected["x"], &expected["y"]));
    assert_eq!(jwk["kid"], "p256");
    assert_eq!((&jwk["alg"], &jwk["use"]), (&"ES256".into(), &"sig".into()));
    assert_eq!(jwk.get("d"), None);
    let arguments = ["p256.pem", "--to", "jwk-set", "--kid-scheme", "thumbprint"];
    let set: Value = serde_json::from_str(&convert(&machine, &arguments).succeeds()).unwrap();
    let thumbprint = fixtures::text("keys/test-p256-thumbprint.txt");
    assert_eq!(set["keys"][0]["kid"], thumbprint.trim());
}

/// There and back: what is written is read, and is the same key.
#[test]
fn a_private_jwk_and_back() {
    let machine = machine();
    for name in ["rsa-2048", "p256", "ed25519"] {
        let key = format!("{name}.pem");
        let jwk = format!("{name}.json");
        let arguments = [
            &key,
            "--to",
            "private-jwk",
            "--output",
            &jwk,
            "--kid",
            "mine",
        ];
        convert(&machine, &arguments).succeeds();
        assert_eq!(mode(&machine.work().join(&jwk)), 0o600);
        let again = format!("{name}-again.pem");
        convert(&machine, &[&jwk, "--to", "pkcs8", "--output", &again]).succeeds();
        assert_eq!(
            machine.read(&format!("{name}-again.pem")),
            machine.read(&key)
        );
        let text = machine.tokenring(["keys", "ids", &jwk]).finish().succeeds();
        let values = text.lines().map(|line| line.split_whitespace().collect());
        let mut values = values.filter(|value: &Vec<_>| value[0] == "own");
        assert_eq!(values.next().unwrap()[2], "mine");
    }
}

#[test]
fn files_that_are_there_stay() {
    let machine = machine();
    machine.write("there", "precious");
    let arguments = ["p256.pem", "--to", "pkcs8", "--output", "there"];
    let mut texts = Transcript::new();
    convert(&machine, &arguments).shown_in(&mut texts).fails(8);
    texts.check("keys/files-that-stay");
    assert_eq!(machine.read("there"), "precious");
    convert(&machine, &[&arguments[..], &["--force"]].concat()).succeeds();
    assert_eq!(machine.read("there"), machine.read("p256.pem"));
}

/// Certificates of every type of key, as openssl reads them.
#[test]
fn certificates() {
    if peer::openssl().is_none() {
        return;
    }
    let machine = machine();
    for name in ["rsa-2048", "p256", "ed25519"] {
        let key = format!("{name}.pem");
        let more = [
            "--to", "x509", "--output", "made.crt", "--force", "--days", "30",
        ];
        convert(&machine, &[&[key.as_str()], &more[..]].concat()).succeeds();
        assert_eq!(mode(&machine.work().join("made.crt")), 0o644);
        let openssl = |arguments: &[&str]| {
            let run = machine.program("openssl").with_argument("x509");
            let run = ["-in", "made.crt", "-noout"]
                .iter()
                .chain(arguments)
                .fold(run, |run, argument| run.with_argument(argument));
            run.finish().succeeds()
        };
        assert_eq!(
            openssl(&["-pubkey"]),
            fixtures::text(&format!("keys/test-{name}-public.pem"))
        );
        let subject = openssl(&["-subject"]);
        assert!(subject.contains(name), "{subject}");
        // Good for more than 29 days and less than 31.
        openssl(&["-checkend", "2505600"]);
        let ids = machine
            .tokenring(["keys", "ids", "made.crt"])
            .finish()
            .succeeds();
        let is_hash = |line: &str| line.starts_with("x5t-s256");
        assert!(ids.lines().any(is_hash), "{ids}");
    }
    let arguments = ["p256.pem", "--to", "x509", "--days", "0"];
    convert(&machine, &arguments).fails(2);
}

/// What `generate-keys` writes on request.
#[test]
fn new_keys_in_other_forms() {
    let machine = machine();
    let generate = |more: &[&str]| {
        let arguments = ["generate-keys", "--quiet", "--output-dir", "new"];
        machine.tokenring([&arguments[..], more].concat()).finish()
    };
    generate(&[
        "--key-type",
        "rsa-2048",
        "--kid",
        "old",
        "--format",
        "pkcs1",
    ])
    .has_code(0);
    let old = machine.read("new/old.pem");
    assert_eq!(old.lines().next(), Some("-----BEGIN RSA PRIVATE KEY-----"));
    let options = [
        "--key-type",
        "p-256",
        "--encrypt",
        "--passphrase-file",
        "phrase",
    ];
    generate(&[&options[..], &["--kid", "locked"]].concat()).has_code(0);
    assert_eq!(mode(&machine.work().join("new/locked.pem")), 0o600);
    let show = [
        "keys",
        "show",
        "new/locked.pem",
        "--passphrase-file",
        "phrase",
    ];
    let mut texts = Transcript::new();
    texts.hide_random();
    let shown = machine.tokenring(show).finish().succeeds();
    let format = shown.lines().next().unwrap();
    assert_eq!(format, "format  encrypted PKCS#8 in PEM");
    let paths = generate(&["--key-type", "p-256", "--kid", "certified", "--x509"]).succeeds();
    assert!(paths.lines().any(|path| path == "new/certified.crt"));
    let ids = machine
        .tokenring(["keys", "ids", "new/certified.crt"])
        .finish();
    let of_certificate = ids.succeeds();
    let ids = machine
        .tokenring(["keys", "ids", "new/certified.pem"])
        .finish();
    let of_key = ids.succeeds();
    let line = |text: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with("thumbprint")).unwrap();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_eq!(line(&of_certificate), line(&of_key));
    let options = ["--key-type", "p-256", "--kid-scheme", "spki-sha256"];
    let paths = generate(&options).succeeds();
    let set = paths.lines().last().unwrap();
    let set: Value = serde_json::from_str(&machine.read(set)).unwrap();
    let key = paths.lines().next().unwrap();
    let ids = machine.tokenring(["keys", "ids", key]).finish().succeeds();
    let line = ids.lines().find(|line| line.starts_with("spki-sha256"));
    let hash = line.unwrap().split_whitespace().nth(2);
    assert_eq!(hash, set["keys"][0]["kid"].as_str());
    for options in [
        &["--key-type", "p-256", "--format", "pkcs1"][..],
        &["--format", "x"],
        &["--kid-scheme", "x5t"],
        &["--kid-scheme", "thumbprint", "--kid", "a"],
    ] {
        generate(options).shown_in(&mut texts).fails(2);
    }
    generate(&["--key-type", "p-256", "--kid", "none", "--encrypt"])
        .shown_in(&mut texts)
        .fails(3);
    texts.check("keys/other-forms-refused");
}

/// The command that is printed for a key without a curve's name makes one that is read.
#[test]
fn a_key_that_does_not_name_its_curve() {
    let machine = Machine::new();
    let jwk = fixtures::json("keys/test-p256-private.jwk.json");
    let scalar = Base64UrlUnpadded::decode_vec(jwk["d"].as_str().unwrap()).unwrap();
    let der = [&[0x30, 37, 2, 1, 1, 4, 32], &scalar[..]].concat();
    machine.write("my key.der", der);
    let shown = machine.tokenring(["keys", "show", "my key.der"]).finish();
    let (_, command) = shown.stderr.split_once("with: tokenring ").unwrap();
    assert_eq!(
        command.trim_end(),
        "keys convert 'my key.der' --to pkcs8 --key-type p-256 --output NAMED.pem"
    );
    let arguments = [
        "my key.der",
        "--to",
        "pkcs8",
        "--key-type",
        "p-256",
        "--output",
        "NAMED.pem",
    ];
    convert(&machine, &arguments).succeeds();
    let spki = convert(&machine, &["NAMED.pem", "--to", "spki"]).succeeds();
    assert_eq!(spki, fixtures::text("keys/test-p256-public.pem"));
}
