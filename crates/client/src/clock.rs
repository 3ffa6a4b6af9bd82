//! This machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use tokenring_assertion::NumericDate;

use crate::Error;

/// The time, by the machine's clock.
pub(crate) fn now() -> Result<NumericDate, Error> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Ok(NumericDate::from_seconds(since.as_secs())),
        Err(_) => Err(Error::ClockBeforeEpoch),
    }
}
