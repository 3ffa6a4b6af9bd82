//! Every option of `get-token` that is about the token has a method, and a value arrives as the
//! same whoever brings it.

use std::collections::BTreeSet;
use std::path::Path;

use tokenring::Parameter;

use crate::samples::{Sample, Stage, all};

/// Options of `get-token` that are about output and configuration, take a descriptor, or make a
/// difference over TLS only.
const OF_THE_COMMAND: [&str; 14] = [
    "allow-unbound-output",
    "ca-store",
    "config",
    "explain",
    "format",
    "help",
    "machine",
    "output",
    "passphrase-fd",
    "pin-file",
    "profile",
    "quiet",
    "shell",
    "verbose",
];
/// Parameters that no option of `get-token` has.
const OF_OTHERS: [&str; 4] = ["jwks", "method", "proxy", "url"];

/// The table in the documentation of `Parameter`: options, and their methods.
fn table() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/client/src/parameter.rs");
    let source = std::fs::read_to_string(path).unwrap();
    let rows = source
        .lines()
        .filter_map(|line| line.strip_prefix("/// | `"));
    let cell = |text: &str| text.split('`').next().unwrap().to_owned();
    rows.map(|row| {
        let (option, method) = row.split_once("` | [`").unwrap();
        (cell(option), cell(method))
    })
    .collect()
}

#[test]
fn table_of_methods() {
    let documented = table();
    let tested: BTreeSet<_> = all()
        .iter()
        .map(|sample| (sample.option.to_owned(), sample.method.to_owned()))
        .chain([
            ("ca-store".to_owned(), "ca_store".to_owned()),
            ("pin-file".to_owned(), "pin".to_owned()),
        ])
        .collect();
    assert_eq!(documented, tested);
}

#[test]
fn every_option_has_a_method() {
    let command = tokenring_cli::command();
    let get_token = command.find_subcommand("get-token").unwrap();
    let options: BTreeSet<&str> = get_token
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|name| !OF_THE_COMMAND.contains(name))
        .collect();
    let samples = all();
    let tested: BTreeSet<&str> = samples
        .iter()
        .map(|sample| sample.option)
        .filter(|name| !OF_OTHERS.contains(name))
        .collect();
    assert_eq!(options, tested);
}

#[test]
fn every_parameter_is_tested() {
    let samples = all();
    for parameter in Parameter::ALL {
        let name = parameter.name();
        assert_eq!(Parameter::from_name(name), Some(*parameter));
        let is_tested = samples.iter().any(|sample| sample.option == name);
        let is_elsewhere = ["ca-store", "jwks", "method", "pin-file", "url"].contains(&name);
        assert_ne!(is_tested, is_elsewhere, "{name}");
    }
}

#[track_caller]
fn check(sample: &Sample) {
    let option = sample.option;
    let new = || Stage::new(sample.answer);
    let without = new();
    let base = without.observe(Stage::set(&without.texts(sample.with)));

    let stage = new();
    let method = Stage::set(&stage.texts(&with(sample, false)));
    let method = (sample.apply)(method, &stage.fill(sample.text));
    let by_method = stage.observe(method);
    assert_ne!(by_method, base, "{option} makes no difference");

    let given = with(sample, true);
    let stage = new();
    let by_text = stage.observe(Stage::set(&stage.texts(&given)));
    assert_eq!(by_text, by_method, "{option} by text");
    let stage = new();
    let by_profile = stage.observe(stage.profile(&stage.texts(&given)));
    assert_eq!(by_profile, by_method, "{option} by profile");
    let stage = new();
    let by_environment = stage.environment(&stage.texts(&given));
    assert_eq!(by_environment, by_method, "{option} by environment");
}

/// What is given beside the sample's own value, or with it.
fn with(sample: &Sample, with_own: bool) -> Vec<(&'static str, &'static str)> {
    let own = (sample.option, sample.text);
    sample
        .with
        .iter()
        .copied()
        .chain(with_own.then_some(own))
        .collect()
}

#[test]
fn every_value_arrives() {
    for sample in all() {
        check(&sample);
    }
}
