//! Folders that an earlier version rotated: they are used as they are, and go on.

use integration_tests::fixtures;
use serde_json::Value;

use super::Keys;
use crate::process::Machine;
use crate::transcript::Transcript;

/// A folder of keys as it is stored.
fn stored(name: &str, files: &[&str]) -> Keys {
    let machine = Machine::new();
    std::fs::create_dir(machine.work().join("keys")).unwrap();
    for file in files {
        let contents = fixtures::bytes(&format!("rotation/{name}/{file}"));
        machine.write(&format!("keys/{file}"), contents);
    }
    Keys { machine }
}

fn few() -> Keys {
    stored("few", &["int-1.json", "int-14.pem", "rotation.json"])
}

fn many() -> Keys {
    let files = ["int-1.json", "int-874.pem", "int-875.pem", "rotation.json"];
    stored("many", &files)
}

fn state(keys: &Keys) -> Value {
    serde_json::from_str(&keys.machine.read("keys/rotation.json")).unwrap()
}

#[track_caller]
fn signs(keys: &Keys, kid: &str) {
    let words = "assertion --client-id a --private-key keys --audience https://a.example/";
    let text = keys.machine.tokenring(words.split(' ')).finish().succeeds();
    let shown = keys
        .machine
        .tokenring(["inspect", text.trim_end()])
        .finish();
    assert!(shown.text().contains(kid), "{}", shown.everything());
}

#[test]
fn a_state_after_some_rotations() {
    let keys = few();
    let before = keys.machine.read("keys/rotation.json");
    signs(&keys, "int-14");
    // Ten of those that are over, and the one that signs.
    assert_eq!(keys.stages().len(), 11);
    assert_eq!(keys.machine.read("keys/rotation.json"), before);
    keys.run("begin", &[]).has_code(0);
    let stages = keys.stages();
    assert_eq!(stages[10].0, "int-14");
    assert_eq!(stages[11], ("int-15".to_owned(), "waiting".to_owned()));
}

#[test]
fn a_state_that_is_too_large() {
    let mut texts = Transcript::new();
    let keys = many();
    assert!(keys.machine.read("keys/rotation.json").len() > 256 * 1024);
    signs(&keys, "int-875");
    keys.run("status", &[]).succeeds();
    let options = ["--drain-seconds", "0", "--delete-key"];
    assert_eq!(keys.run("retire", &options).succeeds(), "int-874\n");
    let text = keys.machine.read("keys/rotation.json");
    assert!(text.len() < 8 * 1024, "{}", text.len());
    assert_eq!(keys.stages().len(), 11);
    assert_eq!(state(&keys)["used-up-to"], serde_json::json!(["int-864"]));
    signs(&keys, "int-875");
    // A name is used once, whether its key is kept or not.
    for kid in ["int-1", "int-864", "int-870", "int-873"] {
        keys.run("begin", &["--next-kid", kid])
            .shown_in(&mut texts)
            .fails(2);
    }
    let length = text.len();
    for _ in 0..3 {
        keys.run("begin", &[]).has_code(0);
        let now = ["--published", "now", "--cache-seconds", "0"];
        keys.run("activate", &now).succeeds();
        keys.run("retire", &options).succeeds();
        let grown = keys.machine.read("keys/rotation.json").len();
        assert!(grown.abs_diff(length) < 100, "{grown}");
    }
    signs(&keys, "int-878");
    texts.check("rotation/used-names");
}
