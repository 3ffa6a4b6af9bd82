use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::AccessToken;

use crate::CacheKey;

/// Which part the cache plays.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// A good token is taken from the cache, and a new one goes into it.
    Normal,
    /// The token must be newer than the one in the cache when the call began.
    ///
    /// Of several processes that refresh together, one asks and the others share
    /// what it gets. A cool-down is ignored.
    Refresh,
    /// Nothing is read, written or waited for.
    Bypass,
}

/// What is wanted of the cache.
#[derive(Clone, Debug)]
pub struct Lookup<'a> {
    pub(crate) key: &'a CacheKey,
    pub(crate) now: NumericDate,
    pub(crate) mode: Mode,
    pub(crate) minimum: Duration,
    pub(crate) window: Duration,
    pub(crate) timeout: Duration,
    pub(crate) renewal_timeout: Duration,
    pub(crate) rejected: Option<AccessToken>,
}

impl<'a> Lookup<'a> {
    /// Asks for the token of a key, at a time by the machine's clock.
    #[must_use]
    pub const fn new(key: &'a CacheKey, now: NumericDate) -> Self {
        Self {
            key,
            now,
            mode: Mode::Normal,
            minimum: Duration::ZERO,
            window: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
            renewal_timeout: Duration::from_secs(5),
            rejected: None,
        }
    }

    /// The time that it was made for.
    #[must_use]
    pub const fn now(&self) -> NumericDate {
        self.now
    }

    /// Sets the part that the cache plays. Defaults to [`Mode::Normal`].
    #[must_use]
    pub const fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how long the token must still be good for; whole seconds. Defaults
    /// to none, which is any time at all.
    ///
    /// A token that was asked for during the call is as good as it gets, and is
    /// given even if its whole lifetime is shorter.
    #[must_use]
    #[doc(alias = "min_ttl")]
    pub const fn with_minimum_lifetime(mut self, minimum: Duration) -> Self {
        self.minimum = minimum;
        self
    }

    /// Sets how long before its expiry a token is renewed. Defaults to 30
    /// seconds; never more than half the token's lifetime.
    #[must_use]
    pub const fn with_early_renewal(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets how long the call may take as a whole. Defaults to 30 seconds.
    ///
    /// Two thirds of it are for waiting at most: then one of the processes that wait
    /// makes its own request. The fetch has to end by itself: its
    /// [`Attempt`](crate::Attempt) says what is left.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long an early renewal may take, while a good token is at hand
    /// and somebody waits for it. Defaults to 5 seconds.
    #[must_use]
    pub const fn with_renewal_timeout(mut self, timeout: Duration) -> Self {
        self.renewal_timeout = timeout;
        self
    }

    /// Sets a token that an API has answered 401 to: it is not taken from the
    /// cache, whatever its expiry, while any other is. Defaults to none.
    #[must_use]
    pub fn with_rejected_token(mut self, token: AccessToken) -> Self {
        self.rejected = Some(token);
        self
    }
}
