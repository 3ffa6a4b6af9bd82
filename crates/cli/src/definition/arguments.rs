//! A command, and its options in the order of its help.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::{Arg, Command, value_parser};

use crate::ExitCode;
use crate::options::{ConsoleOptions, ExplainOptions, Field, Row, SourceOptions, help_of};

/// The options of a command, each once.
#[derive(Default)]
pub(super) struct Arguments(Vec<Arg>);

impl Arguments {
    /// Those of a struct of options.
    pub(super) fn of<T: Field>() -> Self {
        Self::default().and::<T>()
    }

    /// Adds those of a struct that are not there.
    pub(super) fn and<T: Field>(mut self) -> Self {
        for argument in T::arguments(&Row::STRUCT) {
            if self.position(argument.get_id().as_str()).is_none() {
                self.0.push(argument);
            }
        }
        self
    }

    /// Leaves out what a command doesn't offer.
    pub(super) fn without(mut self, names: &[&str]) -> Self {
        self.0
            .retain(|argument| !names.contains(&argument.get_id().as_str()));
        self
    }

    /// Puts options in front of another one.
    pub(super) fn moved_before(mut self, name: &str, names: &[&str]) -> Self {
        let is_moved = |argument: &Arg| names.contains(&argument.get_id().as_str());
        let (moved, others) = self.0.into_iter().partition(is_moved);
        self.0 = others;
        let place = self.position(name).unwrap_or(self.0.len());
        self.0.splice(place..place, moved);
        self
    }

    /// Says of an option what it is to this command.
    pub(super) fn with_help(mut self, name: &'static str, help: &str) -> Self {
        if let Some(place) = self.position(name) {
            let argument = self.0.remove(place).help(help_of(name, help));
            self.0.insert(place, argument);
        }
        self
    }

    /// Puts an option under another heading.
    pub(super) fn under(mut self, heading: &'static str, name: &str) -> Self {
        if let Some(place) = self.position(name) {
            let argument = self.0.remove(place).help_heading(heading);
            self.0.insert(place, argument);
        }
        self
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|argument| argument.get_id() == name)
    }

    /// The command that takes them, and besides what every command takes.
    pub(super) fn complete(self, command: Command) -> Command {
        self.complete_without(&[], command)
    }

    /// The same for one that doesn't take these.
    pub(super) fn complete_without(self, names: &[&str], command: Command) -> Command {
        let arguments = self
            .and::<SourceOptions>()
            .and::<ExplainOptions>()
            .and::<ConsoleOptions>();
        let arguments = arguments.without(names);
        command.args(arguments.0).after_help(exit_codes())
    }
}

/// A command of commands.
pub(super) fn group(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// What a command does, of several.
pub(super) fn action<const N: usize>(actions: [&'static str; N], help: &'static str) -> Arg {
    Arg::new("action").value_parser(actions).help(help)
}

/// An argument without an option.
pub(super) fn positional(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    let argument = Arg::new(name).value_name(value_name);
    argument.value_parser(value_parser!(OsString)).help(help)
}

/// What stands behind the help of every command.
pub(super) fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for code in ExitCode::ALL {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {}  {}", code.number(), code.meaning());
    }
    text
}
