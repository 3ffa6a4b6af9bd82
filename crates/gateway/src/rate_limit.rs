use core::time::Duration;

use crate::Error;
use crate::reader::Value;

/// How many token requests of one client a gateway takes in a time: table `[request.rate-limit]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateLimit {
    requests: u32,
    period: Duration,
}

pub(crate) const KEYS: [&str; 2] = ["requests", "seconds"];
const MOST_REQUESTS: u64 = 1_000_000;
const A_DAY: u64 = 24 * 3600;

impl RateLimit {
    /// The number of requests.
    #[must_use]
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// The time in which so many are taken.
    #[must_use]
    pub const fn period(self) -> Duration {
        self.period
    }

    /// How far apart requests are that never come to the limit.
    #[must_use]
    pub fn interval(self) -> Duration {
        self.period / self.requests.max(1)
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Error> {
        let table = value.table(&KEYS)?;
        let requests = table.required("requests")?;
        Ok(Self {
            requests: requests
                .integer(1, MOST_REQUESTS)?
                .try_into()
                .unwrap_or(u32::MAX),
            period: table
                .seconds("seconds", 1, A_DAY)?
                .unwrap_or(Duration::from_secs(1)),
        })
    }
}
