//! What the parser finds wrong, in one line that repeats no value: it could be a
//! secret in the wrong place.

mod unknown;

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::error::{ContextKind, ContextValue, ErrorKind};

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
            let name = text(error, ContextKind::InvalidArg).unwrap_or_default();
            unknown::describe(&name, text(error, ContextKind::SuggestedArg), arguments)
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
}
