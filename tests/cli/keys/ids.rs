use integration_tests::fixtures;
use serde_json::Value;

use crate::process::Machine;
use crate::transcript::Transcript;

fn machine(name: &str) -> Machine {
    let machine = Machine::new();
    for form in [
        "pkcs8.pem",
        "public.pem",
        "private.jwk.json",
        "public.jwk.json",
    ] {
        machine.write(
            &format!("{name}-{form}"),
            fixtures::bytes(&format!("keys/test-{name}-{form}")),
        );
    }
    machine
}

/// The value of one scheme, in the JSON form.
fn value(machine: &Machine, arguments: &[&str], scheme: &str) -> Option<String> {
    let arguments = [&["keys", "ids", "--format", "json"], arguments].concat();
    let text = machine.tokenring(arguments).finish().succeeds();
    let entries: Value = serde_json::from_str(&text).unwrap();
    let entries = entries.as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["scheme"] == scheme)?;
    Some(entry["value"].as_str().unwrap().to_owned())
}

#[test]
fn of_every_form_of_every_key() {
    for name in fixtures::KEY_NAMES {
        let machine = machine(name);
        let thumbprint = fixtures::text(&format!("keys/test-{name}-thumbprint.txt"));
        let hash = fixtures::text(&format!("keys/test-{name}-spki-hash.txt"));
        for form in [
            "pkcs8.pem",
            "public.pem",
            "private.jwk.json",
            "public.jwk.json",
        ] {
            let file = format!("{name}-{form}");
            let found = value(&machine, &[&file], "thumbprint");
            assert_eq!(found.as_deref(), Some(thumbprint.trim()), "{file}");
            let found = value(&machine, &[&file], "spki-sha256");
            assert_eq!(found.as_deref(), Some(hash.trim()), "{file}");
        }
    }
}

#[test]
fn of_a_certificate() {
    let machine = Machine::new();
    machine.write("a.crt", fixtures::bytes("certificates/test-p256.pem"));
    machine.write("a.der", fixtures::bytes("certificates/test-p256.der"));
    let expected = |name: &str| {
        let text = fixtures::text(&format!("certificates/test-p256-{name}.txt"));
        Some(text.trim().to_owned())
    };
    for file in ["a.crt", "a.der"] {
        assert_eq!(value(&machine, &[file], "x5t-s256"), expected("x5t-s256"));
        assert_eq!(value(&machine, &[file], "x5t"), expected("x5t"));
        assert_eq!(value(&machine, &[file], "file-stem"), None);
    }
}

#[test]
fn names_and_who_wants_them() {
    let machine = machine("rsa-2048");
    let run = machine.tokenring(["keys", "ids", "rsa-2048-pkcs8.pem"]);
    let mut texts = Transcript::new();
    texts.run(run).succeeds();
    texts.check("keys/ids");
}

#[test]
fn of_one_key_of_a_set() {
    let machine = Machine::new();
    for (name, kid) in [("p256", "one"), ("p384", "two")] {
        machine.write(
            "key.pem",
            fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem")),
        );
        let arguments = ["jwks", "add", "set.json", "key.pem", "--kid", kid];
        machine.tokenring(arguments).finish().has_code(0);
    }
    let thumbprint = fixtures::text("keys/test-p384-thumbprint.txt");
    let found = value(&machine, &["set.json", "--kid", "two"], "thumbprint");
    assert_eq!(found.as_deref(), Some(thumbprint.trim()));
    let mut texts = Transcript::new();
    texts
        .run(machine.tokenring(["keys", "ids", "set.json"]))
        .fails(3);
    texts.check("keys/which-key");
}

#[test]
fn what_a_file_holds() {
    let machine = machine("p256");
    let mut texts = Transcript::new();
    let mut show = |arguments: &[&str]| {
        let run = machine.tokenring([&["keys", "show"], arguments].concat());
        texts.run(run).succeeds()
    };
    let text = show(&["p256-pkcs8.pem"]);
    let public = fixtures::text("keys/test-p256-public.pem");
    assert!(text.ends_with(&public), "{text}");
    assert!(!text.contains("PRIVATE KEY-----"), "{text}");
    let text = show(&["p256-private.jwk.json", "--format", "json"]);
    let facts: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(facts["private"], true);
    assert_eq!(facts["jwk"].get("d"), None);
    for file in [
        "keys/test-p256-pkcs8.der",
        "keys/test-p256-sec1.der",
        "keys/test-p256-sec1.pem",
        "keys/test-rsa-2048-pkcs1.der",
        "keys/test-p256-public.der",
        "certificates/test-p256.der",
    ] {
        let path = fixtures::path(file).display().to_string();
        show(&[&path]);
    }
    texts.check("keys/show");
}
