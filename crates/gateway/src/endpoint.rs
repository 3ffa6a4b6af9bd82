use tokenring_jwk::KeyId;
use tokenring_oauth::TokenEndpoint;

use crate::Error;

mod builder;

pub use builder::EndpointBuilder;

/// Where to send an assertion and whom it names, with nothing left open that the file knows.
#[derive(Clone, Debug)]
pub struct Endpoint {
    gateway: String,
    environment: String,
    token_endpoint: Option<TokenEndpoint>,
    issuer: Option<String>,
    audience: Option<String>,
    audience_is_issuer: bool,
    audience_is_replaced: bool,
    accepted_audiences: Vec<String>,
    assertion_issuer: Option<String>,
    subject: Option<String>,
    metadata: Option<String>,
    metadata_variable: Option<String>,
    api_key_header: Option<String>,
    api_key_prefix: Option<String>,
    is_open: bool,
    variables: Vec<(String, String)>,
    default_key_id: Option<KeyId>,
    parameters: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    claims: Vec<(String, serde_json::Value)>,
}

impl Endpoint {
    /// The name of the environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The token endpoint.
    ///
    /// # Errors
    ///
    /// [`Error::NoTokenEndpoint`] if the gateway leaves it open and nobody gave one.
    pub fn token_endpoint(&self) -> Result<&TokenEndpoint, Error> {
        self.token_endpoint
            .as_ref()
            .ok_or_else(|| self.no_token_endpoint())
    }

    /// The authorization server's issuer identifier, if it is known.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The audience that the gateway's rule makes of the above; an empty text for none.
    ///
    /// # Errors
    ///
    /// [`Error::NoIssuer`] or [`Error::NoTokenEndpoint`] if the value that the rule asks for is
    /// left open and nobody gave one.
    #[doc(alias = "aud")]
    pub fn audience(&self) -> Result<&str, Error> {
        match &self.audience {
            Some(audience) => Ok(audience),
            None if self.audience_is_issuer => Err(Error::NoIssuer {
                gateway: self.gateway.clone(),
            }),
            None => Err(self.no_token_endpoint()),
        }
    }

    fn no_token_endpoint(&self) -> Error {
        Error::NoTokenEndpoint {
            gateway: self.gateway.clone(),
            metadata: self.metadata.clone().or_else(|| self.issuer.clone()),
            variable: self.metadata_variable.clone(),
        }
    }

    /// Whether the gateway's audience is, or holds, an issuer that nobody gave.
    #[cfg(feature = "diagnosis")]
    pub(crate) const fn lacks_issuer(&self) -> bool {
        self.audience_is_issuer && self.issuer.is_none()
    }

    /// Whether the audience is the caller's own, in place of the gateway's.
    #[doc(alias = "aud")]
    #[must_use]
    pub const fn is_audience_replaced(&self) -> bool {
        self.audience_is_replaced
    }

    /// Every audience that the gateway takes here. Those whose value is left open, and nobody gave,
    /// are not among them.
    #[must_use]
    pub fn accepted_audiences(&self) -> &[String] {
        &self.accepted_audiences
    }

    /// The issuer of the assertion, where the gateway's rule is a text of its own.
    #[doc(alias = "iss")]
    #[must_use]
    pub fn assertion_issuer(&self) -> Option<&str> {
        self.assertion_issuer.as_deref()
    }

    /// The subject, where the gateway's rule is a text of its own.
    #[doc(alias = "sub")]
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The document in which a person finds the endpoints, if it is known.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        self.metadata.as_deref()
    }

    /// The variable without whose value the URL of [`metadata`](Self::metadata) is not known.
    #[must_use]
    pub fn metadata_variable(&self) -> Option<&str> {
        self.metadata_variable.as_deref()
    }

    /// The header that carries a plain API key, where the APIs here have that way in.
    #[must_use]
    pub fn api_key_header(&self) -> Option<&str> {
        self.api_key_header.as_deref()
    }

    /// What stands before a plain API key in its header; empty where nothing does.
    #[must_use]
    pub fn api_key_prefix(&self) -> &str {
        self.api_key_prefix.as_deref().unwrap_or_default()
    }

    /// Whether the APIs here want no credentials.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// The gateway's variables that have a value, given or by default, with it.
    #[must_use]
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// The key ID of a new key, or of one whose file name says nothing.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn default_key_id(&self) -> Option<&KeyId> {
        self.default_key_id.as_ref()
    }

    /// HTTP headers, name and value, that every token request carries.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Claims of the gateway's own, name and value, that every assertion has.
    #[must_use]
    pub fn claims(&self) -> &[(String, serde_json::Value)] {
        &self.claims
    }

    /// Form parameters, name and value, that every token request carries.
    #[must_use]
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }
}
