//! What is set up on this machine, good or not.

use integration_tests::fixtures;

use super::{Checks, jwk_set};
use crate::process::{Machine, set_mode};
use crate::registered_client::RegisteredClient;

/// Nothing is set up: that is told, and nothing fails.
#[test]
fn nothing_at_all() {
    let machine = Machine::new();
    Checks::of(machine.tokenring(["doctor"]), 0)
        .has("configuration", "ok", "no file")
        .has("gateway", "skipped", "--token-url")
        .has("client", "skipped", "--client-id")
        .has("key", "skipped", "--private-key")
        .has("assertion", "skipped", "")
        .has("published", "skipped", "--jwks FILE|URL")
        .has("network", "skipped", "")
        .has("token", "skipped", "");
}

#[test]
fn configuration() {
    let machine = Machine::new();
    let path = machine.write_configuration("gateway = \"nhs\"\n[profiles.a]\nenv = \"dev\"\n");
    let run = machine
        .tokenring([
            "doctor",
            "--profile",
            "a",
            "--token-url",
            "http://127.0.0.1:1/t",
        ])
        .with_variable("TOKENRING_TIMEOUT", "2")
        .with_variable("TOKENRING_SCOPE", "");
    Checks::of(run, 5)
        .has("gateway", "ok", "nhs, environment dev")
        .has("configuration", "warning", "TOKENRING_SCOPE");
    let text = machine.tokenring(["doctor"]).finish().text().to_owned();
    assert!(text.contains(path.to_str().unwrap()), "{text}");
}

#[test]
fn gateway() {
    let machine = Machine::new();
    for (arguments, text) in [
        (["--gateway", "nsh"], "nhs"),
        (["--gateway", "keycloak"], "--var NAME=VALUE"),
        (["--env", "int"], "--gateway"),
    ] {
        let run = machine.tokenring(["doctor"].iter().chain(&arguments));
        let finished = run.finish();
        assert_eq!(finished.code(), Some(3), "{finished:?}");
        assert!(finished.text().contains(text), "{}", finished.text());
    }
}

#[test]
fn certificate() {
    let machine = Machine::new();
    let arguments = [
        "doctor",
        "--gateway",
        "cdr",
        "--token-url",
        "http://127.0.0.1:1/t",
    ];
    Checks::of(machine.tokenring(arguments), 5).has("certificate", "warning", "TLS client");
}

#[test]
fn key_file() {
    let machine = Machine::new();
    let check = |key: &str, code, status, text| {
        let run = machine.tokenring(["doctor", "--private-key", key]);
        Checks::of(run, code).has("key", status, text);
    };
    check("missing.pem", 3, "failure", "cannot be looked at");
    machine.write("text.pem", "not a key");
    check("text.pem", 3, "failure", "text.pem");
    machine.write("ec.pem", fixtures::text("keys/test-p256-pkcs8.pem"));
    check("ec.pem", 0, "ok", "P-256 key of 256 bits, mode 0600");
    set_mode(&machine.work().join("ec.pem"), 0o644);
    check("ec.pem", 0, "warning", "chmod 600 ec.pem");
    check(".", 3, "failure", "rotation.json");
    check("-", 0, "skipped", "standard input");
}

#[test]
fn published_keys() {
    let client = RegisteredClient::new();
    let check = |code: i32, name: &str, status: &str, text: &str| {
        let run = client.run("doctor", &["--jwks", "set.json"]);
        Checks::of(run, code).has(name, status, text);
    };
    client
        .machine
        .write("set.json", jwk_set("rsa-4096", "int-1"));
    check(0, "published", "ok", "set.json has the key, among 1 key");
    client
        .machine
        .write("set.json", jwk_set("rsa-4096", "int-2"));
    check(3, "kid", "failure", "--kid int-2");
    client
        .machine
        .write("set.json", jwk_set("rsa-2048", "int-1"));
    check(3, "published", "failure", "does not have the public half");
    client.machine.write("set.json", "[]");
    check(3, "published", "failure", "set.json");
    let run = client.run("doctor", &["--jwks", "absent.json"]);
    Checks::of(run, 3).has("published", "failure", "absent.json cannot be read");
}

/// A name of one environment, used in another.
#[test]
fn environment() {
    let client = RegisteredClient::new();
    let run = client.run("doctor", &["--env", "prod"]);
    Checks::of(run, 0).has(
        "environment",
        "warning",
        "Use --env int, or client and key of prod.",
    );
}
