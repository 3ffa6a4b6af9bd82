use crate::Error;
use crate::reader::Table;

/// What is peculiar about a gateway's access token response: table `[response]`.
#[derive(Clone, Debug, Default)]
pub struct ResponseRules {
    expires_in: ExpiresIn,
    issued_at: IssuedAt,
}

/// The form of the response's `expires_in`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ExpiresIn {
    /// A JSON number, as RFC 6749 section 5.1 has it.
    #[default]
    Number,
    /// A JSON string of digits.
    Text,
}

/// The form of the response's `issued_at`, which is in no standard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum IssuedAt {
    /// There is none.
    #[default]
    Absent,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
}

const KEYS: [&str; 2] = ["expires-in", "issued-at"];
const EXPIRES_IN: [(&str, ExpiresIn); 2] =
    [("number", ExpiresIn::Number), ("text", ExpiresIn::Text)];
const ISSUED_AT: [(&str, IssuedAt); 3] = [
    ("absent", IssuedAt::Absent),
    ("seconds", IssuedAt::Seconds),
    ("milliseconds", IssuedAt::Milliseconds),
];

impl ResponseRules {
    /// The form of `expires_in`. Defaults to a number.
    #[must_use]
    pub const fn expires_in(&self) -> ExpiresIn {
        self.expires_in
    }

    /// The form of `issued_at`. Defaults to absent.
    #[must_use]
    pub const fn issued_at(&self) -> IssuedAt {
        self.issued_at
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Error> {
        let mut rules = Self::default();
        let Some(value) = root.optional("response") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        if let Some(value) = table.optional("expires-in") {
            rules.expires_in = value.one_of(&EXPIRES_IN)?;
        }
        if let Some(value) = table.optional("issued-at") {
            rules.issued_at = value.one_of(&ISSUED_AT)?;
        }
        Ok(rules)
    }
}
