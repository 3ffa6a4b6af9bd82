use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::Clock;

/// A point in time by both clocks of a machine.
///
/// Neither is enough: the monotonic one stands still while a machine is
/// suspended, the wall one can be set back. Something that has an end has come
/// to it as soon as one of them says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Moment {
    pub(crate) monotonic: Duration,
    pub(crate) wall: Duration,
}

impl Moment {
    pub(crate) fn of<C: Clock + ?Sized>(clock: &C) -> Self {
        Self {
            monotonic: clock.monotonic(),
            wall: clock.wall(),
        }
    }

    pub(crate) const fn after(self, duration: Duration) -> Self {
        Self {
            monotonic: self.monotonic.saturating_add(duration),
            wall: self.wall.saturating_add(duration),
        }
    }

    pub(crate) fn is_past(self, now: Self) -> bool {
        now.monotonic >= self.monotonic || now.wall >= self.wall
    }

    /// The time that is left until it is past.
    pub(crate) fn distance_from(self, now: Self) -> Duration {
        let monotonic = self.monotonic.saturating_sub(now.monotonic);
        monotonic.min(self.wall.saturating_sub(now.wall))
    }

    /// The wall clock's whole seconds.
    pub(crate) const fn date(self) -> NumericDate {
        NumericDate::from_seconds(self.wall.as_secs())
    }
}
