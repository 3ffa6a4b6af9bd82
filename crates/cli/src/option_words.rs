//! The command's names for the options and commands that texts of gateway files speak of.

use std::fmt::Write as _;

use tokenring::ChosenGateway;
use tokenring_gateway::{NamedCommand, NamedOption, Remedy, Text, TextPart};

use crate::advised_command;

/// A text with the command's names in it.
pub(crate) fn words(text: &Text) -> String {
    words_for(text, &ChosenGateway::default())
}

/// The same for the gateway that was chosen, which a command that makes something for it names.
pub(crate) fn words_for(text: &Text, chosen: &ChosenGateway) -> String {
    let mut words = String::new();
    for part in text.parts() {
        let written = match part {
            TextPart::Plain(plain) => words.write_str(plain),
            TextPart::Option(option) => write!(words, "--{}", option_name(*option)),
            TextPart::Setting(name) => write!(words, "--{name}"),
            TextPart::Command(NamedCommand::NewKey, options) => {
                let command = advised_command::generate_keys(chosen);
                match options {
                    Some((option, value)) => {
                        write!(words, "`{command} --{} {value}`", option_name(*option))
                    }
                    None => write!(words, "`{command}`"),
                }
            }
            TextPart::Command(command, None) => {
                write!(words, "`tokenring {}`", command_name(*command))
            }
            TextPart::Command(command, Some((option, value))) => {
                let (name, option) = (command_name(*command), option_name(*option));
                match (command, value.as_str()) {
                    // These take it without an option.
                    (NamedCommand::GatewaysShow | NamedCommand::GatewaysDiscover, value) => {
                        write!(words, "`tokenring {name} {value}`")
                    }
                    (_, "") => write!(words, "`tokenring {name} --{option}`"),
                    (_, value) => write!(words, "`tokenring {name} --{option} {value}`"),
                }
            }
            other => write!(words, "{other:?}"),
        };
        // Writing to a string does not fail.
        let _ = written;
    }
    words
}

/// What fixes something, with the options and commands that do.
#[cfg(feature = "mock-gateway")]
pub(crate) fn remedy(remedy: &Remedy) -> String {
    words(&remedy.text())
}

/// What fixes something at the gateway that was chosen.
pub(crate) fn remedy_for(remedy: &Remedy, chosen: &ChosenGateway) -> String {
    words_for(&remedy.text(), chosen)
}

/// The command, and what it takes to have it do just that.
const fn command_name(command: NamedCommand) -> &'static str {
    match command {
        NamedCommand::ConfigCheck => "config check",
        NamedCommand::GatewaysDiscover => "gateways discover",
        NamedCommand::GatewaysShow => "gateways show",
        NamedCommand::NewKey => "generate-keys",
        NamedCommand::Preview => "get-token --explain",
        NamedCommand::RotateBegin => "rotate begin",
        // The others are called as in the files.
        other => other.name(),
    }
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
            let name = command_name(*command);
            let mut found = Some(&definition);
            for word in name.split(' ') {
                found = match word.strip_prefix("--") {
                    Some(option) => found.filter(|command| has_option(command, option)),
                    None => found.and_then(|command| {
                        // An action is the value of an argument.
                        let mut arguments = command.get_positionals();
                        let is_action = arguments.any(|argument| {
                            let values = argument.get_possible_values();
                            values.iter().any(|value| value.matches(word, false))
                        });
                        match is_action {
                            true => Some(command),
                            false => command.find_subcommand(word),
                        }
                    }),
                };
            }
            assert!(found.is_some(), "{name}");
        }
    }

    #[test]
    fn settings_are_options() {
        let definition = crate::command();
        for file in [
            include_str!("../../client/src/error/advice.rs"),
            include_str!("../../client/src/error/key_text.rs"),
            include_str!("../../client/src/event/text.rs"),
            include_str!("../../client/src/examination/check_remedy.rs"),
            include_str!("../../client/src/examination/check_step.rs"),
            include_str!("../../client/src/inspection/text.rs"),
            include_str!("../../gateway/src/remedy/sentences.rs"),
        ] {
            for part in file.split("{setting:").skip(1) {
                let (name, _) = part.split_once('}').unwrap();
                assert!(name == "{" || has_option(&definition, name), "{name}");
            }
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
        check(
            "{command:inspect jwks} and {command:gateways-show gateway=nhs}",
            "`tokenring inspect --jwks` and `tokenring gateways show nhs`",
        );
        check("--kid {kid}.json", "--kid {kid}.json");
    }

    #[test]
    fn a_command_that_makes_something_names_the_gateway() {
        let mut chosen = ChosenGateway::default();
        let words = |text: &str, chosen: &_| words_for(&Text::parse(text).unwrap(), chosen);
        let bare = words("{command:new-key algorithm=ES256}", &chosen);
        assert_eq!(bare, "`tokenring generate-keys --alg ES256`");
        chosen.gateway = Some("okta".to_owned());
        chosen.environment = Some("org".to_owned());
        chosen.variables = vec![("tenant".to_owned(), "a b".to_owned())];
        assert_eq!(
            words("Make one: {command:new-key}.", &chosen),
            "Make one: `tokenring generate-keys --gateway okta --env org --var 'tenant=a b'`."
        );
        // What was made already is made by nobody again.
        let made = words("{command:generate-keys} wrote it", &chosen);
        assert_eq!(made, "`tokenring generate-keys` wrote it");
    }
}
