use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Error;

/// A moment in whole seconds, written as RFC 3339 has it: `2026-11-22T09:30:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(u64);

/// The last second of the year 9999, which is the last that has a form.
const LATEST: u64 = 253_402_300_799;

impl Timestamp {
    /// States seconds since 1970-01-01T00:00:00Z. What is after the year 9999 is its end.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        if seconds > LATEST {
            return Self(LATEST);
        }
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The moment that is so much later.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        Self::from_seconds(self.0.saturating_add(duration.as_secs()))
    }

    /// How long ago the earlier moment was; nothing if it is yet to come.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    /// What is before 1970 is its beginning.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_seconds(since.as_secs())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = UNIX_EPOCH + Duration::from_secs(self.0);
        humantime::format_rfc3339_seconds(time).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Timestamp {
            text: text.chars().take(40).collect(),
        };
        let time = humantime::parse_rfc3339(text).map_err(|_| malformed())?;
        let since = time.duration_since(UNIX_EPOCH).map_err(|_| malformed())?;
        Ok(Self::from_seconds(since.as_secs()))
    }
}
