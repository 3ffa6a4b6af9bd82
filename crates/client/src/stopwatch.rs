use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How late a pause can end after the machine wakes up or its clock jumps.
const SLICE: Duration = Duration::from_secs(1);

/// The time since a moment.
///
/// The monotonic clock stands still while the machine is suspended, and the wall clock can be
/// set back: the one that has moved further is right about what has expired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch {
    monotonic: Instant,
    wall: SystemTime,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        // A wall clock that is behind its own start was set back.
        let by_wall = self.wall.elapsed().unwrap_or_default();
        self.monotonic.elapsed().max(by_wall)
    }
}

/// Waits, looking at both clocks again and again: a pause ends on time although the machine is
/// suspended or its clock is set.
pub(crate) fn wait(pause: Duration) {
    let stopwatch = Stopwatch::start();
    while let Some(slice) = next_slice(pause, stopwatch.elapsed()) {
        thread::sleep(slice);
    }
}

fn next_slice(pause: Duration, elapsed: Duration) -> Option<Duration> {
    let left = pause.checked_sub(elapsed)?;
    (!left.is_zero()).then_some(left.min(SLICE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pause: u64, elapsed: u64, expected: Option<u64>) {
        let slice = next_slice(Duration::from_millis(pause), Duration::from_millis(elapsed));
        assert_eq!(slice, expected.map(Duration::from_millis));
    }

    #[test]
    fn slices() {
        check(569_000, 0, Some(1000));
        check(569_000, 568_400, Some(600));
        check(569_000, 569_000, None);
        check(569_000, 3_600_000, None);
        check(0, 0, None);
    }

    #[test]
    fn the_clock_that_moved_further_counts() {
        let now = Stopwatch::start();
        let hour = Duration::from_secs(3600);
        // Suspended for an hour, or set forward by one.
        let slept = Stopwatch {
            wall: now.wall - hour,
            ..now
        };
        assert!(slept.elapsed() >= hour);
        // Set back by an hour.
        let set_back = Stopwatch {
            wall: now.wall + hour,
            ..now
        };
        assert!(set_back.elapsed() < hour);
    }
}
