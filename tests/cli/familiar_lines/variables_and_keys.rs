//! Environment variables and keys of the configuration file.

use crate::loopback::response;
use crate::process::{Machine, Run, mode, set_mode};
use crate::scripted_server::ScriptedServer;
use crate::transcript::Transcript;

#[test]
fn values_are_set_in_the_configuration() {
    let machine = Machine::new();
    let config = |words: &[&str]| machine.tokenring([&["config"], words].concat());
    let file = machine.home().join(".config/tokenring/config.toml");
    let set = |words: &[&str]| assert_eq!(config(words).finish().succeeds(), "");
    set(&["set", "gateway", "nhs"]);
    assert_eq!(mode(&file), 0o600);
    std::fs::write(
        &file,
        "# mine\ngateway = \"nhs\" # why\n\n[get-token]\nformat = \"json\"\n",
    )
    .unwrap();
    set_mode(&file, 0o640);
    set(&["set", "--profile", "int", "env", "int"]);
    set(&["set", "api-key", "me"]);
    set(&["set", "gateway", "pca"]);
    let text = "# mine\ngateway = \"pca\" # why\nclient-id = \"me\"\n\n[get-token]\nformat = \"json\"\n\n\
                [profiles.int]\nenv = \"int\"\n";
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(mode(&file), 0o640);
    assert_eq!(config(&["get", "gateway"]).finish().succeeds(), "pca\n");
    assert_eq!(
        config(&["get", "env", "--profile", "int"])
            .finish()
            .succeeds(),
        "int\n"
    );
    assert_eq!(
        config(&["get", "--", "--api-key"]).finish().succeeds(),
        "me\n"
    );
    let mut texts = Transcript::new();
    for (words, code) in [
        (&["get", "scope"][..], 3),
        (&["get"], 2),
        (&["get", "gateway", "nhs"], 2),
        (&["set", "gateway"], 2),
        (&["set", "gatway", "nhs"], 2),
        (&["set", "gateway", "nsh"], 3),
        (&["set", "var", "a=b"], 2),
        (&["check", "gateway"], 2),
    ] {
        texts.show(&config(words).finish().has_code(code));
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    texts.check("familiar_lines/config");
    let cache = machine.tokenring(["cache", "path", "--cache-dir", "kept"]);
    assert_eq!(cache.finish().succeeds(), "kept\n");
}

/// A variable means one thing: that of `get-token` is none of other commands.
#[test]
fn a_variable_has_one_meaning() {
    let server = ScriptedServer::api(|_, _| response("200 OK", "", b"body"));
    let machine = Machine::new();
    let is_json = |text: String| serde_json::from_str::<serde_json::Value>(&text).is_ok();
    let json = server
        .get_token(&machine, &["--no-cache"])
        .with_variable("TOKENRING_FORMAT", "json");
    assert!(is_json(json.finish().succeeds()));
    let made = |run: Run| run.with_argument("--quiet").finish().succeeds();
    let keys = |kid: &str| machine.tokenring(["generate-keys", "--kid", kid]);
    let key = made(keys("one").with_variable("TOKENRING_FORMAT", "json"));
    assert_eq!(key, "./one.pem\n./one.pem.pub\n./one.json\n");
    made(keys("two").with_variable("TOKENRING_GENERATE_KEYS_FORMAT", "pkcs1"));
    assert!(
        machine
            .read("two.pem")
            .starts_with("-----BEGIN RSA PRIVATE KEY")
    );
    let call = server.call_api(&machine, &["--no-cache"]);
    let body = call
        .with_variable("TOKENRING_OUTPUT", "token")
        .finish()
        .succeeds();
    assert_eq!(body, "body");
    let call = server.call_api(&machine, &["--no-cache"]);
    let body = call
        .with_variable("TOKENRING_CALL_API_OUTPUT", "body")
        .finish()
        .succeeds();
    assert_eq!((body.as_str(), &*machine.read("body")), ("", "body"));
    assert!(!machine.names().contains(&"token".to_owned()));
}

#[test]
fn a_key_of_the_configuration_is_for_one_command() {
    let server = ScriptedServer::api(|_, _| response("200 OK", "", b"body"));
    let machine = Machine::new();
    let get = |more: &[&str]| {
        server.get_token(
            &machine,
            &[&["--no-cache", "--config", "c.toml"], more].concat(),
        )
    };
    let keys = |kid| machine.tokenring(["generate-keys", "--config", "c.toml", "--kid", kid, "-q"]);
    machine.write(
        "c.toml",
        "[get-token]\nformat = \"json\"\n[generate-keys]\nformat = \"pkcs1\"\n",
    );
    let finished = get(&[]).finish();
    assert_eq!(finished.stderr, "");
    assert!(finished.succeeds().starts_with('{'));
    keys("one").finish().succeeds();
    assert!(
        machine
            .read("one.pem")
            .starts_with("-----BEGIN RSA PRIVATE KEY")
    );
    // A profile goes before what stands outside of it, and in each the command's own table.
    machine.write(
        "c.toml",
        "[get-token]\nformat = \"json\"\n[profiles.a.get-token]\nformat = \"header\"\n[profiles.b]\nscope = \"s\"\n",
    );
    assert!(
        get(&["--profile", "a"])
            .finish()
            .succeeds()
            .starts_with("Authorization: ")
    );
    assert!(
        get(&["--profile", "b"])
            .finish()
            .succeeds()
            .starts_with('{')
    );
    // As it was written before there were such tables.
    let mut texts = Transcript::new();
    texts.file(&machine, "c.toml", "format = \"json\"\n");
    let finished = get(&[]).finish();
    assert!(finished.text().starts_with('{'));
    texts.text(&finished.stderr);
    keys("two").finish().succeeds();
    assert!(
        machine
            .read("two.pem")
            .starts_with("-----BEGIN PRIVATE KEY")
    );
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish(),
    );
    texts.file(&machine, "c.toml", "[get-token]\nformat = \"nonsense\"\n");
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish()
            .has_code(3),
    );
    texts.file(&machine, "c.toml", "[get-token]\nformt = \"json\"\n");
    texts.show(
        &machine
            .tokenring(["config", "check", "--config", "c.toml"])
            .finish()
            .has_code(3),
    );
    texts.check("familiar_lines/command_tables");
}

#[test]
fn variables_that_nothing_reads() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for (variable, more) in [
        ("TOKENRING_CLIENTID", &[][..]),
        ("TOKENRING_APIKEY", &[]),
        ("TOKENRING_MOON", &[]),
        ("TOKENRING_MOON", &["-v"]),
        ("TOKENRING_CLIENTID", &["-q"]),
        ("TOKENRING_DOCTOR_FORMAT", &["-v"]),
    ] {
        let run = machine.tokenring([&["cache", "path"], more].concat());
        let finished = run.with_variable(variable, "SECRET").finish();
        assert!(!finished.stderr.contains("SECRET"));
        texts.show(&finished);
    }
    texts.check("familiar_lines/unknown_variables");
}
