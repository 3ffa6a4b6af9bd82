//! The clock that an assertion's dates are by.

use tokenring_assertion::NumericDate;

use crate::{ClockSkew, Event};

/// The clock that the dates of one assertion are by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AssertionClock {
    /// This machine's.
    #[default]
    Own,
    /// The server's, as far as its `Date` tells.
    Corrected(ClockSkew),
    /// This machine's, set back by so many seconds.
    SetBack(u64),
}

impl AssertionClock {
    /// The date that an assertion gets which is made at this time of this machine's clock.
    pub(crate) fn date(self, now: NumericDate) -> NumericDate {
        match self {
            Self::SetBack(seconds) => {
                NumericDate::from_seconds(now.as_seconds().saturating_sub(seconds))
            }
            _ => self.time_of(now),
        }
    }

    /// The time that it is then, as far as is known.
    pub(crate) fn time_of(self, now: NumericDate) -> NumericDate {
        match self {
            Self::Corrected(skew) => skew.correct(now),
            _ => now,
        }
    }

    /// What is told of an assertion by another clock than this machine's.
    pub(crate) fn event(self) -> Option<Event> {
        match self {
            Self::Own => None,
            Self::Corrected(skew) => Some(Event::CorrectingClock(skew)),
            Self::SetBack(seconds) => Some(Event::SettingDatesBack { seconds }),
        }
    }
}
