use alloc::sync::Arc;
use core::time::Duration;

/// The time, a way to let it pass, and chance: what waiting depends on.
///
/// Real programs take `SystemClock` (feature `std`). Tests take a clock that
/// they move, and then nothing in them depends on how fast a machine is.
pub trait Clock {
    /// The time since some fixed point, which never goes backwards.
    fn monotonic(&self) -> Duration;

    /// The time since 1970-01-01T00:00:00Z, as the machine believes.
    fn wall(&self) -> Duration;

    /// Lets time pass, in this thread.
    ///
    /// Returns when `longest` is over or the thread was unparked
    /// ([`std::thread::Thread::unpark`]), whichever is first. May return
    /// earlier: callers look at the time again.
    ///
    /// [`std::thread::Thread::unpark`]: https://doc.rust-lang.org/std/thread/struct.Thread.html#method.unpark
    fn pause(&self, longest: Duration);

    /// A number that differs between machines and from call to call.
    ///
    /// It spreads over time what would otherwise come all at once. No secret
    /// depends on it.
    fn random(&self) -> u64;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn wall(&self) -> Duration {
        (**self).wall()
    }

    fn pause(&self, longest: Duration) {
        (**self).pause(longest);
    }

    fn random(&self) -> u64 {
        (**self).random()
    }
}

/// Lets time pass until then, by the monotonic clock.
pub(crate) fn pause_until<C: Clock + ?Sized>(clock: &C, then: Duration) {
    loop {
        let left = then.saturating_sub(clock.monotonic());
        if left.is_zero() {
            return;
        }
        clock.pause(left);
    }
}

/// A part of the duration between nothing and nearly all of it, as chance has it.
pub(crate) fn part_of(duration: Duration, random: u64) -> Duration {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(nanos) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part() {
        let second = Duration::from_secs(1);
        assert_eq!(part_of(second, 0), Duration::ZERO);
        assert_eq!(part_of(second, 1 << 63), second / 2);
        assert_eq!(part_of(second, u64::MAX), Duration::from_nanos(999_999_999));
        assert_eq!(part_of(Duration::ZERO, u64::MAX), Duration::ZERO);
        assert_eq!(
            part_of(Duration::MAX, u64::MAX),
            Duration::from_nanos(u64::MAX - 1),
        );
    }
}
