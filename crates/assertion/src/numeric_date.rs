use core::fmt;

use serde::{Serialize, Serializer};

use crate::Lifetime;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, without leap
/// seconds (RFC 7519 section 2).
///
/// Written as a JSON integer, always: several servers refuse a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(u64);

impl NumericDate {
    /// Takes seconds, not milliseconds.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The seconds since the epoch.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The time at which something that begins now and lasts so long ends.
    ///
    /// Stays at the largest time there is rather than overflow.
    #[must_use]
    pub const fn after(self, lifetime: Lifetime) -> Self {
        Self(self.0.saturating_add(lifetime.as_seconds()))
    }
}

/// The seconds since the epoch.
impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}
