use alloc::boxed::Box;
use core::fmt;
use std::io;

use ureq::Error;

use super::failure::is_end;

/// How a server behaves that expects TLS where there is none, or the other way round.
#[derive(Debug)]
pub(super) enum SchemeMismatch {
    /// It answers plain HTTP with an alert of TLS.
    TlsAlert,
    /// It closes the connection in the handshake of TLS.
    HandshakeClosed(Option<io::Error>),
    /// It does not answer the handshake: it may still wait for the end of a line.
    HandshakeUnanswered,
}

impl SchemeMismatch {
    /// What the first bytes of an answer to plain HTTP show.
    pub(super) fn of_answer(bytes: &[u8]) -> Option<Self> {
        /// A record of TLS with an alert (RFC 8446 section 5.1).
        const ALERT: &[u8] = b"\x15\x03";
        bytes.starts_with(ALERT).then_some(Self::TlsAlert)
    }

    /// An error of the handshake, with what it may mean.
    pub(super) fn of_handshake(error: Error) -> Error {
        match error {
            Error::Io(error) if is_end(&error) => {
                let error = error.raw_os_error().is_some().then_some(error);
                Self::HandshakeClosed(error).into()
            }
            Error::Timeout(_) => Self::HandshakeUnanswered.into(),
            Error::Io(error) => match Error::from(error) {
                Error::Timeout(_) => Self::HandshakeUnanswered.into(),
                error => error,
            },
            error => error,
        }
    }
}

impl fmt::Display for SchemeMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TlsAlert => "the server speaks TLS",
            Self::HandshakeClosed(_) => "the server closed the connection in the TLS handshake",
            Self::HandshakeUnanswered => "the server did not answer the TLS handshake",
        })
    }
}

impl core::error::Error for SchemeMismatch {}

impl From<SchemeMismatch> for Error {
    fn from(mismatch: SchemeMismatch) -> Self {
        Self::Other(Box::new(mismatch))
    }
}
