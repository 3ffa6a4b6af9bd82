use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{AssertionRules, Error, Problem, RateLimit, Template};

/// What a gateway wants in the access token request: table `[request]`.
#[derive(Clone, Debug, Default)]
pub struct RequestRules {
    grant: Grant,
    client_authentication: ClientAuthentication,
    client_id: bool,
    client_id_required: bool,
    content_type: ContentTypeRule,
    scope: ScopeRule,
    parameters: Vec<(String, Template)>,
    secret_parameters: Vec<String>,
    headers: Vec<(String, Template)>,
    maximum_parameter_characters: Option<u32>,
    rate_limit: Option<RateLimit>,
    multipart: bool,
    empty_parameters: bool,
}

/// The grant by which a token is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Grant {
    /// `client_credentials` of RFC 6749 section 4.4, with a client assertion.
    #[default]
    ClientCredentials,
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer` of RFC 7523 section 2.1: the assertion is
    /// itself the grant.
    JwtBearer,
}

/// What authenticates the client beside an assertion that is the grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// Nothing does: the grant is all.
    #[default]
    None,
    /// A client assertion of its own, of RFC 7523 section 2.2.
    Assertion,
}

/// How a gateway looks at the request's `Content-Type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ContentTypeRule {
    /// The whole header has to be `application/x-www-form-urlencoded`: a `charset` is refused.
    Exact,
    /// The media type counts, whatever its parameters.
    #[default]
    MediaType,
    /// A body of another type counts as a form without parameters.
    Any,
}

/// Where a gateway wants the scope, and what it does with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ScopeRule {
    /// Sent when the caller names one.
    #[default]
    Optional,
    /// The gateway takes no notice of it: what a token may do is settled elsewhere.
    Ignored,
    /// A request without one is refused.
    Required,
    /// It is a claim of the assertion instead, and one without it is refused.
    InAssertion,
    /// It is a claim of the assertion instead, sent when the caller names one.
    InAssertionOptional,
}

pub(crate) const KEYS: [&str; 13] = [
    "grant",
    "client-authentication",
    "client-id",
    "client-id-required",
    "content-type",
    "scope",
    "parameters",
    "secret-parameters",
    "headers",
    "maximum-parameter-characters",
    "rate-limit",
    "multipart",
    "empty-parameters",
];
const GRANTS: [(&str, Grant); 2] = [
    ("client-credentials", Grant::ClientCredentials),
    ("jwt-bearer", Grant::JwtBearer),
];
const CLIENT_AUTHENTICATIONS: [(&str, ClientAuthentication); 2] = [
    ("none", ClientAuthentication::None),
    ("assertion", ClientAuthentication::Assertion),
];
const CONTENT_TYPES: [(&str, ContentTypeRule); 3] = [
    ("any", ContentTypeRule::Any),
    ("exact", ContentTypeRule::Exact),
    ("media-type", ContentTypeRule::MediaType),
];
const SCOPES: [(&str, ScopeRule); 5] = [
    ("optional", ScopeRule::Optional),
    ("ignored", ScopeRule::Ignored),
    ("required", ScopeRule::Required),
    ("in-assertion", ScopeRule::InAssertion),
    ("in-assertion-optional", ScopeRule::InAssertionOptional),
];
/// Shorter than any assertion, and longer than any form.
const PARAMETER_LIMITS: (u64, u64) = (500, 1_048_576);
/// Parameters of RFC 6749, RFC 7521 and RFC 7523 that other keys or the caller set.
const RESERVED: [&str; 6] = [
    "grant_type",
    "client_id",
    "client_assertion",
    "client_assertion_type",
    "assertion",
    "scope",
];

/// Headers that the request itself sets.
const SET_HEADERS: [&str; 5] = [
    "Accept",
    "Content-Length",
    "Content-Type",
    "Host",
    "Transfer-Encoding",
];

impl RequestRules {
    /// The grant. Defaults to client credentials.
    #[must_use]
    pub const fn grant(&self) -> Grant {
        self.grant
    }

    /// What authenticates the client beside an assertion that is the grant. Defaults to nothing.
    #[must_use]
    pub const fn client_authentication(&self) -> ClientAuthentication {
        self.client_authentication
    }

    /// Whether `client_id` is sent beside the assertion, which names the client already.
    #[must_use]
    pub const fn sends_client_id(&self) -> bool {
        self.client_id
    }

    /// Whether the gateway refuses a request without `client_id`.
    #[must_use]
    pub const fn client_id_required(&self) -> bool {
        self.client_id_required
    }

    /// How the gateway looks at `Content-Type`. Defaults to the media type.
    #[must_use]
    pub const fn content_type(&self) -> ContentTypeRule {
        self.content_type
    }

    /// Where the scope goes, and whether it has to. Defaults to optional.
    #[must_use]
    pub const fn scope(&self) -> ScopeRule {
        self.scope
    }

    /// Form parameters, name and value, that every token request carries.
    ///
    /// [`Endpoint::parameters`](crate::Endpoint::parameters) has them with their variables put
    /// in.
    #[must_use]
    pub fn parameters(&self) -> &[(String, Template)] {
        &self.parameters
    }

    /// Form parameters that every token request needs and whose values are secrets: the caller's.
    #[must_use]
    pub fn secret_parameters(&self) -> &[String] {
        &self.secret_parameters
    }

    /// HTTP headers, name and value, that every token request carries.
    ///
    /// [`Endpoint::headers`](crate::Endpoint::headers) has them with their variables put in.
    #[must_use]
    pub fn headers(&self) -> &[(String, Template)] {
        &self.headers
    }

    /// How long one parameter of the form may be, if the gateway has a limit: the assertion counts.
    #[must_use]
    pub const fn maximum_parameter_characters(&self) -> Option<u32> {
        self.maximum_parameter_characters
    }

    /// How many token requests of one client the gateway takes in a time, if it is known.
    #[must_use]
    pub const fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// Whether a body of `multipart/form-data` counts as a form too. Defaults to no.
    #[must_use]
    pub const fn multipart(&self) -> bool {
        self.multipart
    }

    /// Whether a parameter without a value counts as sent. Defaults to no (RFC 6749 section 3.2).
    #[must_use]
    pub const fn empty_parameters(&self) -> bool {
        self.empty_parameters
    }

    pub(crate) fn read(
        value: Option<&Value<'_>>,
        scope: &Scope,
        assertion: &AssertionRules,
    ) -> Result<Self, Box<Error>> {
        let mut rules = Self::default();
        let Some(value) = value else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        rules.grant = table.word("grant", &GRANTS)?;
        if let Some(value) = table.optional("client-authentication") {
            rules.client_authentication = value.one_of(&CLIENT_AUTHENTICATIONS)?;
            let is_beside_grant = rules.client_authentication != ClientAuthentication::None;
            if is_beside_grant && rules.grant == Grant::ClientCredentials {
                return Err(table.contradiction(&value, "grant", "client-credentials"));
            }
        }
        rules.client_id = table.boolean("client-id", false)?;
        if let Some(value) = table.optional("client-id-required") {
            rules.client_id_required = value.boolean()?;
            if rules.client_id_required && !rules.client_id {
                return Err(table.contradiction(&value, "client-id", "false"));
            }
        }
        rules.content_type = table.word("content-type", &CONTENT_TYPES)?;
        if let Some(value) = table.optional("scope") {
            rules.scope = value.one_of(&SCOPES)?;
            rules.check_scope_claim(&value, assertion)?;
        }
        if let Some(value) = table.optional("maximum-parameter-characters") {
            let (shortest, longest) = PARAMETER_LIMITS;
            rules.maximum_parameter_characters = value.integer(shortest, longest)?.try_into().ok();
        }
        if let Some(value) = table.optional("rate-limit") {
            rules.rate_limit = Some(RateLimit::read(&value)?);
        }
        rules.multipart = table.boolean("multipart", false)?;
        rules.empty_parameters = table.boolean("empty-parameters", false)?;
        if let Some(value) = table.optional("parameters") {
            for (name, value) in value.open_table()?.entries() {
                if RESERVED.contains(&name) {
                    return Err(value.error(Problem::ReservedParameter));
                }
                value.check_name(name)?;
                let template = value.template(scope)?;
                rules.parameters.push((name.to_owned(), template));
            }
        }
        rules.read_secrets_and_headers(&table, scope)?;
        Ok(rules)
    }

    fn read_secrets_and_headers(
        &mut self,
        table: &Table<'_>,
        scope: &Scope,
    ) -> Result<(), Box<Error>> {
        if let Some(value) = table.optional("secret-parameters") {
            self.secret_parameters = value.distinct(|item| Ok(item.name()?.to_owned()))?;
            for item in value.list()? {
                let name = item.text()?;
                if RESERVED.contains(&name) {
                    return Err(item.error(Problem::ReservedParameter));
                }
                if self.parameters.iter().any(|(other, _)| other == name) {
                    let other = format!("{}.{name}", table.path_of("parameters"));
                    return Err(item.error(Problem::Duplicate { other }));
                }
            }
        }
        if let Some(value) = table.optional("headers") {
            for (name, value) in value.open_table()?.entries() {
                if SET_HEADERS.iter().any(|set| name.eq_ignore_ascii_case(set)) {
                    return Err(value.error(Problem::ReservedName));
                }
                value.check_header_name(name)?;
                let template = value.template(scope)?;
                self.headers.push((name.to_owned(), template));
            }
        }
        Ok(())
    }

    /// Refuses a scope in the assertion where that cannot have the claim.
    fn check_scope_claim(
        &self,
        value: &Value<'_>,
        assertion: &AssertionRules,
    ) -> Result<(), Box<Error>> {
        let is_claim = matches!(
            self.scope,
            ScopeRule::InAssertion | ScopeRule::InAssertionOptional
        );
        match assertion.allowed_claims() {
            Some(allowed) if is_claim && !allowed.iter().any(|name| name == "scope") => Err(value
                .error(Problem::NotAmong {
                    found: "scope".to_owned(),
                    key: "assertion.allowed-claims".to_owned(),
                })),
            _ => Ok(()),
        }
    }
}
