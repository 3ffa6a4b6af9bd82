//! A process that ends between two steps leaves a state from which the step can be
//! taken again.

use std::fs;

use super::Keys;
use crate::process::wait_until;

/// A rotation that has begun, put back to some moment while it did.
fn interrupted(undo: impl FnOnce(&Keys)) -> Keys {
    let keys = Keys::of("p256");
    keys.begin();
    undo(&keys);
    keys
}

/// The state as it is while the new key is made.
fn making(keys: &Keys) {
    let state = keys.machine.read("keys/rotation.json");
    keys.machine.write(
        "keys/rotation.json",
        state.replace("\"waiting\"", "\"making\""),
    );
}

fn unpublish(keys: &Keys, kid: &str) {
    let arguments = ["jwks", "remove", "keys/jwks.json", "--", kid];
    keys.machine.tokenring(arguments).finish().has_code(0);
}

#[track_caller]
fn is_begun(keys: &Keys) {
    keys.check_stages(&[("int-1", "active"), ("int-2", "waiting")]);
    assert_eq!(keys.published("keys/jwks.json"), ["int-1", "int-2"]);
    let options = ["--published", "now", "--cache-seconds", "0"];
    keys.run("activate", &options).succeeds();
}

#[test]
fn before_the_state_was_written() {
    let keys = interrupted(|keys| {
        fs::remove_file(keys.path("rotation.json")).unwrap();
        fs::remove_file(keys.path("int-2.pem")).unwrap();
        unpublish(keys, "int-2");
    });
    keys.begin();
    is_begun(&keys);
}

#[test]
fn before_the_key_was_written() {
    let keys = interrupted(|keys| {
        making(keys);
        fs::remove_file(keys.path("int-2.pem")).unwrap();
        unpublish(keys, "int-2");
    });
    // The key in use goes on meanwhile, and nothing else can be done.
    let options = ["--published", "now", "--cache-seconds", "0"];
    keys.run("activate", &options).fails(3);
    keys.run("status", &[]).succeeds();
    keys.begin();
    is_begun(&keys);
}

#[test]
fn before_the_set_was_written() {
    let keys = interrupted(|keys| {
        making(keys);
        unpublish(keys, "int-2");
    });
    let made = keys.machine.read("keys/int-2.pem");
    keys.begin();
    assert_eq!(keys.machine.read("keys/int-2.pem"), made);
    is_begun(&keys);
}

#[test]
fn before_the_end_was_noted() {
    let keys = interrupted(making);
    let made = keys.machine.read("keys/int-2.pem");
    keys.begin();
    assert_eq!(keys.machine.read("keys/int-2.pem"), made);
    is_begun(&keys);
}

/// A key that is named by its hash has another name when it is made again.
#[test]
fn a_key_that_names_itself() {
    let keys = Keys::of("p256");
    let options = [
        "--private-key",
        "keys/int-1.pem",
        "--kid-scheme",
        "thumbprint",
    ];
    keys.run("begin", &options).has_code(0);
    let first = keys.stages()[1].0.clone();
    making(&keys);
    unpublish(&keys, &first);
    let names = crate::process::names_in(&keys.path(""));
    let mut names = names.iter();
    let name = names
        .find(|name| name.ends_with(".pem") && *name != "int-1.pem")
        .unwrap();
    fs::remove_file(keys.path(name)).unwrap();
    keys.run("begin", &options).has_code(0);
    let stages = keys.stages();
    assert_eq!(stages.len(), 2, "{stages:?}");
    assert_ne!(stages[1].0, first);
    assert_eq!(keys.published("keys/jwks.json"), ["int-1", &stages[1].0]);
}

#[test]
fn while_a_key_is_retired() {
    let undoings: [fn(&Keys); 3] = [
        |_| {},
        |keys| unpublish(keys, "int-1"),
        |keys| {
            unpublish(keys, "int-1");
            fs::remove_file(keys.path("int-1.pem")).unwrap();
        },
    ];
    for undo in undoings {
        let keys = Keys::of("p256");
        keys.begin();
        let now = ["--published", "now", "--cache-seconds", "0"];
        keys.run("activate", &now).succeeds();
        let state = keys.machine.read("keys/rotation.json");
        keys.machine.write(
            "keys/rotation.json",
            state.replace("\"superseded\",", "\"retiring\","),
        );
        undo(&keys);
        keys.check_stages(&[("int-1", "retiring"), ("int-2", "active")]);
        keys.run("retire", &["--delete-key"]).succeeds();
        keys.check_stages(&[("int-1", "retired"), ("int-2", "active")]);
        assert_eq!(keys.published("keys/jwks.json"), ["int-2"]);
        assert!(!keys.path("int-1.pem").exists());
    }
}

/// Killed as soon as this or that is there.
#[test]
fn killed() {
    for name in ["jwks.json", "rotation.json", "int-2.pem"] {
        let keys = Keys::new();
        let arguments = [
            "rotate",
            "begin",
            "--keys",
            "keys",
            "--private-key",
            "keys/int-1.pem",
        ];
        let mut running = keys.machine.tokenring(arguments).start();
        let path = keys.path(name);
        wait_until("the file is there", || path.exists() || running.has_ended());
        running.kill();
        if keys.path("rotation.json").exists() {
            assert_eq!(keys.stages()[0], ("int-1".to_owned(), "active".to_owned()));
        }
        let is_done = keys.path("rotation.json").exists()
            && keys.stages().len() == 2
            && keys.stages()[1].1 == "waiting";
        if !is_done {
            keys.begin();
        }
        is_begun(&keys);
    }
}

/// Two that begin at once: one does, and the other finds it done.
#[test]
fn two_at_once() {
    let keys = Keys::of("p256");
    let arguments = [
        "rotate",
        "begin",
        "--keys",
        "keys",
        "--private-key",
        "keys/int-1.pem",
    ];
    let start = || keys.machine.tokenring(arguments).start();
    let runs = [start(), start(), start()];
    let mut codes: Vec<_> = runs.map(|run| run.finish().code().unwrap()).to_vec();
    codes.sort_unstable();
    assert_eq!(codes, [0, 3, 3]);
    is_begun(&keys);
}
