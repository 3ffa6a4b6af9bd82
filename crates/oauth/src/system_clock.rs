use core::time::Duration;
use std::hash::{BuildHasher as _, RandomState};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::Clock;

/// The [`Clock`] of the machine.
///
/// On several systems, Linux among them, its monotonic side stands still while
/// the machine is suspended, and its wall side can be set to anything.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts a monotonic clock at zero.
    #[must_use]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn wall(&self) -> Duration {
        // A machine that believes to live before 1970 has no better answer.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn pause(&self, longest: Duration) {
        thread::park_timeout(longest);
    }

    /// Taken from the keys that the standard library draws for its hash maps.
    fn random(&self) -> u64 {
        RandomState::new().hash_one(self.started)
    }
}
