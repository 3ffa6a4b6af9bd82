//! Files, clocks and options that are not as they should be.

use std::fs;

use integration_tests::fixtures;

use super::{Keys, Page};
use crate::transcript::Transcript;

/// Damage to the active key.
type Breakage = fn(&Keys);

/// While the active key cannot sign, the old one may be the last that can.
#[test]
fn no_key_is_retired_while_the_active_one_cannot_sign() {
    let mut texts = Transcript::new();
    let breakages: [Breakage; 3] = [
        |keys| fs::remove_file(keys.path("int-2.pem")).unwrap(),
        |keys| keys.machine.write("keys/int-2.pem", "junk\n"),
        |keys| {
            let other = fixtures::bytes("keys/test-p256-pkcs8.pem");
            keys.machine.write("keys/int-2.pem", other);
        },
    ];
    for break_key in breakages {
        let keys = Keys::of("p256");
        keys.begin();
        keys.run("activate", &["--force"]).succeeds();
        let good = keys.machine.read("keys/int-2.pem");
        let state = keys.machine.read("keys/rotation.json");
        break_key(&keys);
        for more in [
            &["--drain-seconds", "0"][..],
            &["--drain-seconds", "0", "--delete-key"],
            &["--force"],
            &["--force", "--delete-key"],
        ] {
            keys.run("retire", more).shown_in(&mut texts).fails(3);
            assert_eq!(keys.machine.read("keys/rotation.json"), state);
            assert_eq!(keys.published("keys/jwks.json"), ["int-1", "int-2"]);
            assert!(keys.path("int-1.pem").exists());
        }
        keys.machine.write("keys/int-2.pem", good);
        let options = ["--drain-seconds", "0", "--delete-key"];
        keys.run("retire", &options).succeeds();
        assert!(!keys.path("int-1.pem").exists());
    }
    texts.check("rotation/not-retired");
}

/// What `begin` says to type next is taken, once what stands for a value is one.
#[test]
fn the_next_command_works_as_it_is_told() {
    let told = " --cache-seconds SECONDS";
    for more in [&[][..], &["--gateway", "generic"]] {
        let keys = Keys::of("p256");
        let options = [&["--private-key", "keys/int-1.pem"], more].concat();
        let said = keys.run("begin", &options).has_code(0).stderr;
        let command = said.split("tokenring ").nth(1).unwrap();
        let command = command.split(" --jwks-url").next().unwrap();
        assert!(command.ends_with(told), "{said}");
        // One step a line.
        for step in ["  1. Publish ", "  2. Let ", "  3. Later, "] {
            assert!(said.lines().any(|line| line.starts_with(step)), "{said}");
        }
        let status = keys.run("status", more).succeeds();
        assert!(status.contains(told), "{status}");
        let stated = [more, &["--cache-seconds", "7"]].concat();
        let status = keys.run("status", &stated).succeeds();
        assert!(status.contains(" --cache-seconds 7 "), "{status}");
        let command = command.replace("SECONDS", "7");
        let arguments = command.split_whitespace().chain(["--published", "now"]);
        keys.machine.tokenring(arguments).finish().fails(9);
    }
}

/// The state as a machine left it whose clock was ahead.
fn ahead(keys: &Keys, field: &str) {
    let state = keys.machine.read("keys/rotation.json");
    let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
    state["keys"][1][field] = "2999-01-01T00:00:00Z".into();
    keys.machine.write("keys/rotation.json", state.to_string());
}

#[test]
fn a_clock_that_was_ahead() {
    let keys = Keys::of("p256");
    keys.begin();
    ahead(&keys, "made");
    let mut texts = Transcript::new();
    keys.run("status", &[]).shown_in(&mut texts).succeeds();
    texts.check("rotation/clock-ahead");
    let now = ["--published", "now", "--cache-seconds", "0"];
    assert_eq!(keys.run("activate", &now).succeeds(), "int-2\n");

    let keys = Keys::of("p256");
    keys.begin();
    ahead(&keys, "published");
    keys.run("status", &["--cache-seconds", "0"]).succeeds();
    let page = Page::default();
    page.publish(&keys.machine.read("keys/jwks.json"));
    let server = page.serve();
    let url = server.url("/jwks.json");
    let look = ["--cache-seconds", "1", "--wait", "--jwks-url", &url];
    assert_eq!(keys.run("activate", &look).succeeds(), "int-2\n");

    // Without a look nothing is known.
    let keys = Keys::of("p256");
    keys.begin();
    ahead(&keys, "published");
    keys.run("activate", &["--cache-seconds", "0"]).fails(9);
}

#[test]
fn a_kind_of_key_that_the_gateway_does_not_take() {
    let keys = Keys::of("rsa-4096");
    let add = "jwks add keys/jwks.json keys/int-1.pem --alg RS512";
    let add = keys.machine.tokenring(add.split(' ')).finish();
    add.has_code(0);
    let set = keys.machine.read("keys/jwks.json");
    let options = "--private-key keys/int-1.pem --gateway nhs --key-type p-256";
    let options: Vec<_> = options.split(' ').collect();
    keys.run("begin", &options).fails(3);
    assert!(!keys.path("rotation.json").exists());
    assert_eq!(keys.machine.read("keys/jwks.json"), set);
}

#[test]
fn the_public_key_goes_along() {
    let mut texts = Transcript::new();
    let keys = Keys::of("p256");
    let public = fixtures::bytes("keys/test-p256-public.pem");
    keys.machine.write("keys/int-1.pem.pub", public);
    keys.begin();
    keys.run("activate", &["--force"]).succeeds();
    let finished = keys.run("retire", &["--drain-seconds", "0", "--delete-key"]);
    texts.show(&finished);
    finished.succeeds();
    assert!(!keys.path("int-1.pem.pub").exists());
    texts.check("rotation/public-key");
}

#[test]
fn a_state_that_is_damaged() {
    let mut texts = Transcript::new();
    let keys = Keys::of("p256");
    keys.begin();
    let state = keys.machine.read("keys/rotation.json");
    let contradictory = state.replace("\"waiting\"", "\"active\"");
    for damaged in [b"", &b"{"[..], b"\xff", contradictory.as_bytes()] {
        keys.machine.write("keys/rotation.json", damaged);
        for step in ["begin", "status", "retire"] {
            keys.run(step, &[]).shown_in(&mut texts).fails(3);
        }
    }
    fs::remove_file(keys.path("rotation.json")).unwrap();
    keys.begin();
    keys.check_stages(&[("int-1", "active"), ("int-3", "waiting")]);
    texts.check("rotation/damaged-state");
}
