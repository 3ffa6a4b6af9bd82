use core::fmt;
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the gateway takes the time from, so that a test can move it.
#[derive(Clone)]
pub(crate) struct Clock {
    time: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// How many seconds it is fast.
    offset: Arc<AtomicI64>,
}

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            time: Arc::new(now),
            offset: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        // A clock before 1970 is a broken clock; 1970 itself refuses everything that it can.
        let time = (self.time)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = self.offset.load(Ordering::Relaxed);
        let offset = Duration::from_secs(seconds.unsigned_abs());
        Instant(match seconds >= 0 {
            true => time.saturating_add(offset),
            false => time.saturating_sub(offset),
        })
    }

    /// Has it be fast by some seconds, or slow by less than none.
    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A point in time of the gateway's clock, as the time since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Instant(Duration);

impl Instant {
    #[cfg(test)]
    pub(crate) const fn from_seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    pub(crate) const fn from_millis(milliseconds: u64) -> Self {
        Self(Duration::from_millis(milliseconds))
    }

    pub(crate) const fn as_seconds(self) -> u64 {
        self.0.as_secs()
    }

    pub(crate) const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    pub(crate) const fn as_seconds_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    pub(crate) const fn as_millis(self) -> u128 {
        self.0.as_millis()
    }

    /// Returns the value of a `Date` header, where the year has four digits.
    pub(crate) fn http_date(self) -> Option<String> {
        const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
        if self.0 >= YEAR_10000 {
            return None;
        }
        let time = UNIX_EPOCH.checked_add(self.0)?;
        Some(httpdate::fmt_http_date(time))
    }

    pub(crate) fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH.checked_add(self.0).unwrap_or(UNIX_EPOCH)
    }
}
