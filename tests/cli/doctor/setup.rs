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
        .has("configuration", "ok", "no file")
        .has("gateway", "failure", "--token-url")
        .has("client", "failure", "--client-id")
        .has("key", "failure", "--private-key")
        .has("assertion", "warning", "not looked at")
        .has("published", "skipped", "--jwks FILE|URL")
        .has("network", "warning", "not looked at")
        .has("token", "warning", "not looked at");
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
        .has("gateway", "failure", "no token endpoint is known")
        .has("token", "warning", "");
}

/// The other checks go on with what is known.
#[test]
fn bad_configuration() {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::text("keys/test-rsa-4096-pkcs8.pem"));
    let check = |contents: &str, more: &[&str], text: &str| {
        machine.write("c.toml", contents);
        let arguments = ["doctor", "--config", "c.toml", "--private-key", "key.pem"];
        let run = machine.tokenring(arguments.iter().chain(more));
        let run = run.with_variable("TOKENRING_GATEWAY", "nhs");
        Checks::of(run, 3)
            .has("configuration", "failure", text)
            .has("gateway", "ok", "nhs, environment ")
            .has("key", "ok", "RSA key of 4096 bits");
    };
    const HERE: &[&str] = &["--token-url", "http://127.0.0.1:1/t", "--client-id", "a"];
    check("client-id = \"a\"\nenv = \n", HERE, "c.toml:2: ");
    check("\n\nclientid = \"a\"\n", HERE, "c.toml:3: unknown key");
    check("timeout = \"soon\"\n", HERE, "timeout (from ");
    check("quiet = \"perhaps\"\n", HERE, "a switch is true or false");
    let profile = [HERE, &["--profile", "b"]].concat();
    check("[profiles.a]\n", &profile, "has no profile");
    std::fs::remove_file(machine.work().join("c.toml")).unwrap();
    let run = machine.tokenring(["doctor", "--config", "."]);
    Checks::of(run, 3)
        .has(
            "configuration",
            "failure",
            "cannot read the configuration file",
        )
        .has("token", "warning", "");
    // What is meant for another command is told, and does not end it.
    machine.write("c.toml", "format = \"curl\"\n");
    let run = machine.tokenring(["doctor", "--config", "c.toml"]);
    let text = run.finish().has_code(3).text().to_owned();
    assert!(
        text.contains("unknown format \"curl\"") && text.contains("failure  key"),
        "{text}"
    );
    // Everything else stops there.
    machine.write("c.toml", "env = \n");
    let run = machine.tokenring(["doctor", "--config", "c.toml", "--explain"]);
    run.finish().fails(3);
}

/// An API key may stand in it.
#[test]
fn open_configuration() {
    let machine = Machine::new();
    let check = |mode: u32, text: &str| {
        machine.write("c.toml", "client-id = \"a\"\n");
        set_mode(&machine.work().join("c.toml"), mode);
        let run = machine.tokenring(["doctor", "--config", "c.toml"]);
        Checks::of(run, 3).has("configuration", "warning", text);
    };
    check(0o666, "others can read or change it");
    check(0o640, "others can read it");
    machine.write("c.toml", "client-id = \"a\"\n");
    let run = machine.tokenring(["doctor", "--config", "c.toml"]);
    Checks::of(run, 3).has("configuration", "ok", "c.toml");
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
    Checks::of(run, 3)
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
    Checks::of(machine.tokenring(arguments), 3).has("certificate", "warning", "TLS client");
}

#[test]
fn key_file() {
    let machine = Machine::new();
    let check = |key: &str, status, text| {
        let run = machine.tokenring(["doctor", "--private-key", key]);
        Checks::of(run, 3).has("key", status, text);
    };
    check("missing.pem", "failure", "cannot be looked at");
    machine.write("text.pem", "not a key");
    check("text.pem", "failure", "text.pem");
    machine.write("ec.pem", fixtures::text("keys/test-p256-pkcs8.pem"));
    check("ec.pem", "ok", "P-256 key of 256 bits, mode 0600");
    set_mode(&machine.work().join("ec.pem"), 0o644);
    check("ec.pem", "warning", "chmod 600 ec.pem");
    check(".", "failure", "rotation.json");
    check("/dev/null", "skipped", "no plain file");
    check("-", "skipped", "standard input");
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
    check(3, "kid", "failure", "--kid=int-2");
    client
        .machine
        .write("set.json", jwk_set("rsa-2048", "int-1"));
    check(3, "published", "failure", "does not have the public half");
    client.machine.write("set.json", "[]");
    check(3, "published", "failure", "set.json");
    let run = client.run("doctor", &["--jwks", "absent.json"]);
    Checks::of(run, 3).has("published", "failure", "absent.json cannot be read");
    // A name that begins like an option is given so that it is none.
    let set = jwk_set("rsa-4096", "-vc4cRT8e");
    client.machine.write("set.json", set);
    check(3, "kid", "failure", "Sign with --kid=-vc4cRT8e");
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
