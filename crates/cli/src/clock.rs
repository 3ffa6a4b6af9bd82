//! This machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use tokenring_assertion::NumericDate;

use crate::failure::Result;
use crate::words;

/// The time, as the machine's clock has it.
pub(crate) fn now() -> Result<NumericDate> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Ok(NumericDate::from_seconds(since.as_secs())),
        Err(_) => Err(words::error::to_failure(
            &tokenring::Error::ClockBeforeEpoch,
            |_| None,
        )),
    }
}
