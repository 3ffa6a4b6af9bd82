use core::fmt;

use crate::Error;

/// How long an assertion is valid, 1 to 15777000 seconds, which is half a year.
///
/// Most gateways accept five minutes or less, and some one; Okta and Google an hour, a few servers
/// a day, and Apple, for which the JWT is the client secret, half a year. RFC 7523 section 3 lets a server refuse an expiry that is unreasonably far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(u64);

impl Lifetime {
    /// The longest lifetime, in seconds.
    pub const MAX_SECONDS: u64 = 15_777_000;

    /// A day, which is the most where nothing says that a server accepts more.
    pub const DAY: Self = Self(86_400);

    /// Takes seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Lifetime`] for zero and for more than [`MAX_SECONDS`](Self::MAX_SECONDS).
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
