//! A state that was restored from a backup is older than the keys: there is a way on from
//! each, and no file is lost.

use std::fs;

use integration_tests::fixtures;

use super::Keys;
use crate::transcript::Transcript;

const NOW: [&str; 4] = ["--published", "now", "--cache-seconds", "0"];
const RETIRE: [&str; 3] = ["--drain-seconds", "0", "--delete-key"];

/// Two rotations, with the state before and after each step.
fn rotated() -> (Keys, Vec<String>) {
    let keys = Keys::of("p256");
    let mut states = Vec::new();
    let note = |states: &mut Vec<String>| states.push(keys.machine.read("keys/rotation.json"));
    for _ in 0..2 {
        keys.begin();
        note(&mut states);
        keys.run("activate", &NOW).succeeds();
        note(&mut states);
        keys.run("retire", &RETIRE).succeeds();
        note(&mut states);
    }
    (keys, states)
}

/// As a person would go on who reads what the commands say.
#[track_caller]
fn goes_on(keys: &Keys) {
    keys.run("begin", &["--private-key", "keys/int-3.pem"]);
    keys.run("activate", &["--force"]);
    for (kid, stage) in keys.stages() {
        if !["active", "retired"].contains(&stage.as_str()) {
            let kid = format!("--kid={kid}");
            keys.run("retire", &["--force", &kid]).has_code(0);
        }
    }
    let stages = keys.stages();
    let others: Vec<_> = stages
        .iter()
        .filter(|(_, stage)| !["active", "retired"].contains(&stage.as_str()))
        .collect();
    assert!(others.is_empty(), "{stages:?}");
    let active = stages.iter().find(|(_, stage)| stage == "active").unwrap();
    assert!(keys.published("keys/jwks.json").contains(&active.0));
    let sign = "assertion --client-id a --private-key keys --audience https://a.example/";
    keys.machine.tokenring(sign.split(' ')).finish().succeeds();
    keys.run("begin", &[]).has_code(0);
}

#[test]
fn each_state_of_two_rotations() {
    let (_, states) = rotated();
    for index in 0..states.len() {
        let (keys, states) = rotated();
        keys.machine.write("keys/rotation.json", &states[index]);
        goes_on(&keys);
        // The key that signs in fact was neither deleted nor made again.
        assert!(keys.path("int-3.pem").exists(), "state {index}");
    }
}

/// The key that the state names is gone: the commands say which command helps, and it does.
#[test]
fn the_active_key_is_gone() {
    let mut texts = Transcript::new();
    let (keys, states) = rotated();
    keys.machine.write("keys/rotation.json", &states[0]);
    let sign = "assertion --client-id a --private-key keys --audience https://a.example/";
    texts.run(keys.machine.tokenring(sign.split(' '))).fails(3);
    keys.run("begin", &[]).shown_in(&mut texts).fails(3);
    keys.run("status", &[]).shown_in(&mut texts).succeeds();
    // What is no key of the set does not sign for the client.
    let other = fixtures::bytes("keys/test-p384-pkcs8.pem");
    keys.machine.write("keys/other.pem", other);
    let options = ["--private-key", "keys/other.pem"];
    keys.run("begin", &options).shown_in(&mut texts).fails(3);
    let finished = keys.run("begin", &["--private-key", "keys/int-3.pem"]);
    texts.show(&finished);
    keys.machine.tokenring(sign.split(' ')).finish().succeeds();
    texts.check("rotation/active-key-gone");
}

/// What the state calls a new key is another one in the set.
#[test]
fn a_name_that_another_key_has() {
    let mut texts = Transcript::new();
    let keys = Keys::of("p256");
    keys.begin();
    let state = keys.machine.read("keys/rotation.json");
    let state = state.replace("\"waiting\"", "\"making\"");
    keys.machine.write("keys/rotation.json", state);
    let other = fixtures::bytes("keys/test-p256-sec1.pem");
    keys.machine.write("keys/int-2.pem", &other);
    let finished = keys.run("begin", &[]);
    texts.show(&finished);
    finished.has_code(0);
    keys.check_stages(&[
        ("int-1", "active"),
        ("int-2", "retired"),
        ("int-3", "waiting"),
    ]);
    assert_eq!(keys.machine.read("keys/int-2.pem").as_bytes(), other);
    texts.check("rotation/name-of-another-key");
}

/// A new key that can't be read can be given up.
#[test]
fn a_new_key_that_is_damaged() {
    let mut texts = Transcript::new();
    for stage in ["making", "waiting"] {
        let keys = Keys::of("p256");
        keys.begin();
        let state = keys.machine.read("keys/rotation.json");
        let state = state.replace("\"waiting\"", &format!("\"{stage}\""));
        keys.machine.write("keys/rotation.json", state);
        keys.machine.write("keys/int-2.pem", "junk\n");
        let complaint = match stage {
            "making" => keys.run("begin", &[]),
            _ => keys.run("activate", &NOW),
        };
        complaint.shown_in(&mut texts).fails(3);
        keys.run("retire", &["--kid=int-2"]).succeeds();
        keys.run("begin", &[]).has_code(0);
        assert_eq!(keys.machine.read("keys/int-2.pem"), "junk\n");
    }
    texts.check("rotation/damaged-key");
}

/// Nothing is deleted but the private key that is meant.
#[test]
fn files_that_are_not_its_private_key() {
    let mut texts = Transcript::new();
    let fixture = |name: &str| fixtures::bytes(&format!("keys/test-{name}"));
    let contents = [
        b"precious".to_vec(),
        fixture("p256-public.pem"),
        // Another private key, and the one that signs now.
        fixture("p384-pkcs8.pem"),
        Vec::new(),
    ];
    for contents in contents {
        let keys = Keys::of("p256");
        keys.begin();
        keys.run("activate", &NOW).succeeds();
        let state = keys.machine.read("keys/rotation.json");
        let contents = match contents.is_empty() {
            true => keys.machine.read("keys/int-2.pem").into_bytes(),
            false => contents,
        };
        keys.machine.write("keys/int-1.pem", &contents);
        keys.run("retire", &RETIRE).shown_in(&mut texts).fails(3);
        assert_eq!(fs::read(keys.path("int-1.pem")).unwrap(), contents);
        assert_eq!(keys.machine.read("keys/rotation.json"), state);
        let options = ["--drain-seconds", "0"];
        keys.run("retire", &options).succeeds();
        assert!(keys.path("int-1.pem").exists());
    }
    texts.check("rotation/other-files");
}

/// What would be deleted is the link, and the private key would stay.
#[test]
fn a_link_to_its_private_key() {
    let mut texts = Transcript::new();
    let keys = Keys::of("p256");
    keys.begin();
    keys.run("activate", &NOW).succeeds();
    let target = keys.machine.work().join("elsewhere.pem");
    fs::rename(keys.path("int-1.pem"), &target).unwrap();
    std::os::unix::fs::symlink(&target, keys.path("int-1.pem")).unwrap();
    keys.run("retire", &RETIRE).shown_in(&mut texts).fails(3);
    assert!(keys.path("int-1.pem").is_symlink());
    assert!(target.exists());
    texts.check("rotation/link");
}

#[test]
fn a_state_that_names_another_file() {
    let mut texts = Transcript::new();
    for file in ["jwks.json", "rotation.json", "int-2.pem"] {
        let keys = Keys::of("p256");
        keys.begin();
        keys.run("activate", &NOW).succeeds();
        let state = keys.machine.read("keys/rotation.json");
        let state = state.replace("\"int-1.pem\"", &format!("\"{file}\""));
        keys.machine.write("keys/rotation.json", state);
        let before = keys.machine.read(&format!("keys/{file}"));
        keys.run("retire", &RETIRE).shown_in(&mut texts).fails(3);
        assert_eq!(keys.machine.read(&format!("keys/{file}")), before);
    }
    texts.check("rotation/another-file");
}

/// A public key beside it that is not its own stays.
#[test]
fn a_public_key_of_another_one() {
    let keys = Keys::of("p256");
    let public = fixtures::bytes("keys/test-p384-public.pem");
    keys.machine.write("keys/int-1.pem.pub", &public);
    keys.begin();
    keys.run("activate", &NOW).succeeds();
    keys.run("retire", &RETIRE).succeeds();
    assert!(!keys.path("int-1.pem").exists());
    assert_eq!(fs::read(keys.path("int-1.pem.pub")).unwrap(), public);
}

/// A relative path starts in the folder of the keys, wherever the command does.
#[test]
fn a_relative_jwk_set() {
    let mut texts = Transcript::new();
    let keys = Keys::of("p256");
    let options = [
        "--private-key",
        "keys/int-1.pem",
        "--jwk-set",
        "../set.json",
    ];
    keys.run("begin", &options).has_code(0);
    assert_eq!(keys.published("set.json"), ["int-1", "int-2"]);
    assert!(!keys.path("jwks.json").exists());

    let keys = Keys::of("p256");
    let options = ["--private-key", "keys/int-1.pem", "--jwk-set", "new.json"];
    keys.run("begin", &options).has_code(0);
    assert_eq!(keys.published("keys/new.json"), ["int-1", "int-2"]);

    // What was meant otherwise is said, and not made anew.
    let keys = Keys::of("p256");
    keys.machine.write("set.json", "{\"keys\": []}");
    let options = ["--private-key", "keys/int-1.pem", "--jwk-set", "set.json"];
    keys.run("begin", &options).shown_in(&mut texts).fails(2);

    texts.check("rotation/relative-set");
}
