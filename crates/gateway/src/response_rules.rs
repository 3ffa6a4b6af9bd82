use crate::Error;
use crate::reader::Table;

/// What is peculiar about a gateway's access token response: table `[response]`.
#[derive(Clone, Debug)]
pub struct ResponseRules {
    expires_in: ExpiresIn,
    issued_at: IssuedAt,
    token_type: String,
    references: Vec<String>,
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

pub(crate) const KEYS: [&str; 4] = ["expires-in", "issued-at", "token-type", "references"];
/// RFC 6750.
const BEARER: &str = "Bearer";
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

    /// The `token_type`, as the gateway writes it. Defaults to `Bearer`.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// The members of a refusal that a person can quote to the gateway's support.
    #[must_use]
    pub fn references(&self) -> &[String] {
        &self.references
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Error> {
        let mut rules = Self::default();
        let Some(value) = root.optional("response") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        rules.expires_in = table.word("expires-in", &EXPIRES_IN)?;
        rules.issued_at = table.word("issued-at", &ISSUED_AT)?;
        if let Some(token_type) = table.text("token-type")? {
            rules.token_type = token_type;
        }
        if let Some(references) =
            table.distinct("references", |item| Ok(item.text()?.to_owned()))?
        {
            rules.references = references;
        }
        Ok(rules)
    }
}

impl Default for ResponseRules {
    fn default() -> Self {
        Self {
            expires_in: ExpiresIn::default(),
            issued_at: IssuedAt::default(),
            token_type: BEARER.to_owned(),
            references: Vec::new(),
        }
    }
}
