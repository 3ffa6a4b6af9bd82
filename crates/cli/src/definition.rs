//! Every command and option, once: arguments, environment variables, keys of the
//! configuration file, help, completions and man pages all come from here.

mod fault;
#[cfg(feature = "diagnosis")]
mod gateway_commands;
#[cfg(feature = "keys")]
mod key_commands;
mod key_options;
#[cfg(feature = "mock-gateway")]
mod mock_commands;
mod options;
#[cfg(feature = "keys")]
mod rotation_commands;
mod token_commands;
mod upkeep_commands;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::{Arg, Command};

use crate::ExitCode;
use crate::console::Console;
use crate::failure::Failure;

/// The definition of the command `tokenring`.
#[must_use]
pub fn command() -> Command {
    let command = Command::new("tokenring")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Authenticates a machine to an API gateway with a signed JWT")
        .after_help(exit_codes())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(upkeep_commands::generate_keys())
        .subcommand(token_commands::get_token())
        .subcommand(token_commands::assertion())
        .subcommand(token_commands::call_api())
        .subcommand(token_commands::run())
        .subcommand(upkeep_commands::cache())
        .subcommand(upkeep_commands::config());
    #[cfg(feature = "keys")]
    let command = command
        .subcommand(key_commands::keys())
        .subcommand(key_commands::jwks())
        .subcommand(rotation_commands::rotate());
    #[cfg(unix)]
    let command = command.subcommand(token_commands::watch());
    #[cfg(feature = "diagnosis")]
    let command = command
        .subcommand(gateway_commands::gateways())
        .subcommand(gateway_commands::inspect())
        .subcommand(gateway_commands::doctor());
    #[cfg(feature = "mock-gateway")]
    let command = command
        .subcommand(mock_commands::demo())
        .subcommand(mock_commands::mock_gateway());
    #[cfg(feature = "completions")]
    let command = command.subcommand(upkeep_commands::completions());
    command
}

/// The names of all options: what a configuration file may hold.
pub(crate) fn option_names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_names(&command(), &mut names);
    names.remove("help");
    names
}

fn collect_names(command: &Command, names: &mut BTreeSet<String>) {
    for command in command.get_subcommands() {
        // One by one, as a set that is collected brings code for sorting along.
        for name in command.get_arguments().filter_map(Arg::get_long) {
            names.insert(name.to_owned());
        }
        collect_names(command, names);
    }
}

/// Prints what the parser has to say: help on standard output, faults on
/// standard error.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    match error.kind() {
        // A mistake that help answers.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Where standard error is closed there is nobody left to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            ExitCode::Usage
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match crate::output::print(&text) {
            Ok(()) => ExitCode::Success,
            Err(failure) => {
                Console::new().failure(&failure);
                failure.exit_code()
            }
        },
        _ => {
            let failure = Failure::usage(fault::describe(error));
            Console::new().failure(&failure);
            failure.exit_code()
        }
    }
}

fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for code in ExitCode::ALL {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {}  {}", code.number(), code.meaning());
    }
    text
}
