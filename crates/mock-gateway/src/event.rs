use core::fmt;
use std::time::SystemTime;

use crate::refusal::Refusal;

/// One request that the gateway has answered.
///
/// `Display` makes one line for a log, without control characters. It holds no secret: neither
/// query nor headers nor body are kept.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{Event, MockGateway};
///
/// let gateway = MockGateway::builder()
///     .with_observer(|event: &Event| eprintln!("{event}"))
///     .start()?;
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) time: SystemTime,
    pub(crate) kind: EventKind,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) client_id: Option<String>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) message_id: Option<String>,
}

/// What a request was for.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EventKind {
    /// The token endpoint, with any method.
    TokenRequest,
    /// The protected API, with or without the right credentials.
    ApiCall,
    /// The page about the gateway, or a path that is not there.
    Other,
}

impl Event {
    /// When the answer was ready, by the gateway's clock.
    #[must_use]
    pub const fn time(&self) -> SystemTime {
        self.time
    }

    /// What the request was for.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path that was asked for, without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The registered client that the request names.
    ///
    /// It need not be the sender, unless the status says that the gateway was convinced.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The rule of the token endpoint that the request broke.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The `message_id` that the client can quote.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.method)?;
        for c in self.path.chars().take(200) {
            let shown = if c.is_ascii_graphic() { c } else { '?' };
            write!(f, "{shown}")?;
        }
        write!(f, " {}", self.status)?;
        if let Some(refusal) = &self.refusal {
            write!(f, " {refusal}")?;
        }
        Ok(())
    }
}
