//! What the parser finds wrong, in one line that repeats no value: it could be a
//! secret in the wrong place.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use crate::ExitCode;
use crate::console::Console;
use crate::failure::Failure;

/// Words a fault of the command line.
fn describe(error: &clap::Error, arguments: &[OsString]) -> String {
    let argument = text(error, ContextKind::InvalidArg).map(|argument| {
        // Behind a space stands what the option's value is called.
        let name = argument.split([' ', '=']).next().unwrap_or_default();
        name.to_owned()
    });
    let option = argument.filter(|name| is_name(name.trim_start_matches('-')));
    let option = option.as_deref();
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let found = match option {
                Some(name) if name.starts_with("--") => format!("there is no option {name} here"),
                _ => "there is an argument that belongs to no option".into(),
            };
            let suggestion = option.and_then(|name| {
                let words = arguments.iter().skip(1);
                abbreviated(&crate::command(), words, name.strip_prefix("--")?)
            });
            let suggestion = suggestion.or_else(|| text(error, ContextKind::SuggestedArg));
            let suggestion = suggestion.map_or_else(
                || "write a value that begins with - as --OPTION=VALUE".into(),
                |name| format!("did you mean {name}?"),
            );
            format!("{found}; {suggestion}")
        }
        ErrorKind::InvalidSubcommand => {
            let suggestion = text(error, ContextKind::SuggestedSubcommand);
            match suggestion {
                Some(name) => format!("there is no such command; did you mean {name}?"),
                None => "there is no such command; tokenring --help lists them".into(),
            }
        }
        ErrorKind::MissingSubcommand => {
            "the command is missing; tokenring --help lists them".into()
        }
        ErrorKind::MissingRequiredArgument => format!(
            "an argument is missing: {}",
            text(error, ContextKind::InvalidArg).unwrap_or_default()
        ),
        ErrorKind::InvalidValue => {
            let name = option.unwrap_or("an argument");
            match text(error, ContextKind::ValidValue) {
                Some(values) => format!("{name} takes one of {values}"),
                None => {
                    format!("{name} wants a value; write one that begins with - as {name}=VALUE")
                }
            }
        }
        ErrorKind::ArgumentConflict => {
            let how = match option {
                Some("--scope") => ", with spaces between its values",
                _ => "",
            };
            format!(
                "{} is given twice; give it once{how}",
                option.unwrap_or("an option")
            )
        }
        ErrorKind::TooManyValues => {
            format!("{} takes no value", option.unwrap_or("the switch"))
        }
        _ => "the arguments cannot be understood".into(),
    }
}

/// The option of the command in these words that is meant by one with each word cut, such as
/// `priv-key`: a similar name is seldom it.
fn abbreviated(
    root: &Command,
    words: impl Iterator<Item = impl AsRef<OsStr>>,
    name: &str,
) -> Option<String> {
    let mut command = root;
    for word in words {
        match command.find_subcommand(&word) {
            Some(inner) => command = inner,
            None => break,
        }
    }
    let is_meant = |option: &&str| {
        let (cut, whole) = (name.split('-'), option.split('-'));
        cut.clone().count() == whole.clone().count()
            && cut.zip(whole).all(|(cut, whole)| whole.starts_with(cut))
    };
    let mut meant = command
        .get_arguments()
        .filter_map(Arg::get_long)
        .filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(option), None) => Some(format!("--{option}")),
        _ => None,
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        _ => None,
    }
}

/// Whether this is the name of an option rather than a value.
fn is_name(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (2..=20).contains(&text.len()) && text.bytes().all(sound)
}

/// Prints what the parser has to say: help on standard output, faults on
/// standard error.
pub(crate) fn report(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let text = error.render().to_string();
    match error.kind() {
        // A mistake that help answers.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Where standard error is closed there is nobody left to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::Usage
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match crate::output::print(&text) {
            Ok(code) => code,
            Err(failure) => {
                Console::new().failure(&failure);
                failure.exit_code()
            }
        },
        _ => {
            let failure = Failure::usage(describe(error, arguments));
            Console::new().failure(&failure);
            failure.exit_code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], name: &str, expected: Option<&str>) {
        let words = words.iter().map(OsString::from);
        let found = abbreviated(&crate::command(), words, name);
        assert_eq!(found.as_deref(), expected, "{name}");
    }

    #[test]
    fn an_option_given_twice() {
        let text = |option: &str| {
            let words = ["tokenring", "get-token", option, "a", option, "b"];
            describe(
                &crate::command().try_get_matches_from(words).unwrap_err(),
                &[],
            )
        };
        assert_eq!(
            text("--scope"),
            "--scope is given twice; give it once, with spaces between its values"
        );
        assert_eq!(text("--kid"), "--kid is given twice; give it once");
    }

    #[test]
    fn cut_options() {
        check(&["get-token"], "priv-key", Some("--private-key"));
        check(&["get-token"], "pass-file", Some("--passphrase-file"));
        check(
            &["keys", "show", "a.pem"],
            "pass-fd",
            Some("--passphrase-fd"),
        );
        check(&["jwks", "check"], "priv-key", None);
        // Several are meant, and one that has more words.
        check(&["get-token"], "p-f", None);
        check(&["get-token"], "priv", None);
    }
}
