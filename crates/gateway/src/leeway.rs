use core::time::Duration;

use crate::Error;
use crate::reader::Value;

/// How far a gateway forgives clocks that differ: table `[assertion.leeway-seconds]`.
#[derive(Clone, Debug, Default)]
pub struct Leeway {
    expiry: Duration,
    lifetime: Duration,
    issued_at: Option<Duration>,
    not_before: Duration,
}

pub(crate) const KEYS: [&str; 4] = ["expiry", "lifetime", "issued-at", "not-before"];
const MAXIMUM: u64 = 3600;

impl Leeway {
    /// How long after `exp` an assertion is still taken. Defaults to not at all.
    #[doc(alias = "exp")]
    #[must_use]
    pub const fn expiry(&self) -> Duration {
        self.expiry
    }

    /// How far `exp` may be over the longest lifetime. Defaults to not at all.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// How far in the future `iat` may be; none if the gateway does not look.
    #[doc(alias = "iat")]
    #[must_use]
    pub const fn issued_at(&self) -> Option<Duration> {
        self.issued_at
    }

    /// How far in the future `nbf` may be. Defaults to not at all.
    #[doc(alias = "nbf")]
    #[must_use]
    pub const fn not_before(&self) -> Duration {
        self.not_before
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        let seconds = |key| table.seconds(key, 0, MAXIMUM);
        Ok(Self {
            expiry: seconds("expiry")?.unwrap_or_default(),
            lifetime: seconds("lifetime")?.unwrap_or_default(),
            issued_at: seconds("issued-at")?,
            not_before: seconds("not-before")?.unwrap_or_default(),
        })
    }
}
