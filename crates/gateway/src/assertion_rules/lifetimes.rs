//! Reads how long assertions may be valid.

use tokenring_assertion::Lifetime;

use super::{AssertionRules, LifetimeStart};
use crate::reader::{Table, Value};
use crate::{Error, Problem};

const LIFETIME_STARTS: [(&str, LifetimeStart); 3] = [
    ("receipt", LifetimeStart::Receipt),
    ("issue", LifetimeStart::Issue),
    ("not-before", LifetimeStart::NotBefore),
];

impl AssertionRules {
    pub(super) fn check_lifetime(&self, table: &Table<'_>) -> Result<(), Box<Error>> {
        let without_issued_at = match self.sends_issued_at() {
            true => None,
            false => self.maximum_lifetime_without_issued_at,
        };
        if let (true, Some(value)) = (
            self.unlimited_lifetime,
            table.optional("maximum-lifetime-seconds"),
        ) {
            return Err(table.contradiction(&value, "unlimited-lifetime", "true"));
        }
        if self.maximum_lifetime.is_none() && self.lifetime > Lifetime::DAY {
            let (minimum, maximum) = (1, Lifetime::DAY.as_seconds());
            return Err(table
                .required("lifetime-seconds")?
                .error(Problem::OutOfRange { minimum, maximum }));
        }
        for (key, maximum) in [
            ("maximum-lifetime-seconds", self.maximum_lifetime),
            ("maximum-lifetime-without-iat-seconds", without_issued_at),
        ] {
            if let Some(maximum) = maximum.filter(|maximum| self.lifetime > *maximum) {
                return Err(table
                    .required("lifetime-seconds")?
                    .error(Problem::OverMaximum {
                        key: table.path_of(key),
                        maximum: maximum.as_seconds(),
                    }));
            }
        }
        Ok(())
    }
}

/// One word, or a list of several.
pub(super) fn read_lifetime_starts(table: &Table<'_>) -> Result<Vec<LifetimeStart>, Box<Error>> {
    let Some(value) = table.optional("lifetime-counts-from") else {
        return Ok(vec![LifetimeStart::default()]);
    };
    if value.is_text() {
        return Ok(vec![value.one_of(&LIFETIME_STARTS)?]);
    }
    if !value.is_list() {
        return Err(value.wrong_type("a text or a list"));
    }
    let starts = value.distinct(|item| item.one_of(&LIFETIME_STARTS))?;
    if starts.is_empty() {
        return Err(value.error(Problem::Empty));
    }
    Ok(starts)
}

pub(super) fn lifetime(table: &Table<'_>, key: &str) -> Result<Option<Lifetime>, Box<Error>> {
    match table.optional(key) {
        Some(value) => Ok(Some(read_lifetime(&value)?)),
        None => Ok(None),
    }
}

pub(super) fn read_lifetime(value: &Value<'_>) -> Result<Lifetime, Box<Error>> {
    let (minimum, maximum) = (1, Lifetime::MAX_SECONDS);
    let seconds = value.integer(minimum, maximum)?;
    Lifetime::from_seconds(seconds)
        .map_err(|_| value.error(Problem::OutOfRange { minimum, maximum }))
}
