#![doc = include_str!("../README.md")]

mod advised_command;
mod child;
mod clock;
mod command;
mod command_line;
mod config_file;
mod connection;
mod console;
mod definition;
#[cfg(unix)]
mod descriptor;
#[cfg(unix)]
mod end_signal;
mod endpoint;
mod exit_code;
mod explanation;
mod failure;
#[cfg(unix)]
mod file_size_limit;
mod format;
mod generation;
mod key_folder;
mod key_format;
mod key_id;
mod key_input;
mod keystore;
mod known_names;
mod new_file;
mod option_words;
mod options;
mod output;
mod parser_fault;
mod passphrase;
#[cfg(unix)]
mod private_form;
#[cfg(feature = "progress")]
mod progress;
#[cfg(not(feature = "progress"))]
#[path = "progress_not_built.rs"]
mod progress;
mod rejected_token;
mod setting;
mod settings;
mod shape;
mod words;

use std::ffi::OsString;
use std::process;

use clap::ArgMatches;
use tokenring_keystore::{atomic_file, bounded_file, core_dump};

pub use definition::command;
pub use exit_code::ExitCode;

use console::Console;
use failure::{Failure, Reason, Result};
use setting::{Origin, Setting};
use settings::Settings;

/// Runs the command that the process's arguments name, and gives its exit code.
#[must_use]
pub fn main() -> process::ExitCode {
    run(&std::env::args_os().collect::<Vec<_>>()).into()
}

/// Runs the command that these arguments name, of which the first is the program's name.
#[must_use]
pub fn run(arguments: &[OsString]) -> ExitCode {
    let words = command_line::arranged(arguments);
    let first = words.get(1).map(OsString::as_os_str);
    let matches = match definition::command_for(first).try_get_matches_from(&*words) {
        Ok(matches) => matches,
        Err(error) => return parser_fault::report(&error, &words),
    };
    let Some((name, matches)) = innermost(&matches) else {
        return ExitCode::Usage;
    };
    let mut console = Console::new();
    let settings = Settings::read(&name, matches, definition::KNOWN_NAMES);
    match command::start(&name, &settings, &mut console) {
        Ok(code) => code,
        Err(failure) => {
            console.failure(&failure);
            command::tell_program(&name, &settings, &failure);
            failure.exit_code()
        }
    }
}

/// The command that was called, such as `get-token` or `keys show`.
fn innermost(matches: &ArgMatches) -> Option<(String, &ArgMatches)> {
    let (name, matches) = matches.subcommand()?;
    Some(match innermost(matches) {
        Some((inner, matches)) => (format!("{name} {inner}"), matches),
        None => (name.to_owned(), matches),
    })
}
