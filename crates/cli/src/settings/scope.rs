//! Names that mean one thing: an option that several commands have and each takes otherwise belongs
//! to some of them, and to the others by a name that says which.

use std::env;

use tokenring_gateway::nearest;

use super::Settings;
use crate::config_file::ConfigFile;
use crate::setting::variable;

/// Those options, and the commands that they belong to.
const OWNED: &[(&str, &[&str])] = &[
    ("force", &[]),
    ("format", &["get-token", "watch"]),
    (
        "kid",
        &[
            "get-token",
            "assertion",
            "call-api",
            "run",
            "watch",
            "doctor",
            "generate-keys",
        ],
    ),
    ("output", &["get-token", "watch"]),
    ("url", &["call-api", "doctor"]),
];

/// The configuration is checked for every command.
const CHECKING: &str = "config";

/// Variables that are read or written and belong to no option.
const OTHERS: [&str; 4] = [
    "TOKENRING_ACCESS_TOKEN",
    "TOKENRING_API_KEY",
    "TOKENRING_NEW_PASSPHRASE",
    "TOKENRING_PASSPHRASE",
];

/// Whether an option is one of those, and this is a command that it does not belong to.
pub(crate) fn is_foreign(command: &str, option: &str) -> bool {
    let owners = OWNED.iter().find(|(name, _)| *name == option);
    owners.is_some_and(|(_, owners)| command != CHECKING && !owners.contains(&command))
}

/// The variable that stands for an option of a command.
pub(crate) fn variable_of(command: &str, option: &str) -> String {
    match is_foreign(command, option) {
        true => variable(&format!("{}-{option}", command.replace(' ', "-"))),
        false => variable(option),
    }
}

/// The key of an option in the table of a command.
pub(crate) fn key_of(command: &str, option: &str) -> String {
    format!("{}.{option}", command.replace(' ', "."))
}

/// Whether a key at the top level or in a profile says too little.
fn is_vague(command: &str, option: &str) -> bool {
    // The key of a client has one ID, whatever command signs with it.
    let is_owned = OWNED.iter().any(|(name, _)| *name == option);
    is_owned && (option != "kid" || is_foreign(command, option))
}

impl Settings<'_> {
    /// Keys of the configuration file that do not say which command they are for, each with what
    /// to write.
    pub(crate) fn vague_keys(&self) -> Vec<String> {
        let Some(config) = self.config_file() else {
            return Vec::new();
        };
        let names = OWNED.iter().map(|(name, _)| *name);
        let names = names.filter(|name| {
            is_vague(&self.command, name)
                && (self.command == CHECKING || self.matches.try_contains_id(name).is_ok())
                && !self.given(name)
        });
        names
            .filter_map(|name| self.vague_key(config, name))
            .collect()
    }

    fn vague_key(&self, config: &ConfigFile, name: &str) -> Option<String> {
        let key = key_of(&self.command, name);
        if config.tables().any(|table| table.line(&key).is_some()) {
            return None;
        }
        let mut tables = config.tables();
        let (place, value) = tables.find_map(|table| table.line(name))?;
        let owner = OWNED.iter().find(|(other, _)| *other == name);
        let owner = owner.and_then(|(_, owners)| owners.first().copied());
        let command = match (self.command.as_str(), owner) {
            (CHECKING, owner) => owner.unwrap_or("generate-keys").to_owned(),
            (command, Some(owner)) if is_foreign(command, name) => owner.to_owned(),
            (command, _) => command.replace(' ', "."),
        };
        Some(format!(
            "{place}: {name} means something else to each command; write it in the table of the \
             one that it is for, such as [{command}] {name} = {value}"
        ))
    }

    /// Variables whose names begin as ours do and that nothing reads, each with the one that is
    /// meant, if one is.
    pub(crate) fn unknown_variables(&self) -> Vec<(String, Option<String>)> {
        const START: &[u8] = b"TOKENRING_";
        let ours = env::vars_os().filter_map(|(name, value)| {
            let is_ours = name.as_encoded_bytes().starts_with(START) && !value.is_empty();
            is_ours.then(|| name.into_string().ok()).flatten()
        });
        let ours: Vec<_> = ours
            .filter(|name| !OTHERS.contains(&name.as_str()))
            .collect();
        if ours.is_empty() || !self.with_environment {
            return Vec::new();
        }
        let known: Vec<_> = (self.names.options)().into_iter().map(variable).collect();
        let is_unknown =
            |name: &String| !known.contains(name) && !is_of_command(name, self.names.has_command);
        let unknown = ours.into_iter().filter(is_unknown);
        unknown
            .map(|name| {
                // What all begin with makes none of them near.
                let rest = |name: &'static str| name.strip_prefix("TOKENRING_");
                let others = OTHERS.into_iter().filter_map(rest);
                let known = known
                    .iter()
                    .filter_map(|name| name.strip_prefix("TOKENRING_"));
                let own = name.strip_prefix("TOKENRING_").unwrap_or_default();
                let meant = nearest(own, known.chain(others));
                let meant = meant.map(|meant| format!("TOKENRING_{meant}"));
                (name, meant)
            })
            .collect()
    }
}

/// Whether a variable is that of an option of one command, of those that there are.
fn is_of_command(variable: &str, has_command: fn(&str) -> bool) -> bool {
    let words = variable.to_ascii_lowercase().replace('_', "-");
    let words = words.trim_start_matches("tokenring-");
    OWNED.iter().any(|(option, _)| {
        let command = words
            .strip_suffix(option)
            .and_then(|rest| rest.strip_suffix('-'));
        command.is_some_and(|command| {
            has_command(command) || has_command(&command.replacen('-', ".", 1))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::has_command;

    #[test]
    fn variables_of_commands() {
        let of = |command, option| variable_of(command, option);
        assert_eq!(of("get-token", "format"), "TOKENRING_FORMAT");
        assert_eq!(of("doctor", "format"), "TOKENRING_DOCTOR_FORMAT");
        assert_eq!(
            of("keys convert", "output"),
            "TOKENRING_KEYS_CONVERT_OUTPUT"
        );
        assert_eq!(of("doctor", "scope"), "TOKENRING_SCOPE");
        for (variable, expected) in [
            ("TOKENRING_DOCTOR_FORMAT", true),
            ("TOKENRING_KEYS_CONVERT_OUTPUT", true),
            ("TOKENRING_CALL_API_OUTPUT", true),
            ("TOKENRING_NOTHING_OUTPUT", false),
            ("TOKENRING_DOCTOR_SCOPE", false),
        ] {
            let found = is_of_command(variable, has_command);
            assert_eq!(found, expected, "{variable}");
        }
    }
}
