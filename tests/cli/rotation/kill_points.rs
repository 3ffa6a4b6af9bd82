//! SIGKILL at each system call of a step: the step can be taken again.

use super::Keys;
use crate::kill_points::{KillPoint, check, hidden};
use crate::process::{Machine, names_in};

fn machine(keys: &Keys) -> &Machine {
    &keys.machine
}

fn step(name: &str, more: &str) -> impl Fn(&Keys) -> Vec<String> {
    let line = format!("rotate {name} --keys keys {more}");
    move |_| line.split_whitespace().map(str::to_owned).collect()
}

const NOW: &str = "--published now --cache-seconds 0";

fn begun() -> Keys {
    let keys = Keys::of("p256");
    keys.begin();
    keys
}

fn activated() -> Keys {
    let keys = begun();
    let now: Vec<_> = NOW.split(' ').collect();
    keys.run("activate", &now).succeeds();
    keys
}

fn signs(keys: &Keys) {
    let sign = "assertion --client-id a --private-key keys --audience https://a.example/";
    keys.machine.tokenring(sign.split(' ')).finish().has_code(0);
}

/// The folder's key signs at any time, and the steps go on to the end.
#[track_caller]
fn goes_on(keys: &Keys, point: &KillPoint) {
    signs(keys);
    let now: Vec<_> = NOW.split(' ').collect();
    keys.run("activate", &now);
    keys.run("retire", &["--drain-seconds", "0", "--delete-key"]);
    let stages = keys.stages();
    let is_over = |(_, stage): &(String, String)| stage == "active" || stage == "retired";
    assert!(stages.iter().all(is_over), "{point:?}: {stages:?}");
    let (active, _) = stages.iter().find(|(_, stage)| stage == "active").unwrap();
    assert_ne!(active, "int-1", "{point:?}");
    assert_eq!(
        keys.published("keys/jwks.json"),
        [active.as_str()],
        "{point:?}"
    );
    assert!(hidden(&keys.path("")).is_empty(), "{point:?}");
    let mut names = names_in(&keys.path(""));
    names.retain(|name| name.ends_with(".pem"));
    assert_eq!(names, [format!("{active}.pem")], "{point:?}");
}

#[test]
fn begin() {
    let arguments = step("begin", "--private-key keys/int-1.pem");
    let first = || Keys::of("p256");
    check(first, machine, arguments, |keys, _, point| {
        if keys.path("rotation.json").exists() {
            signs(keys);
        }
        // Again, unless all was done but for the last words.
        keys.run("begin", &["--private-key", "keys/int-1.pem"]);
        keys.check_stages(&[("int-1", "active"), ("int-2", "waiting")]);
        assert_eq!(keys.published("keys/jwks.json"), ["int-1", "int-2"]);
        assert!(hidden(&keys.path("")).is_empty(), "{point:?}");
        let mut names = names_in(&keys.path(""));
        names.retain(|name| name.ends_with(".pem"));
        assert_eq!(names, ["int-1.pem", "int-2.pem"], "{point:?}");
    });
}

#[test]
fn activate() {
    check(begun, machine, step("activate", NOW), |keys, _, point| {
        goes_on(keys, point);
    });
}

#[test]
fn retire() {
    let arguments = step("retire", "--drain-seconds 0 --delete-key");
    check(activated, machine, arguments, |keys, _, point| {
        goes_on(keys, point);
    });
}
