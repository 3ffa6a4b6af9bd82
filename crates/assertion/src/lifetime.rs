use core::fmt;

use crate::Error;

/// How long an assertion is valid, 1 to 86400 seconds.
///
/// Most gateways accept five minutes or less, and some one; Okta and Google an hour, and a few
/// servers a day. RFC 7523 section 3 lets a server refuse an expiry that is unreasonably far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(u64);

impl Lifetime {
    /// The longest lifetime, in seconds.
    pub const MAX_SECONDS: u64 = 86_400;

    /// Takes seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Lifetime`] for zero and for more than a day.
    pub const fn from_seconds(seconds: u64) -> Result<Self, Error> {
        if seconds == 0 || seconds > Self::MAX_SECONDS {
            return Err(Error::Lifetime);
        }
        Ok(Self(seconds))
    }

    /// The seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}
