//! Every command and option, once: arguments, environment variables, keys of the
//! configuration file, help, completions and man pages all come from here.

mod arguments;
mod gateway_commands;
mod key_commands;
#[cfg(feature = "mock-gateway")]
mod mock_commands;
mod rotation_commands;
mod token_commands;
mod upkeep_commands;

use std::ffi::OsStr;

use clap::{Arg, Command};

use self::arguments::exit_codes;
pub(crate) use self::gateway_commands::GATEWAY_ACTIONS;
use crate::known_names::KnownNames;
use crate::options::option_names;
use crate::setting::variable;
use crate::settings::scope;

/// Defines a command.
type Definition = fn() -> Command;

/// The commands by their names, in the order of the help.
const COMMANDS: &[(&str, Definition)] = &[
    ("generate-keys", upkeep_commands::generate_keys),
    ("get-token", token_commands::get_token),
    ("assertion", token_commands::assertion),
    ("call-api", token_commands::call_api),
    ("run", token_commands::run),
    ("cache", upkeep_commands::cache),
    ("config", upkeep_commands::config),
    ("keys", key_commands::keys),
    ("jwks", key_commands::jwks),
    ("rotate", rotation_commands::rotate),
    #[cfg(unix)]
    ("watch", token_commands::watch),
    ("gateways", gateway_commands::gateways),
    ("inspect", gateway_commands::inspect),
    ("doctor", gateway_commands::doctor),
    #[cfg(feature = "mock-gateway")]
    ("demo", mock_commands::demo),
    #[cfg(feature = "mock-gateway")]
    ("mock-gateway", mock_commands::mock_gateway),
    #[cfg(feature = "completions")]
    ("completions", upkeep_commands::completions),
];

/// Those that have commands of their own.
const GROUPS: [&str; 3] = ["keys", "jwks", "rotate"];

/// What the version is asked for with; the parser looks no further.
const VERSION: [&str; 2] = ["--version", "-V"];

/// What a configuration file and the environment can name.
pub(crate) const KNOWN_NAMES: KnownNames = KnownNames {
    options: option_names,
    has_command,
};

/// The definition of the command `tokenring`.
#[must_use]
pub fn command() -> Command {
    with_commands(COMMANDS)
}

/// As much of the definition as an invocation needs that begins with this argument.
///
/// To define the options of every command takes longer than all else that the command does to
/// print a token from the cache.
pub(crate) fn command_for(first: Option<&OsStr>) -> Command {
    if VERSION.iter().any(|name| first == Some(OsStr::new(name))) {
        return with_commands(&[]);
    }
    match COMMANDS
        .iter()
        .position(|(name, _)| first == Some(OsStr::new(name)))
    {
        Some(index) => with_commands(COMMANDS.get(index..=index).unwrap_or(COMMANDS)),
        None => command(),
    }
}

/// Whether this is a command.
pub(crate) fn is_command(name: &OsStr) -> bool {
    COMMANDS.iter().any(|(other, _)| name == *other)
}

/// Whether this is a command of commands, so that the next word says which.
pub(crate) fn is_group(name: &OsStr) -> bool {
    GROUPS.iter().any(|group| name == *group)
}

/// Whether this names a command, or several: `get-token`, `keys` or `keys.convert`.
pub(crate) fn has_command(path: &str) -> bool {
    let mut names = path.split('.');
    let first = names.next();
    let Some((_, define)) = COMMANDS.iter().find(|(name, _)| first == Some(name)) else {
        return false;
    };
    // Most have no command below them, and are not defined for this.
    let rest: Vec<_> = names.collect();
    rest.is_empty() || {
        let command = define();
        let inner = rest
            .iter()
            .try_fold(&command, |command, name| command.find_subcommand(name));
        inner.is_some()
    }
}

fn with_commands(commands: &[(&str, Definition)]) -> Command {
    let command = Command::new("tokenring")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Authenticates a machine to an API gateway with a signed JWT")
        .after_help(exit_codes())
        .subcommand_required(true)
        .arg_required_else_help(true);
    commands.iter().fold(command, |command, (_, define)| {
        command.subcommand(with_variables(define(), None))
    })
}

/// The command, with the names of its variables where those are not the options' alone.
fn with_variables(mut command: Command, group: Option<&str>) -> Command {
    let name = command.get_name().to_owned();
    let path = group.map_or_else(|| name.clone(), |group| format!("{group} {name}"));
    if is_group(OsStr::new(&name)) && group.is_none() {
        return command.mut_subcommands(|inner| with_variables(inner, Some(&name)));
    }
    let is_foreign = |argument: &Arg| scope::is_foreign(&path, argument.get_id().as_str());
    if command.get_arguments().any(is_foreign) {
        command = command.mut_args(|argument| match is_foreign(&argument) {
            true => with_variable(argument, &path),
            false => argument,
        });
    }
    command
}

fn with_variable(argument: Arg, path: &str) -> Arg {
    let option = argument.get_id().as_str();
    let (own, plain) = (scope::variable_of(path, option), variable(option));
    let help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    argument.help(help.replace(&format!("[env: {plain}]"), &format!("[env: {own}]")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::error::ErrorKind;

    use super::*;

    fn collect_names(command: &Command, names: &mut BTreeSet<String>) {
        for command in command.get_subcommands() {
            let options = command.get_arguments().filter_map(Arg::get_long);
            names.extend(options.map(str::to_owned));
            collect_names(command, names);
        }
    }

    #[test]
    fn every_option_is_named() {
        let mut defined = BTreeSet::new();
        collect_names(&command(), &mut defined);
        defined.remove("help");
        let named = option_names().into_iter().map(str::to_owned);
        assert_eq!(named.collect::<BTreeSet<_>>(), defined);
    }

    #[test]
    fn each_command_has_its_name() {
        for (name, define) in COMMANDS {
            assert_eq!(define().get_name(), *name);
            let alone = command_for(Some(OsStr::new(name)));
            let names: Vec<_> = alone.get_subcommands().map(Command::get_name).collect();
            assert_eq!(names, [*name]);
            assert_eq!(define().has_subcommands(), is_group(OsStr::new(name)));
        }
        for name in VERSION {
            let error =
                command_for(Some(OsStr::new(name))).try_get_matches_from(["tokenring", name]);
            assert_eq!(error.unwrap_err().kind(), ErrorKind::DisplayVersion);
        }
        for other in [None, Some("help"), Some("get")] {
            let whole = command_for(other.map(OsStr::new));
            assert_eq!(whole.get_subcommands().count(), COMMANDS.len());
        }
    }
}
