//! What an authorization server publishes about itself.

mod comparison;
mod doubt;
mod environments;
mod fetching;
mod gateway_file;

use serde_json::{Map, Value};
use tokenring_jwk::Algorithm;
use tokenring_oauth::HttpResponse;

pub use self::comparison::FactDifference;
pub use self::doubt::MetadataDoubt;
pub use self::environments::{EnvironmentMetadata, MetadataComparison};
use crate::request_plan::shown_url;

/// What an authorization server publishes about itself: the metadata of RFC 8414, of OpenID Connect
/// Discovery or of SMART's configuration.
///
/// It serves to compare ([`Target::verify`](crate::Target::verify)) and to begin a gateway file
/// ([`gateway_file`](Self::gateway_file)). No request of a [`Client`](crate::Client) goes anywhere
/// because of it.
///
/// # Examples
///
/// ```
/// use tokenring::ServerMetadata;
/// use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl};
///
/// let transport = |request: HttpRequest| {
///     assert_eq!(request.url(), "https://as.example.com/.well-known/openid-configuration");
///     let body = r#"{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/t"}"#;
///     Ok(HttpResponse::new(200, Vec::new(), body.into()))
/// };
/// let metadata = ServerMetadata::find(&SecureUrl::new("https://as.example.com")?, &transport)?;
/// assert_eq!(metadata.token_endpoint(), Some("https://as.example.com/t"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerMetadata {
    url: String,
    members: Map<String, Value>,
    /// The issuer for whose metadata was asked, where the place of the document says so.
    expected_issuer: Option<String>,
}

impl ServerMetadata {
    /// Where it was found, without query.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The member `issuer`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.text(ISSUER)
    }

    /// The issuer for whose metadata was asked, where the document is another one's.
    ///
    /// RFC 8414 section 3.3 forbids to use such a document. A slash at the end does not count, and
    /// of SMART's configuration the issuer is another URL than that of the FHIR server.
    #[must_use]
    pub fn foreign_to(&self) -> Option<&str> {
        let (expected, stated) = (self.expected_issuer.as_deref()?, self.issuer()?);
        let bare = |issuer: &str| issuer.trim_end_matches('/').to_owned();
        (bare(expected) != bare(stated)).then_some(expected)
    }

    /// The member `token_endpoint`.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&str> {
        self.text(TOKEN_ENDPOINT)
    }

    /// The member `token_endpoint_auth_methods_supported`, if there is one.
    #[must_use]
    pub fn authentication_methods(&self) -> Option<Vec<&str>> {
        self.list(METHODS)
    }

    /// The algorithms of `token_endpoint_auth_signing_alg_values_supported` that sign client
    /// assertions of this crate; none without that member.
    #[must_use]
    pub fn algorithms(&self) -> Option<Vec<Algorithm>> {
        let names = self.list(ALGORITHMS)?.into_iter();
        Some(names.filter_map(|name| name.parse().ok()).collect())
    }

    /// The member `grant_types_supported`, if there is one.
    #[must_use]
    pub fn grant_types(&self) -> Option<Vec<&str>> {
        self.list(GRANT_TYPES)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.members.get(name)?.as_array()?.iter();
        Some(items.filter_map(Value::as_str).collect())
    }
}

/// What a document states, as it can be shown: without what looks like a secret, and on one line.
pub(crate) fn shown(stated: &str) -> String {
    let response = HttpResponse::new(200, Vec::new(), Vec::new());
    response.words_to_show(&shown_url(stated))
}

const METHODS: &str = "token_endpoint_auth_methods_supported";
pub(crate) const ALGORITHMS: &str = "token_endpoint_auth_signing_alg_values_supported";
const GRANT_TYPES: &str = "grant_types_supported";
pub(crate) const ISSUER: &str = "issuer";
pub(crate) const TOKEN_ENDPOINT: &str = "token_endpoint";
