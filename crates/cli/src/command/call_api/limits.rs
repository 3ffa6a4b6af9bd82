use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::options::LimitOptions;

/// What a call may take, where somebody set a limit.
#[derive(Clone)]
pub(super) struct Limits {
    /// When the call has to be over.
    pub(super) deadline: Option<Instant>,
    /// The largest body, in bytes.
    largest: Option<u64>,
}

impl Limits {
    /// The time begins now.
    pub(super) fn begin(options: LimitOptions) -> Self {
        let time = options.time;
        Self {
            deadline: time.and_then(|time| Instant::now().checked_add(time)),
            largest: options.size,
        }
    }

    /// What is left of the time, or an error where nothing is.
    pub(super) fn time_left(&self) -> Result<Option<Duration>> {
        let Some(deadline) = self.deadline else {
            return Ok(None);
        };
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(time_is_over()),
            left => Ok(Some(left)),
        }
    }

    /// What failed, or that the time was over.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        self.time_left().err().unwrap_or(failure)
    }

    /// Fails where a body is announced that is too large.
    pub(super) fn check_length(&self, length: Option<u64>) -> Result<()> {
        match self.largest {
            Some(largest) if length.is_some_and(|length| length > largest) => {
                Err(cut(&TooLarge(largest).to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Words an error of a body.
    pub(super) fn describe(&self, error: &io::Error) -> Failure {
        let failure = cut(&error.to_string());
        match error.kind() {
            io::ErrorKind::TimedOut => {
                self.explain(failure.with_advice("--timeout SECONDS sets it"))
            }
            _ => failure,
        }
    }

    /// A body that fails where it is larger than it may be.
    pub(super) fn limit<R: Read>(&self, body: R) -> Limited<R> {
        Limited {
            body,
            largest: self.largest,
            left: self.largest.unwrap_or(u64::MAX),
        }
    }
}

fn time_is_over() -> Failure {
    Failure::new(
        ExitCode::Unreachable,
        "the call takes longer than --max-time allows; raise it, or leave it out",
    )
}

fn cut(reason: &str) -> Failure {
    Failure::new(
        ExitCode::Unreachable,
        format!("the API's answer broke off: {reason}"),
    )
}

/// A body with a limit.
pub(super) struct Limited<R> {
    body: R,
    largest: Option<u64>,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        let Some(largest) = self.largest else {
            return Ok(read);
        };
        let length = u64::try_from(read).unwrap_or(u64::MAX);
        // What is beyond the limit is not handed on, and nor is what came along.
        self.left = self
            .left
            .checked_sub(length)
            .ok_or_else(|| io::Error::other(TooLarge(largest)))?;
        Ok(read)
    }
}

/// Why a body is not read to its end.
#[derive(Debug)]
struct TooLarge(u64);

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "it is larger than the {} bytes that --max-size allows; raise it, or leave it out",
            self.0
        )
    }
}

impl std::error::Error for TooLarge {}
