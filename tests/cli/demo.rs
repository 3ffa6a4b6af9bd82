//! `demo`: from nothing to an API's answer.

use serde_json::Value;

use crate::process::{Finished, Machine, names_in};

/// The answer of the API, and nothing left behind.
#[track_caller]
fn answer(machine: &Machine, finished: Finished) -> String {
    let echo: Value = serde_json::from_slice(&finished.stdout).unwrap();
    assert_eq!(echo["method"], "GET");
    assert_eq!(echo["path"], "/api/bearer/hello");
    let credentials = echo["headers"]["authorization"].as_str().unwrap();
    assert!(credentials.starts_with("Bearer "), "{credentials}");
    assert!(names_in(&machine.temporary()).is_empty());
    assert!(names_in(&machine.home()).is_empty());
    assert!(machine.names().is_empty());
    finished.has_code(0).stderr
}

/// The one command of the README; every step with the command that does it.
#[test]
fn each_step_is_told() {
    let machine = Machine::new();
    let stderr = answer(&machine, machine.tokenring(["demo"]).finish());
    assert!(!stderr.contains("warning"), "{stderr}");
    assert!(!stderr.contains("BEGIN"), "{stderr}");
}

/// Neither a home nor variables and files that mean other commands matter; and
/// `--quiet` leaves the answer alone.
#[test]
fn whatever_the_machine_has() {
    let machine = Machine::new();
    let run = machine.program(crate::process::TOKENRING);
    let run = run
        .without_variable("HOME")
        .without_variable("XDG_CONFIG_HOME")
        .with_variable("TOKENRING_GATEWAY", "rfc10070")
        .with_variable("TOKENRING_ENV", "moon")
        .with_variable("TOKENRING_KID", "other")
        .with_variable("TOKENRING_AUTH", "none")
        .with_variable("TOKENRING_FORCE", "maybe")
        .with_variable("https_proxy", "http://127.0.0.1:9")
        .with_argument("demo")
        .with_argument("--quiet");
    assert_eq!(answer(&machine, run.finish()), "");
}

#[test]
fn explanation() {
    let machine = Machine::new();
    let finished = machine.tokenring(["demo", "--explain"]).finish();
    finished.has_code(0);
    assert!(names_in(&machine.temporary()).is_empty());
}

/// A folder that cannot be made, before anything else is.
#[test]
fn no_temporary_folder() {
    let machine = Machine::new();
    let run = machine
        .tokenring(["demo"])
        .with_variable("TMPDIR", "/proc/none");
    run.finish().fails(8);
}
