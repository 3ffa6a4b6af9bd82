use std::fmt;

use tokenring_assertion::NumericDate;

/// What happens when this machine's clock disagrees with a server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ClockSkewPolicy {
    /// The error says how far the clocks are apart.
    Report,
    /// The request is repeated once with an assertion by the server's clock, if that is at most a
    /// day away and can be why the request was rejected.
    #[default]
    Correct,
}

/// How far this machine's clock is from a server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockSkew(i64);

impl ClockSkew {
    /// How large a skew is corrected at most, in seconds: a day.
    pub const LARGEST_CORRECTED: u64 = 24 * 60 * 60;

    /// Measures by the `Date` of an answer to a request that was sent and received at these times
    /// of this machine's clock; nothing if the clocks may agree.
    ///
    /// All three are whole seconds: a skew of less than one is seen in a part of the requests.
    #[must_use]
    pub fn between(server: NumericDate, sent: NumericDate, received: NumericDate) -> Option<Self> {
        let local = match server {
            // It was stated after the request had been sent, and before the answer was there.
            _ if server < sent => sent,
            _ if server > received => received,
            _ => return None,
        };
        let seconds = |date: NumericDate| i64::try_from(date.as_seconds()).ok();
        Some(Self(seconds(server)?.saturating_sub(seconds(local)?)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(server: u64, sent: u64, received: u64, skew: Option<i64>) {
        let date = NumericDate::from_seconds;
        let found = ClockSkew::between(date(server), date(sent), date(received));
        assert_eq!(found.map(ClockSkew::as_seconds), skew);
    }

    #[test]
    fn a_second_counts() {
        check(1000, 1000, 1000, None);
        check(1001, 1000, 1000, Some(1));
        check(999, 1000, 1000, Some(-1));
        check(996, 1000, 1000, Some(-4));
        check(8200, 1000, 1000, Some(7200));
    }

    #[test]
    fn a_slow_answer_is_no_skew() {
        check(1000, 1000, 1003, None);
        check(1003, 1000, 1003, None);
        check(1004, 1000, 1003, Some(1));
        check(999, 1000, 1003, Some(-1));
    }
}
