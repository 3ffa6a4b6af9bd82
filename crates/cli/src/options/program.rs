use std::ffi::OsString;

use super::help::OUTPUT;
use super::options;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::shape::VARIABLE;

options! {
    /// How a program gets a token.
    struct TokenPlaceOptions {
        /// Variable for the token [default: TOKENRING_ACCESS_TOKEN]
        variable: Option<Setting<String>> = "token-variable" "NAME" in OUTPUT, by variable_name;
        /// Put the token in a file, and its path in NAME_FILE
        is_file: bool = "token-file" in OUTPUT;
    }
}

/// The program that gets a token, and how.
#[derive(Clone, Debug)]
pub(crate) struct ProgramOptions {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) place: TokenPlaceOptions,
}

impl Settings<'_> {
    pub(crate) fn program_options(&self) -> Result<ProgramOptions> {
        let mut words = self.positionals("program").into_iter();
        let Some(program) = words.next() else {
            return Err(Failure::usage(
                "the program is missing; write it after --, as in: tokenring run -- curl URL",
            ));
        };
        Ok(ProgramOptions {
            program,
            arguments: words.collect(),
            place: self.options()?,
        })
    }
}

fn variable_name(name: &str) -> Result<String, Reason> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(sound) || name.starts_with(char::is_numeric) {
        return Err(Reason::new(
            "a variable's name has letters, digits and _ and does not begin with a digit",
        ));
    }
    Ok(name.to_owned())
}

impl TokenPlaceOptions {
    /// The environment variable for the token.
    pub(crate) fn variable(&self) -> &str {
        let variable = self.variable.as_ref();
        variable.map_or(VARIABLE, |variable| variable.value())
    }
}
