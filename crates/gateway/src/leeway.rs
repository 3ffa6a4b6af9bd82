use core::time::Duration;

use crate::reader::Value;
use crate::{Error, Gateway, Rule};

/// How far a gateway forgives clocks that differ: table `[assertion.leeway-seconds]`.
#[derive(Clone, Debug, Default)]
pub struct Leeway {
    expiry: Duration,
    lifetime: Duration,
    issued_at: Option<Duration>,
    not_before: Duration,
}

pub(crate) const KEYS: [&str; 4] = ["expiry", "lifetime", "issued-at", "not-before"];
const MAXIMUM: u64 = 3600;
/// What is forgiven at least where nobody knows how much is: libraries round dates up, and clocks
/// that are kept right differ by less.
const UNKNOWN: Duration = Duration::from_secs(5);
/// No known server forgives more of a date that is ahead, so that beyond this a refusal is certain
/// all the same. What is past its end has to be refused anyhow: RFC 7519 section 4.1.4.
#[cfg(feature = "diagnosis")]
pub(crate) const UNKNOWN_AT_MOST: Duration = Duration::from_secs(300);

impl Leeway {
    /// How long after `exp` an assertion is still taken. Defaults to not at all.
    #[doc(alias = "exp")]
    #[must_use]
    pub const fn expiry(&self) -> Duration {
        self.expiry
    }

    /// How far `exp` may be over the longest lifetime. Defaults to not at all.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// How far in the future `iat` may be; none if the gateway does not look.
    #[doc(alias = "iat")]
    #[must_use]
    pub const fn issued_at(&self) -> Option<Duration> {
        self.issued_at
    }

    /// How far in the future `nbf` may be. Defaults to not at all.
    #[doc(alias = "nbf")]
    #[must_use]
    pub const fn not_before(&self) -> Duration {
        self.not_before
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        let seconds = |key| table.seconds(key, 0, MAXIMUM);
        Ok(Self {
            expiry: seconds("expiry")?.unwrap_or_default(),
            lifetime: seconds("lifetime")?.unwrap_or_default(),
            issued_at: seconds("issued-at")?,
            not_before: seconds("not-before")?.unwrap_or_default(),
        })
    }
}

impl Gateway {
    /// How far the gateway forgives a clock that is wrong, by the rule on a date that the clock
    /// breaks: [`Rule::Expired`], [`Rule::NotYetValid`] or [`Rule::IssuedInFuture`].
    ///
    /// That is what the file states, and 5 seconds at least where it lists the leeway as unknown.
    /// None where the gateway does not look, and for other rules.
    #[must_use]
    pub fn forgives(&self, rule: Rule) -> Option<Duration> {
        let leeway = self.assertion().leeway();
        let stated = match rule {
            Rule::Expired => leeway.expiry(),
            Rule::NotYetValid => leeway.not_before(),
            Rule::IssuedInFuture => leeway.issued_at()?,
            _ => return None,
        };
        let is_little = stated < UNKNOWN;
        match rule.key_path() {
            Some(path) if is_little && self.is_unknown(path) => Some(UNKNOWN),
            _ => Some(stated),
        }
    }

    /// Whether the file lists a fact as unknown, by the key that states it, or the table in a table
    /// that this key is in.
    #[must_use]
    pub fn is_unknown(&self, key_path: &str) -> bool {
        let mut unknown = self.unknown().iter().map(|unknown| unknown.about());
        unknown.any(|about| {
            let rest = key_path.strip_prefix(about);
            let is_table = about.contains('.');
            rest.is_some_and(|rest| rest.is_empty() || (is_table && rest.starts_with('.')))
        })
    }
}
