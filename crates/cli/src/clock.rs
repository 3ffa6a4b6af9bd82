//! This machine's clock, and how far it is from a server's.

use std::time::{SystemTime, UNIX_EPOCH};

use tokenring_assertion::NumericDate;
use tokenring_oauth::ErrorResponse;

use crate::ExitCode;
use crate::failure::{Failure, Result};

/// How far the clocks may be apart before it is worth a word, in seconds.
const WORTH_A_WORD: u64 = 5;

/// How large a skew is corrected at most, in seconds: a day.
pub(crate) const LARGEST_CORRECTED: u64 = 24 * 60 * 60;

/// The time, as the machine's clock has it.
pub(crate) fn now() -> Result<NumericDate> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Ok(NumericDate::from_seconds(since.as_secs())),
        Err(_) => Err(Failure::new(
            ExitCode::Configuration,
            "this machine's clock is before 1970; set it right",
        )),
    }
}

/// How far this machine's clock is from the one of a server, if that is worth a
/// word: seconds to add to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skew(i64);

impl Skew {
    /// Measures by the time at which the server answered.
    pub(crate) fn of(response: &ErrorResponse) -> Option<Self> {
        let server = i64::try_from(response.date()?.as_seconds()).ok()?;
        let local = i64::try_from(now().ok()?.as_seconds()).ok()?;
        let skew = server.saturating_sub(local);
        (skew.unsigned_abs() > WORTH_A_WORD).then_some(Self(skew))
    }

    /// Whether it is small enough to be an error of a clock, and not of whoever sets it: an
    /// assertion for another day would be valid when nobody expects it.
    pub(crate) const fn is_correctable(self) -> bool {
        self.0.unsigned_abs() <= LARGEST_CORRECTED
    }

    /// The time on the server's clock.
    pub(crate) fn correct(self, now: NumericDate) -> NumericDate {
        NumericDate::from_seconds(now.as_seconds().saturating_add_signed(self.0))
    }

    /// What a person should know.
    pub(crate) fn describe(self) -> String {
        let way = if self.0 < 0 { "ahead of" } else { "behind" };
        format!(
            "this machine's clock is {} s {way} the server's",
            self.0.unsigned_abs()
        )
    }
}
