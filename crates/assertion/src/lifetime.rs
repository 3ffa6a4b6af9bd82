use core::fmt;

use crate::Error;

/// How long an assertion is good for, 1 to 3600 seconds.
///
/// The bound is the longest that any of the gateways takes (Okta and Google, one
/// hour); most take five minutes or less, and some one. RFC 7523 section 3 lets
/// a server refuse an expiry that is unreasonably far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(u64);

impl Lifetime {
    /// The longest lifetime, in seconds.
    pub const MAX_SECONDS: u64 = 3600;

    /// Takes seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Lifetime`] for zero and for more than an hour.
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
