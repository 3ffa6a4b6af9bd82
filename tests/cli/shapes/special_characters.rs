//! A token of every visible ASCII character, read back by the program that each shape is for.

use integration_tests::peer;
use serde_json::{Value, json};

use crate::loopback::{Loopback, response};
use crate::process::Machine;

fn token() -> String {
    ('!'..='~').collect()
}

/// What a shape writes, in a file of this name.
fn written(machine: &Machine, name: &str, more: &[&str]) {
    let body = json!({ "access_token": token(), "token_type": "Bearer" });
    let server = Loopback::json("200 OK", &body.to_string());
    let run = server.get_token(machine, &[&["-q", "--no-cache"], more].concat());
    machine.write(name, run.finish().succeeds());
}

#[track_caller]
fn check_shell(shell: &str, lines: &str) {
    let machine = Machine::new();
    written(&machine, "env", &["--format", "env", "--shell", shell]);
    let run = machine.program(shell);
    let run = run.with_argument("-c").with_argument(lines);
    assert_eq!(run.finish().succeeds(), format!("{}\n", token()));
}

#[test]
fn shells() {
    check_shell("sh", ". ./env; printenv TOKENRING_ACCESS_TOKEN");
    check_shell(
        "bash",
        "eval \"$(cat env)\"; printenv TOKENRING_ACCESS_TOKEN",
    );
    if peer::find_optional("fish", "--version").is_some() {
        check_shell("fish", "cat env | source; printenv TOKENRING_ACCESS_TOKEN");
    }
    if peer::find_optional("tcsh", "-fcexit").is_some() {
        check_shell("tcsh", "source env; printenv TOKENRING_ACCESS_TOKEN");
        check_shell(
            "tcsh",
            "eval \"`cat env`\"; printenv TOKENRING_ACCESS_TOKEN",
        );
    }
    if peer::find_optional("pwsh", "-Version").is_some() {
        check_shell(
            "pwsh",
            "Get-Content -Raw env | iex; $env:TOKENRING_ACCESS_TOKEN",
        );
    }
}

#[test]
fn json() {
    let machine = Machine::new();
    for (format, place) in [
        ("json", "/access_token"),
        ("exec-credential", "/status/token"),
        ("credential-helper", "/headers/Authorization/0"),
    ] {
        written(&machine, format, &["--format", format]);
        let document: Value = serde_json::from_str(&machine.read(format)).unwrap();
        let found = document.pointer(place).unwrap().as_str().unwrap();
        assert_eq!(found.trim_start_matches("Bearer "), token());
    }
}

#[test]
fn lines() {
    let machine = Machine::new();
    written(&machine, "token", &["--format", "token"]);
    assert_eq!(machine.read("token"), format!("{}\n", token()));
    written(&machine, "header", &["--format", "header"]);
    let header = format!("Authorization: Bearer {}\n", token());
    assert_eq!(machine.read("header"), header);
    written(&machine, "git", &["--format", "git-credential"]);
    let line = format!("\ncredential={}\n", token());
    assert!(machine.read("git").contains(&line));
}

#[test]
fn curl() {
    if peer::find("curl", "--version", "install curl").is_none() {
        return;
    }
    let machine = Machine::new();
    written(&machine, "config", &["--format", "curl"]);
    let api = Loopback::answer(response("200 OK", "", b""));
    let run = machine.program("curl").with_argument("-sSf");
    let run = run.with_argument("--config").with_argument("config");
    run.with_argument(api.url("/")).finish().succeeds();
    let authorization = format!("Bearer {}", token());
    assert_eq!(
        api.request().header("Authorization"),
        Some(authorization.as_str())
    );
}

/// As Python reads it, since 3.11 with the quotes that `curl` has as well.
#[test]
fn netrc() {
    let machine = Machine::new();
    let more = ["--format", "netrc", "--machine", "api.test"];
    written(&machine, "netrc", &more);
    let script = "import netrc; print(netrc.netrc('netrc').authenticators('api.test')[2])";
    let run = machine.program("python3").with_argument("-c");
    let read = run.with_argument(script).finish().succeeds();
    assert_eq!(read, format!("{}\n", token()));
}
