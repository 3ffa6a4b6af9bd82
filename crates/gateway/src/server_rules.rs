use core::time::Duration;

use crate::reader::Table;
use crate::{Error, Problem, Rule};

/// What only the server knows, and a mock of it goes by: table `[server]`.
#[derive(Clone, Debug)]
pub struct ServerRules {
    token_lifetime: Duration,
    expires_in: Duration,
    shorter_lifetime_parameter: Option<String>,
    jwt_id_memory: Duration,
    jwt_id_spent_before: Option<Rule>,
    words: Words,
}

/// Whether the texts of a gateway's refusals are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Words {
    /// They are the server's own.
    Known,
    /// Some are the server's own.
    Partly,
    /// None is known to be the server's own.
    #[default]
    Unknown,
}

pub(crate) const KEYS: [&str; 6] = [
    "token-lifetime-seconds",
    "expires-in-seconds",
    "shorter-lifetime-parameter",
    "jwt-id-memory-seconds",
    "jwt-id-spent-before",
    "words",
];
const WORDS: [(&str, Words); 3] = [
    ("known", Words::Known),
    ("partly", Words::Partly),
    ("unknown", Words::Unknown),
];
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const AN_HOUR: Duration = Duration::from_secs(3600);
const A_DAY: u64 = 24 * 3600;
const A_YEAR: u64 = 366 * A_DAY;

impl ServerRules {
    /// How long an access token is good. Defaults to five minutes.
    #[must_use]
    pub const fn token_lifetime(&self) -> Duration {
        self.token_lifetime
    }

    /// What the response says of that. Defaults to the lifetime.
    #[must_use]
    pub const fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// The form parameter that can shorten an access token's life, in milliseconds.
    #[must_use]
    pub fn shorter_lifetime_parameter(&self) -> Option<&str> {
        self.shorter_lifetime_parameter.as_deref()
    }

    /// How long a JWT ID is remembered; zero where an assertion can be sent again. Defaults to an
    /// hour.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn jwt_id_memory(&self) -> Duration {
        self.jwt_id_memory
    }

    /// The rule before whose judgement a JWT ID is used up, so that this and all later refusals
    /// cost it. Without one it is used up only when the assertion is accepted.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn jwt_id_spent_before(&self) -> Option<Rule> {
        self.jwt_id_spent_before
    }

    /// Whether the texts of the refusals are known. Defaults to unknown.
    #[must_use]
    pub const fn words(&self) -> Words {
        self.words
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Error> {
        let mut rules = Self::default();
        let Some(value) = root.optional("server") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        if let Some(lifetime) = table.seconds("token-lifetime-seconds", 1, A_DAY)? {
            rules.token_lifetime = lifetime;
        }
        rules.expires_in = match table.seconds("expires-in-seconds", 1, A_DAY)? {
            Some(expires_in) => expires_in,
            None => rules.token_lifetime,
        };
        if rules.expires_in > rules.token_lifetime {
            let problem = Problem::OverMaximum {
                key: table.path_of("token-lifetime-seconds"),
                maximum: rules.token_lifetime.as_secs(),
            };
            return Err(table.required("expires-in-seconds")?.error(problem));
        }
        if let Some(value) = table.optional("shorter-lifetime-parameter") {
            rules.shorter_lifetime_parameter = Some(value.text()?.to_owned());
        }
        if let Some(memory) = table.seconds("jwt-id-memory-seconds", 0, A_YEAR)? {
            rules.jwt_id_memory = memory;
        }
        if let Some(value) = table.optional("jwt-id-spent-before") {
            rules.jwt_id_spent_before = Some(Rule::read(&value)?);
        }
        rules.words = table.word("words", &WORDS)?;
        Ok(rules)
    }
}

impl Default for ServerRules {
    fn default() -> Self {
        Self {
            token_lifetime: FIVE_MINUTES,
            expires_in: FIVE_MINUTES,
            shorter_lifetime_parameter: None,
            jwt_id_memory: AN_HOUR,
            jwt_id_spent_before: None,
            words: Words::default(),
        }
    }
}
