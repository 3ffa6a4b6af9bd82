//! What is set up on this machine, good or not.

use integration_tests::fixtures;

use super::{Checks, jwk_set};
use crate::process::{Machine, set_mode};
use crate::registered_client::RegisteredClient;

/// Nothing is set up: no script takes that for health.
#[test]
fn nothing_at_all() {
    let machine = Machine::new();
    Checks::of(machine.tokenring(["doctor"]), 3)
        .has("configuration", "ok")
        .has("gateway", "failure")
        .has("client", "failure")
        .has("key", "failure")
        .has("assertion", "warning")
        .has("published", "skipped")
        .has("network", "warning")
        .has("token", "warning");
    // A gateway that leaves its token endpoint open is not enough either.
    machine.write("key.pem", fixtures::text("keys/test-rsa-4096-pkcs8.pem"));
    let arguments = [
        "doctor",
        "--gateway",
        "pca",
        "--env",
        "prod",
        "--client-id",
        "a",
    ];
    let run = machine.tokenring(arguments).with_argument("--private-key");
    Checks::of(run.with_argument("key.pem"), 3)
        .has("gateway", "failure")
        .has("token", "warning");
}

/// The other checks go on with what is known.
#[test]
fn bad_configuration() {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::text("keys/test-rsa-4096-pkcs8.pem"));
    let check = |contents: &str, more: &[&str]| {
        machine.write("c.toml", contents);
        let arguments = ["doctor", "--config", "c.toml", "--private-key", "key.pem"];
        let run = machine.tokenring(arguments.iter().chain(more));
        let run = run.with_variable("TOKENRING_GATEWAY", "nhs");
        Checks::of(run, 3)
            .has("configuration", "failure")
            .has("gateway", "ok")
            .has("key", "ok");
    };
    const HERE: &[&str] = &["--token-url", "http://127.0.0.1:1/t", "--client-id", "a"];
    check("client-id = \"a\"\nenv = \n", HERE);
    check("\n\nclientid = \"a\"\n", HERE);
    check("timeout = \"soon\"\n", HERE);
    check("quiet = \"perhaps\"\n", HERE);
    let profile = [HERE, &["--profile", "b"]].concat();
    check("[profiles.a]\n", &profile);
    std::fs::remove_file(machine.work().join("c.toml")).unwrap();
    let run = machine.tokenring(["doctor", "--config", "."]);
    Checks::of(run, 3)
        .has("configuration", "failure")
        .has("token", "warning");
    // What is meant for another command is told, and does not end it.
    machine.write("c.toml", "format = \"curl\"\n");
    let run = machine.tokenring(["doctor", "--config", "c.toml"]);
    run.finish().has_code(3);
    // Everything else stops there.
    machine.write("c.toml", "env = \n");
    let run = machine.tokenring(["doctor", "--config", "c.toml", "--explain"]);
    run.finish().fails(3);
}

/// An API key may stand in it.
#[test]
fn open_configuration() {
    let machine = Machine::new();
    let check = |mode: u32| {
        machine.write("c.toml", "client-id = \"a\"\n");
        set_mode(&machine.work().join("c.toml"), mode);
        let run = machine.tokenring(["doctor", "--config", "c.toml"]);
        Checks::of(run, 3).has("configuration", "warning");
    };
    check(0o666);
    check(0o640);
    machine.write("c.toml", "client-id = \"a\"\n");
    let run = machine.tokenring(["doctor", "--config", "c.toml"]);
    Checks::of(run, 3).has("configuration", "ok");
}

#[test]
fn configuration() {
    let machine = Machine::new();
    machine.write_configuration("gateway = \"nhs\"\n[profiles.a]\nenv = \"dev\"\n");
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
    Checks::of(run, 3)
        .has("gateway", "ok")
        .has("configuration", "warning");
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
    Checks::of(machine.tokenring(arguments), 3).has("certificate", "warning");
}

#[test]
fn key_file() {
    let machine = Machine::new();
    let check = |key: &str, status| {
        let run = machine.tokenring(["doctor", "--private-key", key]);
        Checks::of(run, 3).has("key", status);
    };
    check("missing.pem", "failure");
    machine.write("text.pem", "not a key");
    check("text.pem", "failure");
    machine.write("ec.pem", fixtures::text("keys/test-p256-pkcs8.pem"));
    check("ec.pem", "ok");
    set_mode(&machine.work().join("ec.pem"), 0o644);
    check("ec.pem", "warning");
    check(".", "failure");
    check("/dev/null", "skipped");
    check("-", "skipped");
}

#[test]
fn published_keys() {
    let client = RegisteredClient::new();
    let check = |code: i32, name: &str, status: &str| {
        let run = client.run("doctor", &["--jwks", "set.json"]);
        Checks::of(run, code).has(name, status);
    };
    client
        .machine
        .write("set.json", jwk_set("rsa-4096", "int-1"));
    check(0, "published", "ok");
    client
        .machine
        .write("set.json", jwk_set("rsa-4096", "int-2"));
    check(3, "kid", "failure");
    client
        .machine
        .write("set.json", jwk_set("rsa-2048", "int-1"));
    check(3, "published", "failure");
    client.machine.write("set.json", "[]");
    check(3, "published", "failure");
    let run = client.run("doctor", &["--jwks", "absent.json"]);
    Checks::of(run, 3).has("published", "failure");
    // A name that begins like an option is given so that it is none.
    let set = jwk_set("rsa-4096", "-vc4cRT8e");
    client.machine.write("set.json", set);
    check(3, "kid", "failure");
}

/// A name of one environment, used in another.
#[test]
fn environment() {
    let client = RegisteredClient::new();
    let run = client.run("doctor", &["--env", "prod"]);
    Checks::of(run, 0).has("environment", "warning");
}
