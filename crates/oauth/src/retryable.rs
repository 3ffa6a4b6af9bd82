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

/// The server was too busy, too slow or not there (408, 429, 502, 503 and 504), or failed (500)
/// without a code that says why there is no token.
impl Retryable for ErrorResponse {
    fn retry(&self) -> Retry {
        let is_passing = match self.status() {
            408 | 429 | 502..=504 => true,
            500 => !self.error().is_some_and(is_refusal),
            _ => false,
        };
        match self.retry_after() {
            _ if !is_passing => Retry::Never,
            Some(wait) => Retry::After(wait),
            None => Retry::AfterPause,
        }
    }
}

/// Whether a code finds fault with the request, which stays at fault when it is repeated: those of
/// RFC 6749 section 5.2, RFC 8707 section 2, RFC 9396 section 5 and RFC 9449 section 5. Some servers
/// send them with the status 500.
fn is_refusal(error: &str) -> bool {
    matches!(
        error,
        "invalid_request"
            | "invalid_client"
            | "invalid_grant"
            | "unauthorized_client"
            | "unsupported_grant_type"
            | "invalid_scope"
            | "access_denied"
            | "invalid_target"
            | "invalid_authorization_details"
            | "invalid_dpop_proof"
    )
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
