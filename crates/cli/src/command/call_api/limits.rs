use std::io;
use std::time::Instant;

use tokenring::{ApiResponse, BodyTooLarge};

use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::options::LimitOptions;
use crate::setting::Setting;

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
    pub(super) fn begin(options: &LimitOptions) -> Self {
        let time = options.time.as_ref().map(Setting::value);
        Self {
            deadline: time.and_then(|time| Instant::now().checked_add(*time)),
            largest: options.size.as_ref().map(|size| *size.value()),
        }
    }

    /// Limits the body of an answer.
    pub(super) fn limit(&self, response: ApiResponse) -> Result<ApiResponse> {
        match self.largest {
            Some(largest) => response
                .with_largest_body(largest)
                .map_err(|error| too_large(&error)),
            None => Ok(response),
        }
    }

    /// Words an error of a body.
    pub(super) fn describe(&self, error: &io::Error) -> Failure {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        if let Some(inner) = inner {
            return too_large(inner);
        }
        let failure = cut(&error.to_string());
        if error.kind() != io::ErrorKind::TimedOut {
            return failure;
        }
        match self.deadline {
            Some(deadline) if deadline <= Instant::now() => Failure::new(
                ExitCode::Unreachable,
                "the call takes longer than --max-time allows; raise it, or leave it out",
            ),
            _ => failure.with_advice("--timeout SECONDS sets it"),
        }
    }
}

fn too_large(error: &BodyTooLarge) -> Failure {
    let largest = error.largest;
    cut(&format!(
        "it is larger than the {largest} bytes that --max-size allows; raise it, or leave it out"
    ))
}

fn cut(reason: &str) -> Failure {
    Failure::new(
        ExitCode::Unreachable,
        format!("the API's answer broke off: {reason}"),
    )
}
