use core::time::Duration;

use crate::{Error, ErrorResponse, TransportError, TransportErrorKind};

/// Something that failed, and knows whether another attempt is safe.
///
/// A program's own error type can be one, by asking what it holds.
pub trait Retryable {
    /// Whether to try again.
    fn retry(&self) -> Retry;
}

/// Whether to try again.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Retry {
    /// No: it would fail again, or do twice what was done already.
    Never,
    /// Yes, after a pause.
    AfterPause,
    /// Yes, but not before this is over: the server said so.
    After(Duration),
}

/// A request that found no server was not sent: name resolution and connect.
impl Retryable for TransportError {
    fn retry(&self) -> Retry {
        match self.kind() {
            TransportErrorKind::NameResolution | TransportErrorKind::Connect => Retry::AfterPause,
            // Another may have been received. TLS fails the same way again.
            _ => Retry::Never,
        }
    }
}

/// The server was too busy or not there: 429, 502, 503 and 504.
impl Retryable for ErrorResponse {
    fn retry(&self) -> Retry {
        match (self.status(), self.retry_after()) {
            (429 | 502..=504, Some(wait)) => Retry::After(wait),
            (429 | 502..=504, None) => Retry::AfterPause,
            _ => Retry::Never,
        }
    }
}

impl Retryable for Error {
    fn retry(&self) -> Retry {
        match self {
            Self::Transport(error) => error.retry(),
            Self::Refused(response) => response.retry(),
            _ => Retry::Never,
        }
    }
}
