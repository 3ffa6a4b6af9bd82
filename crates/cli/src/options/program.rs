use std::ffi::OsString;

use tokenring::TokenFormat;

use super::help::OUTPUT;
use super::{options, positional};
use crate::failure::{Reason, Result};
use crate::setting::Setting;

options! {
    /// The program that gets a token.
    struct ProgramOptions {
        /// The program and its arguments
        words: Vec<OsString> = "program" "PROGRAM";
        place: TokenPlaceOptions;
    }

    /// How a program gets a token.
    struct TokenPlaceOptions {
        /// Variable for the token [default: TOKENRING_ACCESS_TOKEN]
        variable: Option<Setting<String>> = "token-variable" "NAME" in OUTPUT, by variable_name;
        /// Put the token in a file, and its path in NAME_FILE
        is_file: bool = "token-file" in OUTPUT;
    }
}

positional! {
    /// A program and its arguments.
    Vec<OsString>: |row| row.positionals().trailing_var_arg(true), Ok
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
        variable.map_or(TokenFormat::VARIABLE, |variable| variable.value())
    }
}
