//! `tokenring config`.

use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

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
    let mut texts = Transcript::new();
    let finished = finished.shown_in(&mut texts);
    // An option of another command is none here.
    assert!(!finished.stderr.contains("TOKENRING_URL"), "{finished:?}");
    finished.succeeds();
    let finished = run(&[]);
    assert!(!finished.stderr.contains("TOKENRING_SCOPE"), "{finished:?}");
    finished.succeeds();
    texts.hide_random();
    texts.hide_number_after("good for ");
    texts.check("configuration/empty-variables");
}

/// A profile that isn't there: those that are.
#[test]
fn a_profile_that_is_not_there() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    let mut run = |command: &[&str]| {
        let arguments = [command, &["--profile", "my-prod"]].concat();
        texts.run(machine.tokenring(arguments)).fails(3)
    };
    for command in [
        &["get-token"][..],
        &["config", "check"],
        &["config", "show"],
    ] {
        run(command);
    }
    machine.write_configuration(FILE);
    for command in [
        &["get-token"][..],
        &["config", "check"],
        &["config", "show"],
    ] {
        run(command);
    }
    machine.write_configuration("");
    run(&["get-token"]);
    texts.check("configuration/no-profile");
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
    assert!(first.starts_with("Authorization: Bearer "), "{first}");
    assert_eq!(get("a"), first);
    assert!(client.machine.home().join("tokens").is_dir());
    assert_ne!(get("b"), get("b"));
}
