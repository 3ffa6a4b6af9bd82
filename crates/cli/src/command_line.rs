//! The words of the command line, in the order in which the parser takes them.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use tokenring_gateway::{Gateway, nearest};

use crate::definition::{GATEWAY_ACTIONS, is_command, is_group};

/// Options in front of a command go behind it, and `gateways NAME` means `gateways show NAME`.
pub(crate) fn arranged(words: &[OsString]) -> Cow<'_, [OsString]> {
    let Some(first) = words.get(1) else {
        return words.into();
    };
    let is_in_order = !is_option(first) && !is_group(first) && first != "gateways";
    match is_in_order {
        true => words.into(),
        false => rearranged(words.to_vec()).into(),
    }
}

fn rearranged(mut words: Vec<OsString>) -> Vec<OsString> {
    let Some(place) = command_place(&words, 1, is_command) else {
        return words;
    };
    if words.get(place).is_some_and(|word| word == "gateways") {
        name_action(&mut words, place + 1);
    }
    move_to(&mut words, 1, place);
    if words.get(1).is_some_and(|word| is_group(word)) {
        let is_name = |word: &OsStr| !word.as_encoded_bytes().starts_with(b"-");
        if let Some(place) = command_place(&words, 2, is_name) {
            move_to(&mut words, 2, place);
        }
    }
    words
}

/// Where the command is that follows the options which begin here.
fn command_place(
    words: &[OsString],
    start: usize,
    is_command: impl Fn(&OsStr) -> bool,
) -> Option<usize> {
    let mut place = start;
    while let Some(word) = words.get(place).filter(|word| is_option(word)) {
        let next = words.get(place + 1).filter(|next| !is_option(next));
        place += 1;
        // A word after an option that is not known may be the command.
        let is_value = |next: &OsString| takes_value(word) || !is_command(next);
        if !is_complete(word) && next.is_some_and(is_value) {
            place += 1;
        }
    }
    words
        .get(place)
        .is_some_and(|word| is_command(word))
        .then_some(place)
}

/// Moves a word to the front of the ones before it.
fn move_to(words: &mut [OsString], start: usize, place: usize) {
    if let Some(moved) = words.get_mut(start..=place) {
        moved.rotate_right(1);
    }
}

/// Whether this is an option, and not one that asks for help or the version.
fn is_option(word: &OsStr) -> bool {
    let others = ["--help", "-h", "--version", "-V", "--", "-"];
    word.as_encoded_bytes().starts_with(b"-") && others.iter().all(|other| word != *other)
}

/// Whether no value follows: a switch, or an option that has its value already.
fn is_complete(word: &OsStr) -> bool {
    const SWITCHES: [&str; 5] = [
        "--quiet",
        "--verbose",
        "--explain",
        "--no-cache",
        "--no-lint",
    ];
    let bytes = word.as_encoded_bytes();
    let is_short = !bytes.starts_with(b"--") && bytes.iter().skip(1).all(|it| b"qv".contains(it));
    is_short || bytes.contains(&b'=') || SWITCHES.iter().any(|it| word == *it)
}

/// Whether a value follows, even one that is the name of a command.
fn takes_value(word: &OsStr) -> bool {
    ["--profile", "--config", "--gateway", "--env"]
        .iter()
        .any(|it| word == *it)
}

/// Inserts the action where a gateway stands in its place.
fn name_action(words: &mut Vec<OsString>, place: usize) {
    let Some(word) = words.get(place).and_then(|word| word.to_str()) else {
        return;
    };
    // One slip in an action is no gateway.
    let is_slip =
        || nearest(word, GATEWAY_ACTIONS).is_some() && Gateway::names().all(|name| name != word);
    if !word.starts_with('-') && !GATEWAY_ACTIONS.contains(&word) && !is_slip() {
        words.insert(place, "show".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let words = format!("tokenring {line}");
        let words: Vec<_> = words.split(' ').map(OsString::from).collect();
        let arranged = arranged(&words);
        let words: Vec<_> = arranged
            .iter()
            .skip(1)
            .map(|word| word.to_string_lossy())
            .collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn options_in_front_of_the_command() {
        check("-v get-token --kid k", "get-token -v --kid k");
        check("-qv --explain get-token", "get-token -qv --explain");
        check("--profile run get-token", "get-token --profile run");
        check("--profile=run get-token", "get-token --profile=run");
        check(
            "--config c.toml --profile x keys show k",
            "keys show --config c.toml --profile x k",
        );
        check("keys -v show k.pem", "keys show -v k.pem");
        check("--env int call-api URL", "call-api --env int URL");
        check("--ca-cert ca.pem get-token", "get-token --ca-cert ca.pem");
        check("--unknown get-token", "get-token --unknown");
        // There is no command, or help is asked for.
        check("--profile x", "--profile x");
        check("--help get-token", "--help get-token");
        check("-v --version", "-v --version");
        check("get-token -v", "get-token -v");
        check("keys --help", "keys --help");
    }

    #[test]
    fn a_gateway_without_an_action() {
        check("gateways", "gateways");
        check("gateways nhs", "gateways show nhs");
        check(
            "gateways own/file.toml --all",
            "gateways show own/file.toml --all",
        );
        check("-v gateways nhs", "gateways -v show nhs");
        check("gateways check nhs", "gateways check nhs");
        check("gateways lst", "gateways lst");
        check("gateways --format json", "gateways --format json");
    }
}
