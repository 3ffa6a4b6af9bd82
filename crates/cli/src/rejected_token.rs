//! A token that an API rejected, on standard input, and what Git says of one there.

use std::io::{self, IsTerminal, Read};

use tokenring_oauth::AccessToken;
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::failure::{Failure, Result};

/// More than a token and what Git says besides.
const LARGEST: u64 = 1024 * 1024;

/// What Git says to a helper, line by line (git-credential(1)).
pub(crate) struct GitLines(Zeroizing<String>);

impl GitLines {
    /// Reads them; nobody says anything on a terminal.
    pub(crate) fn read() -> Result<Self> {
        match io::stdin().is_terminal() {
            true => Ok(Self(Zeroizing::default())),
            false => read_input().map(Self),
        }
    }

    /// Whether Git knows tokens, and not only passwords.
    pub(crate) fn knows_tokens(&self) -> bool {
        self.0
            .lines()
            .any(|line| line.trim_end() == "capability[]=authtype")
    }

    /// The token that Git got.
    pub(crate) fn token(&self) -> Option<AccessToken> {
        let value = |name: &str| self.0.lines().find_map(|line| line.strip_prefix(name));
        let text = value("credential=").or_else(|| value("password="))?;
        AccessToken::new(text.trim_end()).ok()
    }
}

/// Reads a token, with or without the scheme of an `Authorization` header.
pub(crate) fn read() -> Result<AccessToken> {
    let text = read_input()?;
    let token = text.split_whitespace().last().unwrap_or_default();
    AccessToken::new(token).map_err(|_| {
        Failure::usage("there is no token on standard input; pipe in the one that was rejected")
    })
}

fn read_input() -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    let read = io::stdin().lock().take(LARGEST).read_to_string(&mut text);
    read.map_err(|error| {
        let text = format!("cannot read standard input: {error}");
        Failure::new(ExitCode::Unexpected, text)
    })?;
    Ok(text)
}
