use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::{Retry, Retryable, TransportErrorKind};

use crate::FailureKind;

/// What a fetch needs to know of the call that it is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) time_left: Duration,
    pub(crate) is_early: bool,
}

impl Attempt {
    /// The number of the attempt in its series; the first is 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// How long the fetch may take.
    #[must_use]
    pub const fn time_left(&self) -> Duration {
        self.time_left
    }

    /// Whether a valid token is at hand, so that nothing is lost if this fails.
    #[must_use]
    pub const fn is_early(&self) -> bool {
        self.is_early
    }
}

/// A fetch that brought no token, and what follows from it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tokenring_oauth::Retry;
/// use tokenring_token_store::{FailureKind, FetchFailure};
///
/// let failure = FetchFailure::shared("down", FailureKind::Unreachable, "connection refused")
///     .with_retry(Retry::AfterPause);
/// let own = FetchFailure::own("no key");
/// # let _ = (failure, own);
/// ```
#[derive(Debug)]
pub struct FetchFailure<E> {
    pub(crate) error: Arc<E>,
    pub(crate) retry: Retry,
    pub(crate) cool_down: Duration,
    pub(crate) is_time_out: bool,
    pub(crate) shared: Option<(FailureKind, String)>,
}

impl<E> FetchFailure<E> {
    /// A failure that any other process would meet too: a refusal, an endpoint
    /// that is down.
    ///
    /// Processes that waited for this request get the note as their error; those
    /// that come later do so during the cool-down. A token that is still valid is
    /// given all the while.
    ///
    /// # Security
    ///
    /// The note goes into the store: no secret and no response body belongs in it.
    pub fn shared(error: E, kind: FailureKind, note: impl Into<String>) -> Self {
        Self {
            shared: Some((kind, note.into())),
            ..Self::own(error)
        }
    }

    /// A failure of this process alone: its key, its time that ran out. The next
    /// process that waits tries for itself.
    pub fn own(error: E) -> Self {
        Self {
            error: Arc::new(error),
            retry: Retry::Never,
            cool_down: Duration::ZERO,
            is_time_out: false,
            shared: None,
        }
    }

    /// Sets whether the source repeats the fetch, by its
    /// [`RetryPolicy`](tokenring_oauth::RetryPolicy). Defaults to [`Retry::Never`].
    ///
    /// With [`Retry::After`], the cool-down is at least as long as the server wants, an hour at
    /// most. Processes that share the store learn of it at once: those that have the time wait
    /// for its end, and others fail without a request of their own.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        if let Retry::After(wait) = retry {
            self.cool_down = self.cool_down.max(wait);
        }
        self.retry = retry;
        self
    }

    /// Sets the shortest cool-down, which the server has asked for. The source caps it
    /// as it does any `Retry-After`. Defaults to zero, which leaves it to the source.
    #[must_use]
    pub fn with_cool_down(mut self, shortest: Duration) -> Self {
        self.cool_down = shortest;
        self
    }

    /// States that the time of the attempt was over. If it was short, that says nothing
    /// about the server, and callers with more time try again.
    #[must_use]
    pub const fn with_time_out(mut self) -> Self {
        self.is_time_out = true;
        self
    }

    /// Whether the server said when to come again, rather than that it is of no use.
    pub(crate) const fn is_stated_pause(&self) -> bool {
        matches!(self.retry, Retry::After(_))
    }

    /// The caller's error.
    #[must_use]
    pub fn error(&self) -> &E {
        &self.error
    }
}

/// The failure of a token request: shared with other processes if the endpoint could
/// not be reached or refused.
impl From<tokenring_oauth::Error> for FetchFailure<tokenring_oauth::Error> {
    fn from(error: tokenring_oauth::Error) -> Self {
        use tokenring_oauth::Error;

        let retry = error.retry();
        let (kind, note) = match &error {
            Error::Transport(cause) => (FailureKind::Unreachable, describe(cause)),
            Error::Refused(response) => (FailureKind::Refused, describe(&**response)),
            _ => return Self::own(error).with_retry(retry),
        };
        let mut is_time_out = false;
        let mut wait = None;
        match &error {
            Error::Transport(cause) => is_time_out = cause.kind() == TransportErrorKind::TimedOut,
            Error::Refused(response) => wait = response.retry_after(),
            _ => {}
        }
        let mut failure = Self::shared(error, kind, note)
            .with_cool_down(wait.unwrap_or_default())
            .with_retry(retry);
        failure.is_time_out = is_time_out;
        failure
    }
}

fn describe(error: &dyn fmt::Display) -> String {
    error.to_string()
}
