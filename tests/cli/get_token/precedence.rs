use integration_tests::fixtures;

use crate::process::{Machine, Run};
use crate::transcript::Transcript;

const KEY: &str = "key-1.pem";

fn machine() -> Machine {
    let machine = Machine::new();
    machine.write(KEY, fixtures::bytes("keys/test-p256-pkcs8.pem"));
    machine
}

fn explain(machine: &Machine, more: &[&str]) -> Run {
    let arguments = [
        "get-token",
        "--explain",
        "--client-id",
        "a",
        "--private-key",
        KEY,
    ];
    machine.tokenring(arguments.iter().chain(more))
}

/// The row of `--explain` that tells of a value: value, and origin.
#[track_caller]
fn row(explanation: &str, name: &str) -> (String, String) {
    let rows = explanation.lines().filter_map(|line| {
        let line = line.strip_prefix("  ")?.strip_prefix(name)?;
        line.strip_prefix("  ").map(str::trim_start)
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows.len(), 1, "{name} in: {explanation}");
    let (value, origin) = rows[0].split_once("  ").unwrap();
    (value.to_owned(), origin.trim_start().to_owned())
}

/// Each source goes before those below it, for one option after another.
#[track_caller]
fn check(option: &str, values: [&str; 4], preset: (&str, &str)) {
    let [argument, variable, profile, top] = values;
    let machine = machine();
    let variable_name = format!("TOKENRING_{}", option.to_uppercase().replace('-', "_"));
    let url = "token-url = \"https://server.test/token\"\n";
    let with_top = if option == "token-url" {
        format!("{option} = \"{top}\"\n")
    } else {
        format!("{url}{option} = \"{top}\"\n")
    };
    let with_profile = format!("{with_top}[profiles.one]\n{option} = \"{profile}\"\n");
    let dashed = format!("--{option}={argument}");
    let expect = |finished: crate::process::Finished, value: &str, origin: &str| {
        assert_eq!(
            row(&finished.succeeds(), option),
            (value.to_owned(), origin.to_owned())
        );
    };

    machine.write("a.toml", &with_profile);
    let file = ["--config", "a.toml", "--profile", "one"];
    let arguments = [&file[..], &[&dashed]].concat();
    let run = explain(&machine, &arguments).with_variable(&variable_name, variable);
    expect(run.finish(), argument, "argument");
    let run = explain(&machine, &file).with_variable(&variable_name, variable);
    let origin = format!("environment variable {variable_name}");
    expect(run.finish(), variable, &origin);
    let run = explain(&machine, &file);
    expect(run.finish(), profile, "profile one in a.toml");
    let run = explain(&machine, &file[..2]);
    expect(run.finish(), top, "a.toml");
    // An empty variable is as none.
    let run = explain(&machine, &file[..2]).with_variable(&variable_name, "");
    expect(run.finish(), top, "a.toml");

    let (value, origin) = preset;
    let run = match option {
        "token-url" => explain(&machine, &["--gateway", "nhs", "--alg", "RS512"]),
        _ => explain(&machine, &["--token-url", "https://server.test/token"]),
    };
    if option == "token-url" {
        let key = fixtures::bytes("keys/test-rsa-2048-pkcs8.pem");
        machine.write(KEY, key);
    }
    expect(run.finish(), value, origin);
}

#[test]
fn every_source_in_its_place() {
    let of_generic = "gateway generic, environment default";
    check("lifetime", ["11", "12", "13", "14"], ("60", of_generic));
    check("typ", ["t1", "t2", "t3", "t4"], ("JWT", of_generic));
    check("kid", ["k1", "k2", "k3", "k4"], ("(none)", of_generic));
    check("timeout", ["1", "2", "3", "4"], ("30", "default"));
    check(
        "audience",
        [
            "https://a.test",
            "https://b.test",
            "https://c.test",
            "https://d.test",
        ],
        ("https://server.test/token", of_generic),
    );
    check(
        "token-url",
        [
            "https://a.test/t",
            "https://b.test/t",
            "https://c.test/t",
            "https://d.test/t",
        ],
        (
            "https://int.api.service.nhs.uk/oauth2/token",
            "gateway nhs, environment int",
        ),
    );
}

/// What a source gives is in the request, and not just in the table.
#[test]
fn values_take_effect() {
    let machine = machine();
    let run = explain(&machine, &["--lifetime", "45", "--claim", "a=[1,\"b\"]"]);
    let run = run
        .with_variable("TOKENRING_TOKEN_URL", "https://server.test/token")
        .with_variable("TOKENRING_TYP", "at+jwt")
        .with_variable("TOKENRING_SCOPE", "one two")
        .with_variable("TOKENRING_PARAM", "resource=https://api.test\nx=y");
    let mut texts = Transcript::new();
    texts.hide_random();
    texts.run(run).succeeds();
    texts.check("explain/values-take-effect");
}

/// Pairs give way name by name; the others stay.
#[test]
fn pairs_are_merged_by_name() {
    let machine = machine();
    machine.write(
        "a.toml",
        "token-url = \"https://server.test/token\"\n[param]\na = \"top\"\nb = \"top\"\nc = \
         \"top\"\n[profiles.one.param]\nb = \"profile\"\nc = \"profile\"\n",
    );
    let arguments = [
        "--config",
        "a.toml",
        "--profile",
        "one",
        "--param",
        "c=argument",
    ];
    let text = explain(&machine, &arguments).finish().succeeds();
    let names = ["a=", "b=", "c="];
    let pairs: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| names.iter().any(|name| line.starts_with(name)))
        .collect();
    assert_eq!(pairs, ["c=argument", "b=profile", "a=top"]);
}

/// The file at the platform's place needs no option.
#[test]
fn the_platforms_place() {
    let machine = machine();
    let path = machine.write_configuration(
        "token-url = \"https://server.test/token\"\nlifetime = 7\n[profiles.a]\nlifetime = 8\n",
    );
    let path = path.to_str().unwrap();
    let text = explain(&machine, &[]).finish().succeeds();
    assert_eq!(row(&text, "lifetime"), ("7".into(), path.into()));
    let run = explain(&machine, &[]).with_variable("TOKENRING_PROFILE", "a");
    let origin = format!("profile a in {path}");
    assert_eq!(
        row(&run.finish().succeeds(), "lifetime"),
        ("8".into(), origin)
    );
    let home = explain(&machine, &[]).without_variable("XDG_CONFIG_HOME");
    let text = home.finish().succeeds();
    assert_eq!(row(&text, "lifetime").0, "7");

    machine.write("a.toml", "token-url = \"https://other.test/token\"\n");
    let run = explain(&machine, &[]).with_variable("TOKENRING_CONFIG", "a.toml");
    let text = run.finish().succeeds();
    assert_eq!(row(&text, "token-url").0, "https://other.test/token");
}

/// A path in the file is seen from the file; `~` is the home.
#[test]
fn paths_in_the_configuration_file() {
    let machine = Machine::new();
    let key = fixtures::bytes("keys/test-p256-pkcs8.pem");
    std::fs::create_dir(machine.work().join("keys")).unwrap();
    machine.write("keys/beside.pem", &key);
    std::fs::write(machine.home().join("at-home.pem"), &key).unwrap();
    let common = "client-id = \"a\"\ntoken-url = \"https://server.test/token\"\n";
    let at_home = machine.home().join("at-home.pem").display().to_string();
    for (value, path) in [
        ("beside.pem", "keys/beside.pem"),
        ("~/at-home.pem", &at_home),
    ] {
        machine.write(
            "keys/a.toml",
            format!("{common}private-key = \"{value}\"\n"),
        );
        let run = machine.tokenring(["get-token", "--explain", "--config", "keys/a.toml"]);
        let text = run.finish().succeeds();
        assert_eq!(row(&text, "private-key").0, path);
    }
}
