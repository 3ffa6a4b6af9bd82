use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use tokenring_jwk::{Algorithm, KeyId, Thumbprint};

use crate::cache_entry::{Labels, without_query_values};
use crate::field_hash::FieldHash;

const TOKEN_ENDPOINT: &str = "token_endpoint";
const CLIENT_ID: &str = "client_id";
/// What a server's pause is about. Those of one kind only, as they are set once each.
const PAUSE_FIELDS: [&str; 2] = [CLIENT_ID, TOKEN_ENDPOINT];

/// What a token was asked for with, as a hash, and the name of its file.
///
/// Two requests share a token if, and only if, every value that was given to the
/// [`CacheKeyBuilder`] is the same. The values themselves are not kept, but for
/// the few labels that [`CacheKeyBuilder`] names.
#[derive(Clone, PartialEq, Eq)]
pub struct CacheKey {
    hash: String,
    pause_hash: String,
    labels: Labels,
}

impl CacheKey {
    /// Begins with the two values that every token request has.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_token_store::CacheKey;
    ///
    /// let key = |audience: &str| {
    ///     CacheKey::builder("https://gateway.example/oauth2/token", "client-1")
    ///         .with_audience(audience)
    ///         .build()
    /// };
    /// assert_eq!(key("a").as_str(), key("a").as_str());
    /// assert_ne!(key("a").as_str(), key("b").as_str());
    /// ```
    #[must_use]
    pub fn builder(token_endpoint: &str, client_id: &str) -> CacheKeyBuilder {
        let mut builder = CacheKeyBuilder {
            fields: Vec::new(),
            single: BTreeMap::new(),
            labels: Labels::default(),
        };
        builder.set(TOKEN_ENDPOINT, token_endpoint);
        builder.set(CLIENT_ID, client_id);
        builder.labels.token_endpoint = Some(without_query_values(token_endpoint));
        builder
    }

    /// The hash, 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.hash
    }

    /// The hash of the token endpoint and the client identifier alone.
    ///
    /// A pause that the server states holds for every key with this hash: servers count
    /// the requests of a client, whatever scope they are for.
    #[must_use]
    pub fn pause_hash(&self) -> &str {
        &self.pause_hash
    }

    pub(crate) const fn labels(&self) -> &Labels {
        &self.labels
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheKey").field(&self.hash).finish()
    }
}

/// Collects every value that shapes a token.
///
/// A value that is left out differs from an empty one. The order of the calls
/// makes no difference. Gateway, environment, token endpoint, key identifier and
/// scope are also kept in the entry's file as labels for people; the client
/// identifier is not, because some gateways take it as an API key, nor are the
/// values of the endpoint's query.
#[derive(Clone)]
pub struct CacheKeyBuilder {
    /// The field, the name within the field, the value.
    fields: Vec<(&'static str, String, String)>,
    /// Those that there is one of each.
    single: BTreeMap<&'static str, String>,
    labels: Labels,
}

impl CacheKeyBuilder {
    /// Sets the gateway. Defaults to none.
    #[must_use]
    pub fn with_gateway(mut self, gateway: &str) -> Self {
        self.labels.gateway = Some(gateway.into());
        self.set("gateway", gateway);
        self
    }

    /// Sets the environment of the gateway. Defaults to none.
    #[must_use]
    pub fn with_environment(mut self, environment: &str) -> Self {
        self.labels.environment = Some(environment.into());
        self.set("environment", environment);
        self
    }

    /// Sets the issuer of the assertion. Defaults to none.
    #[must_use]
    pub fn with_issuer(mut self, issuer: &str) -> Self {
        self.set("issuer", issuer);
        self
    }

    /// Sets the subject of the assertion. Defaults to none.
    #[must_use]
    pub fn with_subject(mut self, subject: &str) -> Self {
        self.set("subject", subject);
        self
    }

    /// Sets the identifier of the key that signs. Defaults to none.
    #[must_use]
    #[doc(alias = "kid")]
    pub fn with_key_id(mut self, key_id: &KeyId) -> Self {
        self.labels.key_id = Some(key_id.as_str().into());
        self.set("key_id", key_id.as_str());
        self
    }

    /// Sets the thumbprint of the key that signs. Defaults to none.
    ///
    /// # Security
    ///
    /// Without it, whoever knows the other values is given the token of a key
    /// that they needn't have.
    #[must_use]
    pub fn with_key_thumbprint(mut self, thumbprint: &Thumbprint) -> Self {
        self.set("key_thumbprint", &thumbprint.to_string());
        self
    }

    /// Sets the algorithm of the signature. Defaults to none.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.set("algorithm", algorithm.name());
        self
    }

    /// Sets the audience of the assertion. Defaults to none.
    #[must_use]
    pub fn with_audience(mut self, audience: &str) -> Self {
        self.set("audience", audience);
        self
    }

    /// Sets the requested scope, exactly as it is sent. Defaults to none.
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Self {
        self.labels.requested_scope = Some(scope.into());
        self.set("scope", scope);
        self
    }

    /// Sets the grant type. Defaults to none.
    #[must_use]
    pub fn with_grant(mut self, grant_type: &str) -> Self {
        self.set("grant_type", grant_type);
        self
    }

    /// Adds a form parameter of the token request.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.add("parameter", name, value);
        self
    }

    /// Adds a claim of the assertion beyond those that have a method.
    #[must_use]
    pub fn with_claim(mut self, name: &str, value: &Value) -> Self {
        self.add("claim", name, &value.to_string());
        self
    }

    /// Adds a parameter of the assertion's JOSE header.
    #[must_use]
    pub fn with_header_parameter(mut self, name: &str, value: &Value) -> Self {
        self.add("header_parameter", name, &value.to_string());
        self
    }

    /// Adds anything else that shapes the token.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &str) -> Self {
        self.add("value", name, value);
        self
    }

    /// Computes the hash.
    #[must_use]
    pub fn build(mut self) -> CacheKey {
        let single = self.single.into_iter();
        let single = single.map(|(field, value)| (field, String::new(), value));
        self.fields.extend(single);
        self.fields.sort_unstable();
        let mut pause_hash = FieldHash::new("tokenring token-cache pause 1");
        for (field, _, value) in &self.fields {
            if PAUSE_FIELDS.contains(field) {
                pause_hash.text(field);
                pause_hash.text(value);
            }
        }
        let mut hash = FieldHash::new("tokenring token-cache key 1");
        for (field, name, value) in &self.fields {
            hash.text(field);
            hash.text(name);
            hash.text(value);
        }
        CacheKey {
            hash: hash.finish(),
            pause_hash: pause_hash.finish(),
            labels: self.labels,
        }
    }

    fn set(&mut self, field: &'static str, value: &str) {
        self.single.insert(field, value.into());
    }

    fn add(&mut self, field: &'static str, name: &str, value: &str) {
        self.fields.push((field, name.into(), value.into()));
    }
}

/// Shows the labels alone: a parameter may be a secret.
impl fmt::Debug for CacheKeyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheKeyBuilder")
            .field("labels", &self.labels)
            .finish_non_exhaustive()
    }
}
