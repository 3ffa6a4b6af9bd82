use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;
use std::time::Duration;

pub(crate) use tokenring_text::{Reason, error_chain as chain};
use tokenring_text::{printable, redact};

use crate::ExitCode;
use crate::setting::{Origin, Setting};

/// What ends a command early: one line for a person, and an exit code.
///
/// It is boxed, so that handing it on from function to function takes little code.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Box<Content>);

#[derive(Clone, Debug)]
struct Content {
    exit_code: ExitCode,
    text: String,
    /// What a person may want to know besides, line by line.
    details: Vec<String>,
    /// How long to wait before another try, where one may succeed.
    retry_after: Option<Duration>,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What to do where the system starts no more threads or programs.
pub(crate) const TOO_MANY_PROCESSES: &str =
    "allow more processes and threads (ulimit -u, or the pids limit of the container or service)";

impl Failure {
    pub(crate) fn new(exit_code: ExitCode, text: impl Into<String>) -> Self {
        Self::with_text(exit_code, text.into())
    }

    #[inline(never)]
    fn with_text(exit_code: ExitCode, text: String) -> Self {
        Self(Box::new(Content {
            exit_code,
            text,
            details: Vec::new(),
            retry_after: None,
        }))
    }

    /// Joins the chain of an error's causes with `: `.
    pub(crate) fn from_error(exit_code: ExitCode, error: &dyn Error) -> Self {
        Self::new(exit_code, chain(error))
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, text)
    }

    /// A value that cannot be used: the fault of whoever gave it, so that a bad
    /// argument and a bad configuration have exit codes of their own.
    pub(crate) fn invalid<T>(name: &str, setting: &Setting<T>, error: &dyn Error) -> Self {
        Self::invalid_from(name, setting.origin(), error)
    }

    /// One piece of code, whatever the type of the value.
    #[inline(never)]
    pub(crate) fn invalid_from(name: &str, origin: &Origin, error: &dyn Error) -> Self {
        let text = match origin {
            Origin::Argument => format!("--{name}: {}", chain(error)),
            origin => format!("{name} (from {origin}): {}", chain(error)),
        };
        let exit_code = match origin {
            Origin::Argument => ExitCode::Usage,
            _ => ExitCode::Configuration,
        };
        Self::new(exit_code, text)
    }

    /// A thread that the system does not start.
    pub(crate) fn no_thread(error: &io::Error) -> Self {
        let text = format!("cannot start a thread: {error}; {TOO_MANY_PROCESSES}");
        Self::new(ExitCode::Unexpected, text)
    }

    /// Standard output or a file that does not take what is written.
    pub(crate) fn output(what: impl fmt::Display, error: &io::Error) -> Self {
        Self::new(ExitCode::Output, format!("{what}: {error}"))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        self.0.exit_code
    }

    pub(crate) fn details(&self) -> &[String] {
        &self.0.details
    }

    /// How long to wait before another try; [`None`] if that would fail as well.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn with_retry_after(mut self, pause: Option<Duration>) -> Self {
        self.0.retry_after = pause;
        self
    }

    /// Adds lines for below the one that says it all.
    pub(crate) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.0.details.extend(details);
        self
    }

    /// Adds what else to do at the end of the text.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        self.0.text = format!("{}; {advice}", self.0.text);
        self
    }

    /// Puts what was being done in front of the text.
    pub(crate) fn while_doing(mut self, step: &str) -> Self {
        self.0.text = format!("{step}: {}", self.0.text);
        self
    }
}

/// One line, with nothing secret and no character that could act on a terminal.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in redact(&self.0.text).lines().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            printable(line).fmt(f)?;
        }
        Ok(())
    }
}
