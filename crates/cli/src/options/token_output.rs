use std::path::PathBuf;

use super::Effective;
use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::shape::{NamedShell, Shape};

/// How a token is written, and where.
#[derive(Clone, Debug)]
pub(crate) struct TokenOutputOptions {
    pub(crate) shape: Option<Setting<Shape>>,
    /// Whose syntax a line for `eval` has.
    pub(crate) shell: Option<Setting<NamedShell>>,
    /// The host of a `.netrc` entry.
    pub(crate) machine: Option<Setting<String>>,
    pub(crate) output: Option<Setting<PathBuf>>,
}

impl Settings<'_> {
    pub(crate) fn token_output_options(&self) -> Result<TokenOutputOptions> {
        Ok(TokenOutputOptions {
            shape: self.parsed("format", Shape::from_name)?,
            shell: self.parsed("shell", NamedShell::from_name)?,
            machine: self.parsed("machine", host)?,
            output: self.path("output")?,
        })
    }
}

/// Takes a host that is one word of a `.netrc` file: more would be other entries.
fn host(name: &str) -> Result<String, Reason> {
    let is_apart = |character: char| character.is_whitespace() || character.is_control();
    if name.is_empty() || name.contains(is_apart) {
        return Err(Reason::new("a host's name is one word"));
    }
    Ok(name.to_owned())
}

impl TokenOutputOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("format", self.shape.as_ref());
        effective.add_given("shell", self.shell.as_ref());
        effective.add_given("machine", self.machine.as_ref());
        effective.add_path("output", self.output.as_ref());
    }
}
