use std::fmt;
use std::io::{self, IsTerminal, Write};

use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Standard error: everything that is not data goes here.
#[derive(Clone)]
pub(crate) struct Console {
    level: Level,
    color: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Failures only.
    Quiet,
    Normal,
    Verbose,
}

impl Console {
    pub(crate) fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self {
            level: Level::Normal,
            color: !plain && io::stderr().is_terminal(),
        }
    }

    pub(crate) fn configure(&mut self, settings: &Settings<'_>) -> Result<()> {
        self.level = match (settings.flag("quiet")?, settings.flag("verbose")?) {
            (true, true) => {
                return Err(Failure::usage(
                    "--quiet and --verbose exclude each other; leave one of them out",
                ));
            }
            (true, false) => Level::Quiet,
            (false, true) => Level::Verbose,
            (false, false) => Level::Normal,
        };
        Ok(())
    }

    /// What is being done or what to do next.
    pub(crate) fn say(&self, text: impl fmt::Display) {
        if self.level >= Level::Normal {
            self.write("", "", &text);
        }
    }

    /// What matters only to somebody who looks closely.
    pub(crate) fn detail(&self, text: impl fmt::Display) {
        if self.level >= Level::Verbose {
            self.write("", "", &text);
        }
    }

    pub(crate) fn warning(&self, text: impl fmt::Display) {
        if self.level >= Level::Normal {
            self.write("warning: ", "\x1b[33m", &text);
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        self.write("tokenring: ", "\x1b[31m", failure);
    }

    /// Whether a display of progress would be seen by somebody.
    #[cfg(all(feature = "aws-lc-rs", feature = "progress"))]
    pub(crate) fn shows_progress(&self) -> bool {
        self.level >= Level::Normal && io::stderr().is_terminal()
    }

    fn write(&self, label: &str, color: &str, text: &dyn fmt::Display) {
        let mut stderr = io::stderr().lock();
        // Where standard error is closed there is nobody left to tell.
        let _ = if self.color && !color.is_empty() {
            writeln!(stderr, "{color}{label}\x1b[0m{text}")
        } else {
            writeln!(stderr, "{label}{text}")
        };
    }
}
