mod reading;

#[cfg(feature = "diagnosis")]
pub(crate) use self::reading::RESERVED;
use self::reading::{CONTENT_TYPES, DPOP_RULES, GRANTS, SCOPES};
pub(crate) use self::reading::{KEYS, grant};
use crate::{RateLimit, Template, pattern};

/// What a gateway wants in the access token request: table `[request]`.
#[derive(Clone, Debug, Default)]
pub struct RequestRules {
    grant: Grant,
    client_authentication: ClientAuthentication,
    client_id: bool,
    client_id_required: bool,
    content_type: ContentTypeRule,
    scope: ScopeRule,
    id_token_claim: Option<String>,
    parameters: Vec<(String, Template)>,
    secret_parameters: Vec<String>,
    headers: Vec<(String, Template)>,
    secret_headers: Vec<String>,
    maximum_parameter_characters: Option<u32>,
    rate_limit: Option<RateLimit>,
    multipart: bool,
    json: bool,
    parameters_in_query: bool,
    empty_parameters: Vec<String>,
    dpop: DpopRule,
    dpop_nonce: bool,
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
    /// None: the signed JWT is itself the bearer token of API requests, and there is no token
    /// endpoint.
    None,
}

impl Grant {
    /// The grant's name in a gateway file.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = GRANTS.iter().find(|(_, grant)| *grant == self);
        named.map_or("", |(name, _)| name)
    }
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

/// Whether a gateway binds its tokens to a key by DPoP (RFC 9449).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum DpopRule {
    /// A token request carries no proof, and the token is a bearer token.
    #[default]
    Off,
    /// A proof is sent; whether the token is bound is the gateway's choice.
    Optional,
    /// A proof is sent, and only a bound token will do.
    Required,
}

impl DpopRule {
    /// The rule's name, in a gateway file and everywhere else.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = DPOP_RULES.iter().find(|(_, rule)| *rule == self);
        named.map_or("", |(name, _)| name)
    }

    /// Finds a rule by its name: `off`, `optional` or `required`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let named = DPOP_RULES.iter().find(|(known, _)| *known == name);
        named.map(|(_, rule)| *rule)
    }
}

impl ContentTypeRule {
    /// The rule's name in a gateway file.
    pub(crate) fn name(self) -> &'static str {
        let named = CONTENT_TYPES.iter().find(|(_, rule)| *rule == self);
        named.map_or("", |(name, _)| name)
    }
}

impl ScopeRule {
    /// The rule's name in a gateway file.
    pub(crate) fn name(self) -> &'static str {
        let named = SCOPES.iter().find(|(_, rule)| *rule == self);
        named.map_or("", |(name, _)| name)
    }
}

impl RequestRules {
    /// Whether the signed JWT is itself the token, so that nothing is requested.
    #[must_use]
    pub const fn jwt_is_token(&self) -> bool {
        matches!(self.grant, Grant::None)
    }

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

    /// The claim that a request can have in place of a scope, for an ID token instead of an access
    /// token: with it the response has an `id_token` alone.
    #[must_use]
    pub fn id_token_claim(&self) -> Option<&str> {
        self.id_token_claim.as_deref()
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

    /// HTTP headers that every token request needs and whose values are secrets: the caller's.
    #[must_use]
    pub fn secret_headers(&self) -> &[String] {
        &self.secret_headers
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

    /// Whether a body of `application/json` counts as a form too: the members of its object are
    /// the parameters. Defaults to no.
    #[must_use]
    pub const fn json(&self) -> bool {
        self.json
    }

    /// Whether parameters in the URL's query count as those of the form. Defaults to no.
    #[must_use]
    pub const fn parameters_in_query(&self) -> bool {
        self.parameters_in_query
    }

    /// Whether a token request carries a DPoP proof. Defaults to off.
    #[must_use]
    pub const fn dpop(&self) -> DpopRule {
        self.dpop
    }

    /// Whether the gateway demands a nonce of its own in each DPoP proof. Defaults to no.
    #[must_use]
    pub const fn dpop_nonce(&self) -> bool {
        self.dpop_nonce
    }

    /// Whether the parameter of this name counts as sent where it has no value. Defaults to no
    /// (RFC 6749 section 3.2).
    #[must_use]
    pub fn counts_empty(&self, name: &str) -> bool {
        let mut counted = self.empty_parameters.iter();
        counted.any(|pattern| pattern::fits(pattern, name))
    }
}
