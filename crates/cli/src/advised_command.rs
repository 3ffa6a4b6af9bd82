//! Commands that are advised, for the gateway that was chosen.

use tokenring::ChosenGateway;
use tokenring_text::shell_word;

/// The command that makes a key which the gateway takes.
pub(crate) fn generate_keys(chosen: &ChosenGateway) -> String {
    let mut command = "tokenring generate-keys".to_owned();
    let named = [
        ("gateway", &chosen.gateway),
        ("env", &chosen.environment),
        ("flow", &chosen.flow),
    ];
    let mut push = |option: &str, value: &str| {
        command.push_str(&format!(" --{option} {}", shell_word(value)));
    };
    for (option, value) in named {
        if let Some(value) = value {
            push(option, value);
        }
    }
    for (name, value) in &chosen.variables {
        push("var", &format!("{name}={value}"));
    }
    command
}
