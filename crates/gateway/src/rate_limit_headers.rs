use crate::Error;
use crate::reader::{Table, Value};

/// How the answers of a token endpoint tell of its rate limit: table `[response.rate-limit]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RateLimitHeaders {
    limit: Option<String>,
    remaining: Option<String>,
    reset: Option<String>,
    has_retry_after: bool,
}

pub(crate) const KEYS: [&str; 4] = [
    "limit-header",
    "remaining-header",
    "reset-header",
    "retry-after",
];

impl RateLimitHeaders {
    /// The header that has the number of requests that are taken in a time.
    #[must_use]
    pub fn limit(&self) -> Option<&str> {
        self.limit.as_deref()
    }

    /// The header that has the number of requests that are left.
    #[must_use]
    pub fn remaining(&self) -> Option<&str> {
        self.remaining.as_deref()
    }

    /// The header that says when the count starts over, in seconds since 1970.
    #[must_use]
    pub fn reset(&self) -> Option<&str> {
        self.reset.as_deref()
    }

    /// Whether a refusal for too many requests has `Retry-After`. Defaults to yes.
    #[must_use]
    pub const fn has_retry_after(&self) -> bool {
        self.has_retry_after
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Box<Error>> {
        let table = value.table(&KEYS)?;
        Ok(Self {
            limit: header(&table, "limit-header")?,
            remaining: header(&table, "remaining-header")?,
            reset: header(&table, "reset-header")?,
            has_retry_after: table.boolean("retry-after", true)?,
        })
    }
}

impl Default for RateLimitHeaders {
    fn default() -> Self {
        Self {
            limit: None,
            remaining: None,
            reset: None,
            has_retry_after: true,
        }
    }
}

fn header(table: &Table<'_>, key: &str) -> Result<Option<String>, Box<Error>> {
    let Some(value) = table.optional(key) else {
        return Ok(None);
    };
    Ok(Some(value.header_name()?))
}
