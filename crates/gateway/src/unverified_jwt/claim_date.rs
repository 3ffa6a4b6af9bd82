use core::time::Duration;

use serde_json::Value;

use super::DateUnit;

/// What a claim says of when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ClaimDate {
    /// The moment.
    pub moment: Moment,
    /// Whether it is written as a text: some servers take that.
    pub is_text: bool,
    /// The unit that the number is in, by its size.
    pub unit: DateUnit,
}

/// A moment, as far as RFC 3339 can write it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Moment {
    /// Before 1970.
    TooEarly,
    /// So long after the beginning of 1970, in UTC.
    At(Duration),
    /// After 9999: most of the time the unit is finer.
    TooLate,
}

/// Claims that are a NumericDate (RFC 7519 section 4.1, OpenID Connect Core section 2).
const DATES: [&str; 5] = ["exp", "iat", "nbf", "auth_time", "updated_at"];
/// 9999-12-31T23:59:59Z, the last that RFC 3339 writes.
const LAST_SECOND: f64 = 253_402_300_799.0;

impl ClaimDate {
    /// Reads a claim that is a date by its name: `exp`, `iat`, `nbf`, `auth_time` or `updated_at`.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::time::Duration;
    /// use serde_json::json;
    /// use tokenring_gateway::{ClaimDate, Moment};
    ///
    /// let moment = |name, value| ClaimDate::of(name, &value).map(|date| date.moment);
    /// let at = |seconds| Some(Moment::At(Duration::from_secs_f64(seconds)));
    /// assert_eq!(moment("exp", json!(1_700_000_150)), at(1_700_000_150.0));
    /// assert_eq!(moment("nbf", json!(1_699_999_995.5)), at(1_699_999_995.5));
    /// assert_eq!(moment("exp", json!("1700000001")), at(1_700_000_001.0));
    /// assert_eq!(moment("iat", json!(1_700_000_000_000_u64)), Some(Moment::TooLate));
    /// assert_eq!(moment("exp", json!(-1e15)), Some(Moment::TooEarly));
    /// assert_eq!(moment("exp", json!("soon")), None);
    /// assert_eq!(moment("jti", json!(1_700_000_000)), None);
    /// ```
    #[must_use]
    pub fn of(name: &str, value: &Value) -> Option<Self> {
        if !DATES.contains(&name) {
            return None;
        }
        let (seconds, is_text): (f64, bool) = match value {
            Value::Number(number) => (number.as_f64()?, false),
            Value::String(text) => (text.parse().ok()?, true),
            _ => return None,
        };
        let moment = match seconds {
            early if early < 0.0 => Moment::TooEarly,
            within if within <= LAST_SECOND => Moment::At(Duration::from_secs_f64(within)),
            // What is no number at all as well.
            _ => Moment::TooLate,
        };
        Some(Self {
            moment,
            is_text,
            unit: DateUnit::of(seconds),
        })
    }
}
