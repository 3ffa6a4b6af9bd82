#![doc = include_str!("../README.md")]

mod atomic_file;
mod bounded_file;
mod certificate;
mod client;
mod clock;
mod command;
mod config_file;
mod connection;
mod console;
#[cfg(feature = "diagnosis")]
mod cryptography;
mod definition;
#[cfg(feature = "diagnosis")]
mod diagnosis;
mod digest;
mod disclosure;
#[cfg(unix)]
mod end_signal;
mod endpoint;
mod exit_code;
mod explanation;
mod failure;
mod format;
mod generation;
mod key_files;
mod key_id;
mod key_input;
mod minter;
mod output;
#[cfg(feature = "diagnosis")]
mod own_lint;
mod plan;
mod progress;
mod refusal;
mod setting;
mod settings;
mod shape;
mod shell;
mod signing;
mod tokens;

use std::process;

pub use definition::command;
pub use exit_code::ExitCode;

use console::Console;
use settings::Settings;

/// Runs the command that the process's arguments name, and gives its exit code.
#[must_use]
pub fn main() -> process::ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return definition::report(&error).into(),
    };
    let Some((name, matches)) = matches.subcommand() else {
        return ExitCode::Usage.into();
    };
    let mut console = Console::new();
    let settings = Settings::read(matches);
    let code = match command::start(name, &settings, &mut console) {
        Ok(code) => code,
        Err(failure) => {
            console.failure(&failure);
            #[cfg(feature = "diagnosis")]
            command::tell_program(name, &settings, &failure);
            failure.exit_code()
        }
    };
    code.into()
}
