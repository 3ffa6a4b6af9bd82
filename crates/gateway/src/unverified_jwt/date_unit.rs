use core::fmt;

/// The unit that the number of a date is in, by its size: RFC 7519 section 2 has seconds since 1970,
/// and many clocks give something finer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DateUnit {
    /// Seconds, up to the year 5138.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
    /// No date of this century in any of these units.
    TooLarge,
}

/// As a number of seconds this is in the year 5138; as milliseconds it was in 1973.
const SURELY_FINER: f64 = 100_000_000_000.0;
/// 1973 and 2100, between which a date in another unit is.
const DATES: (f64, f64) = (100_000_000.0, 4_102_444_800.0);
const FINER: [DateUnit; 3] = [
    DateUnit::Milliseconds,
    DateUnit::Microseconds,
    DateUnit::Nanoseconds,
];

impl DateUnit {
    /// The unit of a date claim's number.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_gateway::DateUnit;
    ///
    /// assert_eq!(DateUnit::of(1_700_000_000.0), DateUnit::Seconds);
    /// assert_eq!(DateUnit::of(1_700_000_000_000.0), DateUnit::Milliseconds);
    /// assert_eq!(DateUnit::of(1.7e15), DateUnit::Microseconds);
    /// assert_eq!(DateUnit::of(1.7e18), DateUnit::Nanoseconds);
    /// assert_eq!(DateUnit::of(9e18), DateUnit::TooLarge);
    /// ```
    #[must_use]
    pub fn of(number: f64) -> Self {
        if number < SURELY_FINER {
            return Self::Seconds;
        }
        let is_date = |seconds: f64| DATES.0 <= seconds && seconds <= DATES.1;
        let mut finer = FINER.into_iter();
        let unit = finer.find(|unit| {
            unit.in_a_second()
                .is_some_and(|many| is_date(number / many))
        });
        unit.unwrap_or(Self::TooLarge)
    }

    /// How many of these are a second, or none for what is no unit.
    #[must_use]
    pub const fn in_a_second(self) -> Option<f64> {
        match self {
            Self::Seconds => Some(1.0),
            Self::Milliseconds => Some(1e3),
            Self::Microseconds => Some(1e6),
            Self::Nanoseconds => Some(1e9),
            Self::TooLarge => None,
        }
    }
}

/// The plural, or what is the matter: `microseconds`.
impl fmt::Display for DateUnit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
            Self::TooLarge => "a number too large for a date",
        })
    }
}
