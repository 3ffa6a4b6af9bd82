use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use tokenring_assertion::NumericDate;
use tokenring_oauth::ErrorResponse;

/// How far the clocks may be apart before it is worth a word, in seconds.
const WORTH_A_WORD: u64 = 5;

/// What happens when this machine's clock disagrees with a server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ClockSkewPolicy {
    /// The error says how far the clocks are apart.
    #[default]
    Report,
    /// The request is repeated once with an assertion by the server's clock, if that is at most a
    /// day away.
    Correct,
}

/// How far this machine's clock is from a server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockSkew(i64);

impl ClockSkew {
    /// How large a skew is corrected at most, in seconds: a day.
    pub const LARGEST_CORRECTED: u64 = 24 * 60 * 60;

    /// Measures by the time at which a server answered; nothing if the clocks agree to five
    /// seconds or the server states no time.
    #[must_use]
    pub fn of(response: &ErrorResponse) -> Option<Self> {
        let server = i64::try_from(response.date()?.as_seconds()).ok()?;
        let local = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let local = i64::try_from(local.as_secs()).ok()?;
        let skew = server.saturating_sub(local);
        (skew.unsigned_abs() > WORTH_A_WORD).then_some(Self(skew))
    }

    /// Seconds to add to this machine's clock.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// Whether it is small enough to be an error of a clock: an assertion for another day would
    /// be valid when nobody expects it.
    #[must_use]
    pub const fn is_correctable(self) -> bool {
        self.0.unsigned_abs() <= Self::LARGEST_CORRECTED
    }

    /// The time on the server's clock.
    pub(crate) fn correct(self, now: NumericDate) -> NumericDate {
        NumericDate::from_seconds(now.as_seconds().saturating_add_signed(self.0))
    }
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.0 < 0 { "ahead of" } else { "behind" };
        let seconds = self.0.unsigned_abs();
        write!(f, "this machine's clock is {seconds} s {way} the server's")
    }
}
