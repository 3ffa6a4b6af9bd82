use std::time::Duration;

use tokenring_oauth::AccessToken;

/// Which part memory and store play in a call.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Mode {
    /// A valid token is taken from memory or the store, and a new one goes into both.
    #[default]
    Normal,
    /// The token must be newer than the one that was there when the call began.
    ///
    /// Of several threads or processes that refresh together, one makes the request and
    /// the others share what it gets. A cool-down is ignored.
    Refresh,
    /// Nothing is read, written or waited for.
    Bypass,
}

/// What one call wants of a [`TokenSource`](crate::TokenSource).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tokenring_token_store::{Lookup, Mode};
///
/// let refresh = Lookup::new()
///     .with_mode(Mode::Refresh)
///     .with_timeout(Duration::from_secs(10));
/// # let _ = refresh;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    pub(crate) mode: Mode,
    pub(crate) minimum: Duration,
    pub(crate) timeout: Option<Duration>,
    pub(crate) rejected: Option<AccessToken>,
}

impl Lookup {
    /// Asks for any valid token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the part that memory and store play. Defaults to [`Mode::Normal`].
    #[must_use]
    pub const fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets the remaining lifetime that the token must have at least. Defaults to
    /// none, which is any.
    ///
    /// A token that was requested during the call is as good as it gets, and is
    /// given even if its whole lifetime is shorter.
    #[must_use]
    #[doc(alias = "min_ttl")]
    pub const fn with_minimum_lifetime(mut self, minimum: Duration) -> Self {
        self.minimum = minimum;
        self
    }

    /// Sets how long the call may take as a whole. Defaults to the time limit of the
    /// source's [`RetryPolicy`](tokenring_oauth::RetryPolicy), 30 seconds.
    ///
    /// At most two thirds of it are spent waiting for another process: then one of the
    /// processes that wait makes its own request. The fetch has to end by itself: its
    /// [`Attempt`](crate::Attempt) says how much time is left. Without any time, a token
    /// that is in memory is still found.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets a token that an API has answered 401 to: it is not given again, whatever
    /// its expiry, while any other is. Defaults to none.
    #[must_use]
    pub fn with_rejected_token(mut self, token: AccessToken) -> Self {
        self.rejected = Some(token);
        self
    }

    pub(crate) fn is_rejected(&self, token: &crate::Token) -> bool {
        let rejected = self.rejected.as_ref();
        rejected.is_some_and(|rejected| rejected.secret() == token.secret())
    }
}
