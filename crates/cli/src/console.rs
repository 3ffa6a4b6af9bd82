use std::fmt;
use std::io::{self, IsTerminal, Write};

use tokenring_text::{printable, redact, wrapped};

use crate::failure::{Failure, Result};
use crate::options::ConsoleOptions;
use crate::output;
use crate::setting::Setting;

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

    pub(crate) fn configure(&mut self, options: &ConsoleOptions) -> Result<()> {
        let on = |setting: &Option<Setting<bool>>| {
            let setting = setting.as_ref().filter(|setting| *setting.value())?;
            Some(setting.origin().clone())
        };
        let quiet = on(&options.quiet);
        let verbose = on(&options.verbose);
        self.level = match (quiet, verbose) {
            (Some(quiet), Some(verbose)) if quiet.rank() == verbose.rank() => {
                return Err(Failure::usage(format!(
                    "--quiet and --verbose exclude each other (both by {quiet}); leave one out"
                )));
            }
            (Some(quiet), Some(verbose)) if quiet.rank() > verbose.rank() => Level::Verbose,
            (Some(_), _) => Level::Quiet,
            (None, Some(_)) => Level::Verbose,
            (None, None) => Level::Normal,
        };
        Ok(())
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.level >= Level::Verbose
    }

    /// The same for somebody who wants to hear of nothing but failures.
    pub(crate) fn quietly(&self) -> Self {
        Self {
            level: Level::Quiet,
            ..self.clone()
        }
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.level == Level::Quiet
    }

    /// What is being done or what to do next, in one line.
    pub(crate) fn say(&self, text: impl fmt::Display) {
        if self.level >= Level::Normal {
            self.write("", "", &text);
        }
    }

    /// What is worth knowing and asks for nothing: for a person, and for who looks closely.
    pub(crate) fn remark(&self, text: impl fmt::Display) {
        match io::stderr().is_terminal() {
            true => self.say(text),
            false => self.detail(text),
        }
    }

    /// What matters only to somebody who looks closely.
    pub(crate) fn detail(&self, text: impl fmt::Display) {
        if self.is_verbose() {
            self.write("", "", &text);
        }
    }

    pub(crate) fn warning(&self, text: impl fmt::Display) {
        if self.level >= Level::Normal {
            self.write("warning: ", "\x1b[33m", &text);
        }
    }

    /// What went wrong on the other side, which a quiet person hears of too.
    pub(crate) fn error(&self, text: impl fmt::Display) {
        self.write("error: ", "\x1b[31m", &text);
    }

    /// Ends the line that standard output has begun, where what follows would be put behind it.
    pub(crate) fn end_line_of_output(&self) {
        if output::is_shared_with_errors() {
            let _ = io::stderr().lock().write_all(b"\n");
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        let mut lines = vec![failure.to_string()];
        // The most likely cause and its remedy are worth a quiet person's time too.
        let shown = match self.level {
            Level::Quiet => 2,
            _ => usize::MAX,
        };
        let details = failure.details().iter().take(shown);
        lines.extend(details.map(|detail| format!("  {detail}")));
        self.write_lines("tokenring: ", "\x1b[31m", &lines);
    }

    #[cfg(feature = "progress")]
    /// Whether a display of progress would be seen by somebody.
    pub(crate) fn shows_progress(&self) -> bool {
        self.level >= Level::Normal && io::stderr().is_terminal()
    }

    fn write(&self, label: &str, color: &str, text: &dyn fmt::Display) {
        self.write_lines(label, color, &[text.to_string()]);
    }

    fn write_lines(&self, label: &str, color: &str, lines: &[String]) {
        // File names, key identifiers and the like may hold anything, line
        // breaks too, and none of it may look like a line of our own.
        let lines: Vec<_> = lines
            .iter()
            .map(|line| printable(&redact(line)).to_string())
            .collect();
        let text = format!("{label}{}\n", lines.join("\n"));
        let text = match output::terminal_width(&io::stderr()) {
            Some(width) => wrapped(&text, width),
            None => text,
        };
        let line = match text.strip_prefix(label) {
            Some(rest) if self.color && !color.is_empty() => {
                format!("{color}{label}\x1b[0m{rest}")
            }
            _ => text,
        };
        // In one piece, as other processes may write there too. Where standard
        // error is closed there is nobody left to tell.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }
}
