use std::path::PathBuf;

use tokenring::Shell;

use super::help::OUTPUT;
use super::options;
use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::shape::Shape;

options! {
    /// How a token is written, and where.
    struct TokenOutputOptions {
        /// One of {token-formats} [default: token]
        shape: Option<Setting<Shape>> = "format" "NAME" in OUTPUT;
        /// Shell that format env is for [default: sh]
        shell: Option<Setting<Shell>> = "shell" "NAME" in OUTPUT;
        /// Host that format netrc is for
        machine: Option<Setting<String>> = "machine" "HOST" in OUTPUT, by host;
        /// Write a DPoP token in a format that has no place for its proofs
        unbound: bool = "allow-unbound-output" in OUTPUT;
        /// File to write, mode 0600; a link there is replaced, not followed
        output: Option<Setting<PathBuf>> = "output" "FILE" in OUTPUT,
            with |argument| argument.short('o');
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
