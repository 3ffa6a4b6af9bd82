use std::ffi::OsString;

use super::Effective;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::shape::VARIABLE;

/// The program that gets a token, and how.
#[derive(Clone, Debug)]
pub(crate) struct ProgramOptions {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    token_variable: Option<Setting<String>>,
    /// Whether the token is in a file, whose path the environment holds.
    pub(crate) by_file: bool,
}

impl Settings<'_> {
    pub(crate) fn program_options(&self) -> Result<ProgramOptions> {
        let mut words = self.program().into_iter();
        let Some(program) = words.next() else {
            return Err(Failure::usage(
                "the program is missing; write it after --, as in: tokenring run -- curl URL",
            ));
        };
        Ok(ProgramOptions {
            program,
            arguments: words.collect(),
            token_variable: self.parsed("token-variable", variable_name)?,
            by_file: self.flag("token-file")?,
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

impl ProgramOptions {
    /// The environment variable for the token.
    pub(crate) fn token_variable(&self) -> &str {
        let variable = self.token_variable.as_ref();
        variable.map_or(VARIABLE, |variable| variable.value())
    }

    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("token-variable", self.token_variable.as_ref());
    }
}
