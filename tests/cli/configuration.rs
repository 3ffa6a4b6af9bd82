//! `tokenring config`.

use crate::process::{Machine, holds};
use crate::registered_client::RegisteredClient;

const FILE: &str = r#"
gateway = "nhs"
timeout = 20

[profiles.my-int]
env = "int"
client-id = "my-client"
private-key = "keys/int-1.pem"

[profiles.my-own]
gateway = "generic"
token-url = "https://gateway.test/token"
param = { resource = "https://api.test" }
"#;

#[test]
fn path() {
    let machine = Machine::new();
    let place = machine.home().join(".config/tokenring/config.toml");
    let line = |path: &std::path::Path| format!("{}\n", path.display());
    // Where it would be, though it isn't.
    let run = machine.tokenring(["config", "path"]);
    assert_eq!(run.finish().succeeds(), line(&place));
    assert_eq!(machine.write_configuration(FILE), place);
    let run = machine.tokenring(["config", "path"]);
    assert_eq!(run.finish().succeeds(), line(&place));
    machine.write("own.toml", "");
    let run = machine.tokenring(["config", "path", "--config", "own.toml"]);
    assert_eq!(run.finish().succeeds(), "own.toml\n");
    // To mend a file one has to find it.
    for contents in ["gatway = \"nhs\"", "gateway = "] {
        machine.write_configuration(contents);
        let run = machine.tokenring(["config", "path"]);
        assert_eq!(run.finish().succeeds(), line(&place));
    }
}

/// It counts as not set, which whoever looks closely is told.
#[test]
fn empty_variables() {
    let client = RegisteredClient::new();
    let run = |more: &[&str]| {
        let run = client.get_token(more).with_variable("TOKENRING_SCOPE", "");
        run.with_variable("TOKENRING_URL", "").finish()
    };
    let finished = run(&["--verbose"]);
    holds(&finished.stderr, &["TOKENRING_SCOPE is empty"]);
    // An option of another command is none here.
    assert!(!finished.stderr.contains("TOKENRING_URL"), "{finished:?}");
    finished.succeeds();
    let finished = run(&[]);
    assert!(!finished.stderr.contains("TOKENRING_SCOPE"), "{finished:?}");
    finished.succeeds();
}

/// Every value that is set, and where it is from.
#[test]
fn show() {
    let machine = Machine::new();
    let path = machine.write_configuration(FILE);
    let show = |profile: &[&str]| {
        let run = machine.tokenring([&["config", "show"], profile].concat());
        let run = run.with_variable("TOKENRING_KID", "by-variable");
        run.finish().succeeds()
    };
    let lines = |text: &str, value: &str, origin: &str| {
        let line = text.lines().find(|line| line.contains(value));
        let line = line.unwrap_or_default();
        holds(line, &[origin]);
    };
    let path = path.display().to_string();
    let text = show(&[]);
    lines(&text, "nhs", &path);
    lines(&text, "20", &path);
    lines(&text, "by-variable", "environment variable TOKENRING_KID");
    assert!(!text.contains("my-client"), "{text}");

    let text = show(&["--profile", "my-own"]);
    let profile = format!("profile my-own in {path}");
    lines(&text, "generic", &profile);
    lines(&text, "https://gateway.test/token", &profile);
    lines(&text, "resource=https://api.test", &profile);
    lines(&text, "20", &path);
    assert!(!text.contains("nhs"), "{text}");
}

#[test]
fn check() {
    let machine = Machine::new();
    let run = || machine.tokenring(["config", "check"]).finish();
    holds(&run().succeeds(), &["no configuration file"]);
    let path = machine.write_configuration(FILE);
    let path = path.display().to_string();
    holds(&run().succeeds(), &[&path, "in order", "my-int, my-own"]);

    let fails = |contents: &str, parts: &[&str]| {
        machine.write_configuration(contents);
        let complaint = run().fails(3);
        holds(&complaint, &[&path]);
        holds(&complaint, parts);
    };
    fails(
        "gatway = \"nhs\"",
        &[":1: ", "gatway", "did you mean \"gateway\"?"],
    );
    fails(
        "\n\n[profiles.a]\nclient_id = \"a\"",
        &[":4: ", "did you mean \"client-id\"?"],
    );
    fails(
        "[profiles.a]\nmin-tll = 5",
        &[":2: ", "did you mean \"min-ttl\"?"],
    );
    fails(
        "[profiles.a]\ncompletely-else = 5",
        &[":2: ", "unknown key"],
    );
    fails("gateway = ", &[":1: "]);
    fails("gateway = 1.5", &[":1: ", "gateway"]);
    fails("profiles = 5", &[":1: ", "[profiles.NAME]"]);
    fails("[profiles]\na = 5", &[":2: ", "[profiles.a]"]);
    fails("profile = \"a\"", &[":1: ", "unknown key"]);
    fails("gateway = \"\\u0000\"", &["gateway"]);
}

/// Values are judged too, in each profile.
#[test]
fn check_values() {
    let machine = Machine::new();
    let fails = |contents: &str, parts: &[&str]| {
        machine.write_configuration(contents);
        let complaint = machine.tokenring(["config", "check"]).finish().fails(3);
        holds(&complaint, parts);
    };
    fails("timeout = \"soon\"", &["timeout"]);
    fails("[profiles.a]\ntimeout = 0", &["profile a", "timeout"]);
    fails("[profiles.a]\ngateway = \"nsh\"", &["profile a", "nsh"]);
    fails(
        "[profiles.ok]\n[profiles.b]\ngateway = \"nhs\"\nenv = \"moon\"",
        &["profile b", "moon"],
    );
    fails(
        "[profiles.a]\ntoken-url = \"http://gateway.test/\"",
        &["profile a", "token-url"],
    );
    fails("[profiles.a]\nformat = \"yaml\"", &["profile a", "yaml"]);
    fails("[profiles.a]\nmin-ttl = \"x\"", &["profile a", "min-ttl"]);
    fails(
        "[profiles.a]\nno-cache = \"perhaps\"",
        &["profile a", "no-cache"],
    );
}

/// A profile that isn't there: those that are.
#[test]
fn a_profile_that_is_not_there() {
    let machine = Machine::new();
    let run = |command: &[&str]| {
        let arguments = [command, &["--profile", "my-prod"]].concat();
        machine.tokenring(arguments).finish().fails(3)
    };
    for command in [
        &["get-token"][..],
        &["config", "check"],
        &["config", "show"],
    ] {
        holds(&run(command), &["my-prod", "no configuration file"]);
    }
    machine.write_configuration(FILE);
    for command in [
        &["get-token"][..],
        &["config", "check"],
        &["config", "show"],
    ] {
        holds(&run(command), &["no profile \"my-prod\"", "my-int, my-own"]);
    }
    machine.write_configuration("");
    holds(&run(&["get-token"]), &["no profile", "none"]);
}

/// The new options can stand in the file as any other.
#[test]
fn cache_options_in_a_profile() {
    let client = RegisteredClient::new();
    let contents = "[profiles.a]\ncache-dir = \"~/tokens\"\nformat = \"header\"\nquiet = true\n\
                    [profiles.b]\nno-cache = true\nquiet = true\n";
    client.machine.write_configuration(contents);
    let get = |profile: &str| {
        let run = client.get_token(&["--profile", profile]);
        let finished = run.finish();
        assert_eq!(finished.stderr, "");
        finished.succeeds()
    };
    let first = get("a");
    holds(&first, &["Authorization: Bearer "]);
    assert_eq!(get("a"), first);
    assert!(client.machine.home().join("tokens").is_dir());
    assert_ne!(get("b"), get("b"));
}

/// Nothing is judged, and what is looked up is told.
#[test]
fn explanation() {
    let machine = Machine::new();
    machine.write_configuration("timeout = \"soon\"");
    let run = |action: &str| {
        let run = machine.tokenring(["config", action, "--explain"]);
        run.finish().succeeds()
    };
    holds(
        &run("path"),
        &["Values\n", "Action, not done\n  print where"],
    );
    holds(&run("check"), &["config.toml", "Action, not done\n  judge"]);
    holds(&run("show"), &["timeout", "soon"]);
    // A switch is shown as any other option.
    let run = machine.tokenring(["config", "show", "--quiet"]);
    let text = run.finish().succeeds();
    let line = text.lines().find(|line| line.contains("quiet")).unwrap();
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>(),
        ["quiet", "true", "argument"]
    );
}
