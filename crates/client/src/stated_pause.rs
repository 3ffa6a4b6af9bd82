//! A pause that a gateway has asked another process for.

use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{Clock as _, SystemClock};

use crate::RecentFailure;

/// How long no request is sent from now on.
pub(crate) fn remaining(failure: &RecentFailure) -> Duration {
    let now = SystemClock::new().wall().as_secs();
    failure.cools_for(NumericDate::from_seconds(now))
}

/// The time of a moment that is less than a day away, for people.
pub(crate) fn time_of_day(moment: NumericDate) -> String {
    let second = moment.as_seconds() % (24 * 60 * 60);
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: u64, text: &str) {
        assert_eq!(time_of_day(NumericDate::from_seconds(seconds)), text);
    }

    #[test]
    fn times_of_day() {
        // date -u -d @1700000000 +%T
        check(1_700_000_000, "22:13:20 UTC");
        check(0, "00:00:00 UTC");
        check(86_399, "23:59:59 UTC");
    }
}
