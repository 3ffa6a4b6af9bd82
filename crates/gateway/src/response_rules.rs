use core::time::Duration;

use crate::reader::{Table, Value};
use crate::{AnswerText, Error, Problem, RateLimitHeaders};

/// What is peculiar about a gateway's access token response: table `[response]`.
#[derive(Clone, Debug)]
pub struct ResponseRules {
    expires_in: ExpiresIn,
    assumed_lifetime: Option<Duration>,
    issued_at: IssuedAt,
    token_type: String,
    accepted_token_types: Vec<String>,
    status: u16,
    references: Vec<String>,
    scope: GrantedScope,
    id_token_scope: Option<String>,
    members: Vec<(String, AnswerValue)>,
    order: Vec<String>,
    rate_limit: RateLimitHeaders,
}

/// What the response says of the scope that a token has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum GrantedScope {
    /// What was requested, and nothing if nothing was.
    #[default]
    Requested,
    /// What was requested, and an empty text if nothing was.
    RequestedOrEmpty,
    /// What was requested, and the default scopes if nothing was.
    RequestedElseDefault,
    /// What was requested and the default scopes.
    RequestedAndDefault,
    /// Nothing.
    Absent,
}

/// The value of a member that a response always has.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AnswerValue {
    /// A text, which can quote what was sent.
    Text(AnswerText),
    /// A whole number.
    Number(u64),
    /// True or false.
    Boolean(bool),
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
    /// There is none.
    Absent,
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
    /// Milliseconds since 1970, as a JSON string of digits.
    MillisecondsAsText,
}

pub(crate) const KEYS: [&str; 12] = [
    "expires-in",
    "assumed-lifetime-seconds",
    "issued-at",
    "token-type",
    "accepted-token-types",
    "status",
    "references",
    "scope",
    "id-token-scope",
    "members",
    "order",
    "rate-limit",
];
/// A number that every reader of JSON takes as it is: RFC 7493, section 2.2.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;
const A_DAY: u64 = 24 * 3600;
/// RFC 9110, section 15.3.
const SUCCESSFUL: (u64, u64) = (200, 299);
/// RFC 6750.
const BEARER: &str = "Bearer";
const EXPIRES_IN: [(&str, ExpiresIn); 3] = [
    ("number", ExpiresIn::Number),
    ("text", ExpiresIn::Text),
    ("absent", ExpiresIn::Absent),
];
const SCOPES: [(&str, GrantedScope); 5] = [
    ("requested", GrantedScope::Requested),
    ("requested-or-empty", GrantedScope::RequestedOrEmpty),
    ("requested-else-default", GrantedScope::RequestedElseDefault),
    ("requested-and-default", GrantedScope::RequestedAndDefault),
    ("absent", GrantedScope::Absent),
];
const ISSUED_AT: [(&str, IssuedAt); 4] = [
    ("absent", IssuedAt::Absent),
    ("seconds", IssuedAt::Seconds),
    ("milliseconds", IssuedAt::Milliseconds),
    ("milliseconds-as-text", IssuedAt::MillisecondsAsText),
];

impl ResponseRules {
    /// The form of `expires_in`. Defaults to a number.
    #[must_use]
    pub const fn expires_in(&self) -> ExpiresIn {
        self.expires_in
    }

    /// How long a token is taken to be valid if the response does not say.
    #[must_use]
    pub const fn assumed_lifetime(&self) -> Option<Duration> {
        self.assumed_lifetime
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

    /// Other names that the `token_type` can have.
    #[must_use]
    pub fn accepted_token_types(&self) -> &[String] {
        &self.accepted_token_types
    }

    /// The HTTP status of a response with a token. Defaults to 200.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The members of a refusal that a person can quote to the gateway's support.
    #[must_use]
    pub fn references(&self) -> &[String] {
        &self.references
    }

    /// What it says of the scope. Defaults to what was requested.
    #[must_use]
    pub const fn scope(&self) -> GrantedScope {
        self.scope
    }

    /// The scope with which the response has an `id_token` as well.
    #[must_use]
    pub fn id_token_scope(&self) -> Option<&str> {
        self.id_token_scope.as_deref()
    }

    /// Members that every response has, with their values.
    #[must_use]
    pub fn members(&self) -> &[(String, AnswerValue)] {
        &self.members
    }

    /// The order of the members; those that are not in it come last.
    #[must_use]
    pub fn order(&self) -> &[String] {
        &self.order
    }

    /// How the answers tell of the rate limit.
    #[must_use]
    pub const fn rate_limit(&self) -> &RateLimitHeaders {
        &self.rate_limit
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Box<Error>> {
        let mut rules = Self::default();
        let Some(value) = root.optional("response") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        rules.expires_in = table.word("expires-in", &EXPIRES_IN)?;
        rules.assumed_lifetime = table.seconds("assumed-lifetime-seconds", 1, A_DAY)?;
        rules.issued_at = table.word("issued-at", &ISSUED_AT)?;
        if let Some(token_type) = table.text("token-type")? {
            rules.token_type = token_type;
        }
        if let Some(value) = table.optional("accepted-token-types") {
            rules.read_token_types(&table, &value)?;
        }
        if let Some(value) = table.optional("status") {
            let (least, most) = SUCCESSFUL;
            rules.status = value.integer(least, most)?.try_into().unwrap_or(200);
        }
        if let Some(references) =
            table.distinct("references", |item| Ok(item.text()?.to_owned()))?
        {
            rules.references = references;
        }
        rules.scope = table.word("scope", &SCOPES)?;
        rules.id_token_scope = table.text("id-token-scope")?;
        if let Some(value) = table.optional("members") {
            for (name, value) in value.open_table()?.entries() {
                value.check_name(name)?;
                rules.members.push((name.to_owned(), read_value(&value)?));
            }
        }
        if let Some(order) = table.distinct("order", |item| Ok(item.text()?.to_owned()))? {
            rules.order = order;
        }
        if let Some(value) = table.optional("rate-limit") {
            rules.rate_limit = RateLimitHeaders::read(&value)?;
        }
        Ok(rules)
    }
}

impl ResponseRules {
    /// Reads other names of the type, of which none is the type itself.
    fn read_token_types(&mut self, table: &Table<'_>, value: &Value<'_>) -> Result<(), Box<Error>> {
        self.accepted_token_types = value.distinct(|item| Ok(item.text()?.to_ascii_lowercase()))?;
        for item in value.list()? {
            if item.text()?.eq_ignore_ascii_case(&self.token_type) {
                let other = table.path_of("token-type");
                return Err(item.error(Problem::Duplicate { other }));
            }
        }
        Ok(())
    }
}

fn read_value(value: &Value<'_>) -> Result<AnswerValue, Box<Error>> {
    if value.is_integer() {
        return Ok(AnswerValue::Number(value.integer(0, LARGEST_NUMBER)?));
    }
    if value.is_boolean() {
        return Ok(AnswerValue::Boolean(value.boolean()?));
    }
    Ok(AnswerValue::Text(value.answer_text(value.text()?)?))
}

impl Default for ResponseRules {
    fn default() -> Self {
        Self {
            expires_in: ExpiresIn::default(),
            assumed_lifetime: None,
            issued_at: IssuedAt::default(),
            token_type: BEARER.to_owned(),
            accepted_token_types: Vec::new(),
            status: 200,
            references: Vec::new(),
            scope: GrantedScope::default(),
            id_token_scope: None,
            members: Vec::new(),
            order: Vec::new(),
            rate_limit: RateLimitHeaders::default(),
        }
    }
}
