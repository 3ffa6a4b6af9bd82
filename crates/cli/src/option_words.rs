//! The command's names for the options and commands that texts of gateway files speak of.

use std::fmt::Write as _;

use tokenring_gateway::{NamedOption, Text, TextPart};

/// A text with the command's names in it.
pub(crate) fn words(text: &Text) -> String {
    let mut words = String::new();
    for part in text.parts() {
        let written = match part {
            TextPart::Plain(plain) => words.write_str(plain),
            TextPart::Option(option) => write!(words, "--{}", option_name(*option)),
            TextPart::Command(command, None) => {
                write!(words, "`tokenring {}`", command.name())
            }
            TextPart::Command(command, Some((option, value))) => {
                let (command, option) = (command.name(), option_name(*option));
                write!(words, "`tokenring {command} --{option} {value}`")
            }
            other => write!(words, "{other:?}"),
        };
        // Writing to a string does not fail.
        let _ = written;
    }
    words
}

/// The option, without its dashes.
pub(crate) fn option_name(option: NamedOption) -> &'static str {
    match option {
        NamedOption::Algorithm => "alg",
        NamedOption::Environment => "env",
        NamedOption::Key => "private-key",
        NamedOption::KeyId => "kid",
        NamedOption::Parameter => "param",
        NamedOption::Variable => "var",
        // The others are called as in the files.
        other => other.name(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Command;
    use tokenring_gateway::NamedCommand;

    use super::*;

    fn has_option(command: &Command, name: &str) -> bool {
        let has = |command: &Command| {
            command.get_arguments().any(|argument| {
                let aliases = argument.get_all_aliases().unwrap_or_default();
                argument.get_long() == Some(name) || aliases.contains(&name)
            })
        };
        has(command)
            || command
                .get_subcommands()
                .any(|below| has_option(below, name))
    }

    #[test]
    fn names_are_those_of_the_definition() {
        let definition = crate::command();
        for option in NamedOption::ALL {
            let name = option_name(*option);
            assert!(has_option(&definition, name), "{name}");
        }
        for command in NamedCommand::ALL {
            let name = command.name();
            assert!(definition.find_subcommand(name).is_some(), "{name}");
        }
    }

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        assert_eq!(words(&Text::parse(text).unwrap()), wanted);
    }

    #[test]
    fn names_of_the_command_in_a_text() {
        check("Leave {option:key-id} out.", "Leave --kid out.");
        check("({option:flow} jwks-url)", "(--flow jwks-url)");
        check("{command:doctor} compares.", "`tokenring doctor` compares.");
        check(
            "Use {command:inspect gateway=epic}.",
            "Use `tokenring inspect --gateway epic`.",
        );
        check("--kid {kid}.json", "--kid {kid}.json");
    }
}
