use core::time::Duration;

use crate::clock::{part_of, pause_until};
use crate::{Clock, Retry, Retryable};

/// How often to try, how long to pause in between, and when to stop.
///
/// Repeats only what its error calls safe to repeat, see [`Retryable`]: a
/// refusal never is. Each attempt is a new call of the caller's closure, and so
/// a new assertion: a [`TokenRequest`](crate::TokenRequest) can be sent once.
///
/// The pause doubles from attempt to attempt, and chance takes up to half of it
/// off, so that clients that failed together do not come back together. Where
/// the server says how long it wants to be left alone (`Retry-After`, RFC 9110
/// section 10.2.3), the pause is at least that, up to a cap.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use tokenring_oauth::{Clock, RetryPolicy, TransportError, TransportErrorKind};
/// # struct StoppedClock;
/// # impl Clock for StoppedClock {
/// #     fn monotonic(&self) -> Duration { Duration::ZERO }
/// #     fn wall(&self) -> Duration { Duration::ZERO }
/// #     fn pause(&self, _: Duration) {}
/// #     fn random(&self) -> u64 { 0 }
/// # }
/// # let clock = StoppedClock;
///
/// // `let clock = SystemClock::new();` in real life.
/// let policy = RetryPolicy::new().with_backoff(Duration::ZERO, Duration::ZERO);
/// let answer = policy.run(&clock, |attempt| match attempt.number() {
///     1 => Err(TransportError::new(TransportErrorKind::Connect, "no connection")),
///     number => Ok(number),
/// });
/// assert_eq!(answer?, 2);
/// # Ok::<(), TransportError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetryPolicy {
    attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    longest_retry_after: Duration,
    interval: Duration,
    timeout: Duration,
}

impl RetryPolicy {
    /// Four attempts within 30 seconds.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            attempts: 4,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(60),
            interval: Duration::ZERO,
            timeout: Duration::from_secs(30),
        }
    }

    /// Limits the number of attempts, the first one included; 1 never repeats,
    /// and 0 is taken as 1. Defaults to 4.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the pause after the first attempt and the longest one. Defaults to
    /// half a second and 10 seconds.
    #[must_use]
    pub const fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// Caps what a server's `Retry-After` can ask for. Defaults to 60 seconds.
    #[must_use]
    pub const fn with_longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// Keeps attempts at least so far apart, for servers with a known rate limit. Defaults to no
    /// bound but the backoff.
    #[must_use]
    pub const fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Limits the time of all attempts and pauses together. Defaults to 30
    /// seconds.
    #[must_use]
    pub const fn with_timeout(mut self, total: Duration) -> Self {
        self.timeout = total;
        self
    }

    /// The limit of all attempts and pauses together.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Calls the closure until it succeeds, fails for good, or a limit is
    /// reached.
    ///
    /// A pause that would end at the deadline or beyond is not begun: the error
    /// comes at once. The closure has to keep its own attempt within
    /// [`Attempt::time_left`].
    ///
    /// # Errors
    ///
    /// Those of the last attempt.
    pub fn run<C, T, E>(
        &self,
        clock: &C,
        mut attempt: impl FnMut(Attempt) -> Result<T, E>,
    ) -> Result<T, E>
    where
        C: Clock + ?Sized,
        E: Retryable,
    {
        let deadline = clock.monotonic().saturating_add(self.timeout);
        let mut number = 1;
        loop {
            let time_left = deadline.saturating_sub(clock.monotonic());
            let error = match attempt(Attempt { number, time_left }) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(pause) = self.pause_after(number, error.retry(), clock.random()) else {
                return Err(error);
            };
            let resume_at = clock.monotonic().saturating_add(pause);
            if resume_at >= deadline {
                return Err(error);
            }
            pause_until(clock, resume_at);
            number += 1;
        }
    }

    /// The pause between the attempt of this number, the first being 1, and the
    /// next one; [`None`] if there is none to be.
    ///
    /// For those who cannot block in [`RetryPolicy::run`]. The random number
    /// spreads clients over time.
    #[must_use]
    pub fn pause_after(&self, number: u32, retry: Retry, random: u64) -> Option<Duration> {
        if number >= self.attempts {
            return None;
        }
        let backoff = || {
            let pause = backoff(self.first_pause, self.longest_pause, number, random);
            pause.max(self.interval)
        };
        match retry {
            Retry::Never => None,
            Retry::AfterPause => Some(backoff()),
            Retry::After(wait) => Some(backoff().max(self.capped(wait, random))),
        }
    }

    /// What a server's wish comes to: never less than it, but for the cap, and
    /// a little more, as it may have told many the same.
    pub(crate) fn capped(&self, retry_after: Duration, random: u64) -> Duration {
        let spread = part_of(self.first_pause, random);
        retry_after
            .min(self.longest_retry_after)
            .saturating_add(spread)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// One attempt of a [`RetryPolicy::run`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    number: u32,
    time_left: Duration,
}

impl Attempt {
    /// The number of the attempt; the first is 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The time until the deadline of all attempts together.
    ///
    /// For [`TokenRequest::send_within`](crate::TokenRequest::send_within).
    #[must_use]
    pub const fn time_left(self) -> Duration {
        self.time_left
    }
}

/// Doubles from `first` on, up to `longest`, and takes up to half of it off.
pub(crate) fn backoff(first: Duration, longest: Duration, number: u32, random: u64) -> Duration {
    let factor = 1_u32
        .checked_shl(number.saturating_sub(1))
        .unwrap_or(u32::MAX);
    let whole = first.saturating_mul(factor).min(longest);
    whole - part_of(whole / 2, random)
}
