use core::time::Duration;

use tokenring_jwk::Algorithm;

use crate::reader::Table;
use crate::refusal::read_texts;
use crate::{AnswerText, Error, Problem, Rule};

/// What only the server knows, and a mock of it goes by: table `[server]`.
#[derive(Clone, Debug)]
pub struct ServerRules {
    token_lifetime: Duration,
    expires_in: Duration,
    shorter_lifetime_parameter: Option<String>,
    jwt_id_memory: Duration,
    jwt_id_spent_before: Option<Rule>,
    jwt_id_memory_is_shared: bool,
    jwt_id_memory_ends_at_expiry: bool,
    client_source: ClientSource,
    client_algorithm: Option<Algorithm>,
    trims_assertion: bool,
    takes_first_of_repeated: bool,
    skips_blank_scopes: bool,
    takes_slash_at_end: bool,
    default_scopes: Vec<String>,
    optional_scopes: Option<Vec<String>>,
    access_token: AccessTokenForm,
    access_token_prefix: Option<String>,
    token_ends_with_assertion: bool,
    content_type: String,
    headers: Vec<(String, AnswerText)>,
    documents: Vec<(String, AnswerText)>,
    sends_date: bool,
    dpop_proof_age: Duration,
    dpop_proof_leeway: Duration,
    words: Words,
}

/// What a gateway finds the client by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ClientSource {
    /// The assertion.
    #[default]
    Assertion,
    /// The assertion; a `client_id` in the form is not looked at.
    AssertionAlone,
    /// The form's `client_id`, and without it the assertion.
    FormElseAssertion,
}

/// What an access token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum AccessTokenForm {
    /// Random characters.
    #[default]
    Opaque,
    /// A JWT.
    Jwt,
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

pub(crate) const KEYS: [&str; 25] = [
    "token-lifetime-seconds",
    "expires-in-seconds",
    "shorter-lifetime-parameter",
    "jwt-id-memory-seconds",
    "jwt-id-spent-before",
    "jwt-id-memory-shared",
    "jwt-id-memory-ends-at-expiry",
    "client-from",
    "client-algorithm",
    "trims-assertion",
    "first-of-repeated",
    "skips-blank-scopes",
    "slash-at-end",
    "default-scopes",
    "optional-scopes",
    "access-token",
    "access-token-prefix",
    "token-ends-with-assertion",
    "content-type",
    "headers",
    "documents",
    "dpop-proof-age-seconds",
    "dpop-proof-leeway-seconds",
    "date-header",
    "words",
];
const CLIENT_SOURCES: [(&str, ClientSource); 3] = [
    ("assertion", ClientSource::Assertion),
    ("assertion-alone", ClientSource::AssertionAlone),
    ("form-else-assertion", ClientSource::FormElseAssertion),
];
const ACCESS_TOKENS: [(&str, AccessTokenForm); 2] = [
    ("opaque", AccessTokenForm::Opaque),
    ("jwt", AccessTokenForm::Jwt),
];
const JSON: &str = "application/json";
const WORDS: [(&str, Words); 3] = [
    ("known", Words::Known),
    ("partly", Words::Partly),
    ("unknown", Words::Unknown),
];
const A_MINUTE: Duration = Duration::from_secs(60);
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

    /// Whether a JWT ID that one client used is spent for every other one too. Defaults to no.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn jwt_id_memory_is_shared(&self) -> bool {
        self.jwt_id_memory_is_shared
    }

    /// Whether a JWT ID is forgotten when its assertion expires, if that is sooner. Defaults to no.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn jwt_id_memory_ends_at_expiry(&self) -> bool {
        self.jwt_id_memory_ends_at_expiry
    }

    /// What the gateway finds the client by. Defaults to the assertion.
    #[must_use]
    pub const fn client_source(&self) -> ClientSource {
        self.client_source
    }

    /// The only algorithm that a client may sign with whose registration says no other. Defaults to
    /// any.
    #[must_use]
    pub const fn client_algorithm(&self) -> Option<Algorithm> {
        self.client_algorithm
    }

    /// Whether white space around the assertion counts for nothing. Defaults to no.
    #[must_use]
    pub const fn trims_assertion(&self) -> bool {
        self.trims_assertion
    }

    /// Whether the first value of a repeated parameter counts, and the others are not looked at.
    /// Defaults to no.
    #[must_use]
    pub const fn takes_first_of_repeated(&self) -> bool {
        self.takes_first_of_repeated
    }

    /// Whether several spaces between two scopes count as one. Defaults to no.
    #[must_use]
    pub const fn skips_blank_scopes(&self) -> bool {
        self.skips_blank_scopes
    }

    /// Whether the token endpoint is also at its path with a slash at the end. Defaults to no.
    #[must_use]
    pub const fn takes_slash_at_end(&self) -> bool {
        self.takes_slash_at_end
    }

    /// The scopes that a client has without requesting them.
    #[must_use]
    pub fn default_scopes(&self) -> &[String] {
        &self.default_scopes
    }

    /// The scopes that a client can request in addition, as patterns in which `*` stands for
    /// anything. Without them any can be requested.
    #[must_use]
    pub fn optional_scopes(&self) -> Option<&[String]> {
        self.optional_scopes.as_deref()
    }

    /// What an access token is. Defaults to random characters.
    #[must_use]
    pub const fn access_token(&self) -> AccessTokenForm {
        self.access_token
    }

    /// What every access token begins with.
    #[must_use]
    pub fn access_token_prefix(&self) -> &str {
        self.access_token_prefix.as_deref().unwrap_or_default()
    }

    /// Whether an access token ends when the assertion expires, if that is sooner. Defaults to no.
    #[must_use]
    pub const fn token_ends_with_assertion(&self) -> bool {
        self.token_ends_with_assertion
    }

    /// The `Content-Type` of an answer. Defaults to `application/json`.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// What the server answers to `GET` at further paths, as JSON. Defaults to none.
    #[must_use]
    pub fn documents(&self) -> &[(String, AnswerText)] {
        &self.documents
    }

    /// The headers that every answer of the token endpoint has. Defaults to
    /// `Cache-Control: no-store`.
    #[must_use]
    pub fn headers(&self) -> &[(String, AnswerText)] {
        &self.headers
    }

    /// How long ago the `iat` of a DPoP proof may be. Defaults to a minute.
    #[must_use]
    pub const fn dpop_proof_age(&self) -> Duration {
        self.dpop_proof_age
    }

    /// How far in the future the `iat` of a DPoP proof may be. Defaults to not at all.
    #[must_use]
    pub const fn dpop_proof_leeway(&self) -> Duration {
        self.dpop_proof_leeway
    }

    /// Whether an answer has a `Date`. Defaults to yes.
    #[must_use]
    pub const fn sends_date(&self) -> bool {
        self.sends_date
    }

    /// Whether the texts of the refusals are known. Defaults to unknown.
    #[must_use]
    pub const fn words(&self) -> Words {
        self.words
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Box<Error>> {
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
        rules.jwt_id_memory_is_shared = table.boolean("jwt-id-memory-shared", false)?;
        rules.jwt_id_memory_ends_at_expiry =
            table.boolean("jwt-id-memory-ends-at-expiry", false)?;
        rules.client_source = table.word("client-from", &CLIENT_SOURCES)?;
        if let Some(value) = table.optional("client-algorithm") {
            let algorithms = Algorithm::ALL.iter();
            let algorithms: Vec<_> = algorithms.map(|each| (each.name(), *each)).collect();
            rules.client_algorithm = Some(value.one_of(&algorithms)?);
        }
        rules.trims_assertion = table.boolean("trims-assertion", false)?;
        rules.takes_first_of_repeated = table.boolean("first-of-repeated", false)?;
        rules.skips_blank_scopes = table.boolean("skips-blank-scopes", false)?;
        rules.takes_slash_at_end = table.boolean("slash-at-end", false)?;
        let scopes = |key| table.distinct(key, |item| Ok(item.text()?.to_owned()));
        rules.default_scopes = scopes("default-scopes")?.unwrap_or_default();
        rules.optional_scopes = scopes("optional-scopes")?;
        rules.access_token = table.word("access-token", &ACCESS_TOKENS)?;
        rules.access_token_prefix = table.text("access-token-prefix")?;
        rules.token_ends_with_assertion = table.boolean("token-ends-with-assertion", false)?;
        if let Some(content_type) = table.text("content-type")? {
            rules.content_type = content_type;
        }
        if table.optional("headers").is_some() {
            rules.headers = read_texts(&table, "headers")?;
        }
        if let Some(value) = table.optional("documents") {
            for (path, value) in value.open_table()?.entries() {
                let is_path = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#');
                if !path.starts_with('/') || !path.chars().all(is_path) {
                    return Err(value.error(Problem::Path));
                }
                let body = value.answer_text(value.text()?)?;
                rules.documents.push((path.to_owned(), body));
            }
        }
        if let Some(age) = table.seconds("dpop-proof-age-seconds", 0, A_DAY)? {
            rules.dpop_proof_age = age;
        }
        if let Some(leeway) = table.seconds("dpop-proof-leeway-seconds", 0, A_DAY)? {
            rules.dpop_proof_leeway = leeway;
        }
        rules.sends_date = table.boolean("date-header", true)?;
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
            jwt_id_memory_is_shared: false,
            jwt_id_memory_ends_at_expiry: false,
            client_source: ClientSource::default(),
            client_algorithm: None,
            trims_assertion: false,
            takes_first_of_repeated: false,
            skips_blank_scopes: false,
            takes_slash_at_end: false,
            default_scopes: Vec::new(),
            optional_scopes: None,
            access_token: AccessTokenForm::default(),
            access_token_prefix: None,
            token_ends_with_assertion: false,
            content_type: JSON.to_owned(),
            documents: Vec::new(),
            headers: vec![("Cache-Control".to_owned(), AnswerText::literal("no-store"))],
            sends_date: true,
            dpop_proof_age: A_MINUTE,
            dpop_proof_leeway: Duration::ZERO,
            words: Words::default(),
        }
    }
}
