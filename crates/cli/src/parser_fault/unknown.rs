//! An argument that the command does not have.

use std::ffi::OsString;

use clap::{Arg, Command};
use tokenring_gateway::nearest;

use super::is_name;

/// What other programs call an option, and what it is called here; of several the first that the
/// command has.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("-k", &["private-key"]),
    ("--key", &["private-key"]),
    ("--key-file", &["private-key"]),
    ("--pem", &["private-key"]),
    ("--cert", &["certificate"]),
    ("--cacert", &["ca-cert"]),
    ("--json", &["format json"]),
    ("--format", &["to"]),
    ("--out", &["output", "output-dir"]),
    ("--output", &["output-dir"]),
    ("-o", &["output-dir"]),
    ("-f", &["format", "force"]),
    ("--header", &["token-header"]),
    ("-H", &["token-header"]),
    ("--request", &["method"]),
    ("-u", &["client-id"]),
    ("--client", &["client-id"]),
    ("--url", &["token-url"]),
    ("--endpoint", &["token-url"]),
    ("--token-endpoint", &["token-url"]),
    ("--key-id", &["kid"]),
    ("--algorithm", &["alg"]),
    ("--environment", &["env"]),
    ("-e", &["env"]),
    ("-g", &["gateway"]),
    ("-p", &["profile"]),
    ("-c", &["config"]),
    ("--aud", &["audience"]),
    ("--iss", &["assertion-issuer"]),
    ("--sub", &["subject"]),
    ("--exp", &["lifetime"]),
    ("--expires-in", &["lifetime"]),
    ("--scopes", &["scope"]),
    ("-s", &["scope"]),
    ("--type", &["key-type"]),
    ("--body", &["data"]),
    ("--fail", &["fail-with-body"]),
    ("--silent", &["quiet"]),
    ("--debug", &["verbose"]),
    ("--dry-run", &["explain"]),
];

/// Names the argument, unless it may be a value, and what is meant by it.
pub(super) fn describe(name: &str, similar: Option<String>, arguments: &[OsString]) -> String {
    let root = crate::command();
    let (command, path) = innermost(&root, arguments);
    let name = name.split(['=', ' ']).next().unwrap_or_default();
    let hint = format!("run `{path} --help`; a value that starts with - needs --OPTION=VALUE");
    if let Some((word, option)) = with_one_hyphen(command, name, arguments) {
        return format!("unexpected argument {word}; did you mean --{option}?");
    }
    let is_letter = name.strip_prefix('-').is_some_and(|rest| {
        rest.len() == 1 && rest.starts_with(|letter: char| letter.is_ascii_alphabetic())
    });
    let long = name
        .strip_prefix("--")
        .filter(|name| is_name(&name.replace('_', "-")));
    if !is_letter && long.is_none() {
        return format!("there is an argument that belongs to no option; {hint}");
    }
    let meant = elsewhere(command, name)
        .or_else(|| long.and_then(|long| meant(command, long)))
        .or_else(|| similar.map(|name| name.trim_start_matches('-').to_owned()));
    match meant {
        Some(option) => format!("unexpected argument {name}; did you mean --{option}?"),
        None => format!("unexpected argument {name}; {hint}"),
    }
}

/// The command in these words, and how it is called.
fn innermost<'c>(root: &'c Command, arguments: &[OsString]) -> (&'c Command, String) {
    let mut command = root;
    let mut path = String::from("tokenring");
    for word in arguments.iter().skip(1) {
        match command.find_subcommand(word) {
            Some(inner) => command = inner,
            None => break,
        }
        path.push(' ');
        path.push_str(command.get_name());
    }
    (command, path)
}

fn options(command: &Command) -> impl Iterator<Item = &str> {
    let arguments = command.get_arguments();
    arguments
        .filter(|argument| !argument.is_hide_set())
        .filter_map(Arg::get_long)
}

/// The option that is written `-gateway`, as the parser takes it for a row of short ones.
fn with_one_hyphen<'w>(
    command: &Command,
    name: &str,
    arguments: &'w [OsString],
) -> Option<(&'w str, String)> {
    if name.len() != 2 || name == "--" {
        return None;
    }
    arguments
        .iter()
        .skip(1)
        .filter_map(|word| word.to_str())
        .find_map(|word| {
            let rest = word.strip_prefix('-').filter(|_| word.starts_with(name))?;
            let rest = rest.split('=').next().filter(|rest| is_name(rest))?;
            let option = nearest(rest, options(command))?;
            Some((word.split('=').next()?, option))
        })
}

/// What an option of another program is called here.
fn elsewhere(command: &Command, name: &str) -> Option<String> {
    let (_, own) = ELSEWHERE.iter().find(|(other, _)| *other == name)?;
    let has = |own: &&&str| {
        let option = own.split(' ').next();
        options(command).any(|name| Some(name) == option)
    };
    own.iter().find(has).map(|own| (*own).to_owned())
}

/// The option that is meant by one with other signs between its words, with each word cut, such as
/// `priv-key`, or with a slip.
fn meant(command: &Command, name: &str) -> Option<String> {
    let name = name.replace('_', "-");
    let is_meant = |option: &&str| {
        let (cut, whole) = (name.split('-'), option.split('-'));
        cut.clone().count() == whole.clone().count()
            && cut.zip(whole).all(|(cut, whole)| whole.starts_with(cut))
    };
    let mut cut = options(command).filter(is_meant);
    match (cut.next(), cut.next()) {
        (Some(option), None) => Some(option.to_owned()),
        _ => nearest(&name, options(command)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, name: &str, expected: &str) {
        let words: Vec<_> = line.split(' ').map(OsString::from).collect();
        let words = [&[OsString::from("tokenring")], &words[..]].concat();
        let described = describe(name, None, &words);
        assert!(described.contains(expected), "{described}");
        assert!(!described.contains("SECRET"), "{described}");
    }

    #[test]
    fn names_of_other_programs() {
        check(
            "get-token -k SECRET",
            "-k",
            "-k; did you mean --private-key?",
        );
        check(
            "get-token -kSECRET",
            "-k",
            "-k; did you mean --private-key?",
        );
        check(
            "get-token --json",
            "--json",
            "--json; did you mean --format json?",
        );
        check(
            "keys convert k --format jwk",
            "--format",
            "did you mean --to?",
        );
        check(
            "get-token --header SECRET",
            "--header",
            "did you mean --token-header?",
        );
        check("generate-keys -o d", "-o", "did you mean --output-dir?");
        check(
            "get-token -gateway nhs",
            "-g",
            "-gateway; did you mean --gateway?",
        );
        check(
            "get-token -gatway=SECRET",
            "-g",
            "-gatway; did you mean --gateway?",
        );
        check(
            "get-token -z",
            "-z",
            "unexpected argument -z; run `tokenring get-token --help`",
        );
        check(
            "get-token SECRET",
            "SECRET",
            "an argument that belongs to no option",
        );
        check(
            "get-token --SECRET",
            "--SECRET",
            "an argument that belongs to no option",
        );
    }

    #[test]
    fn cut_options_and_slips() {
        check("get-token", "--priv-key", "--private-key?");
        check("get-token", "--privat-key", "--private-key?");
        check("get-token", "--client_id", "--client-id?");
        check("get-token", "--pass-file", "--passphrase-file?");
        check("keys show a.pem", "--pass-fd", "--passphrase-fd?");
        // The command has no such option, or several are meant.
        check(
            "jwks check",
            "--priv-key",
            "run `tokenring jwks check --help`",
        );
        check("get-token", "--p-f", "run `tokenring get-token --help`");
    }
}
