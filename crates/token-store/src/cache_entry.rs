use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, AnswerMembers};
use zeroize::Zeroizing;

use crate::sealed_object::SealedObject;
use crate::{CacheKey, Token, token};

/// What tells a person which token an entry holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Labels {
    pub(crate) gateway: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) requested_scope: Option<String>,
}

/// What is in the cache, without the token.
///
/// The texts are unfiltered: make them printable before a terminal sees them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CacheEntry {
    hash: String,
    labels: Labels,
    obtained_at: NumericDate,
    expires_at: Option<NumericDate>,
}

impl CacheEntry {
    /// The key's hash, which is the file's name without its extension.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The gateway.
    #[must_use]
    pub fn gateway(&self) -> Option<&str> {
        self.labels.gateway.as_deref()
    }

    /// The gateway's environment.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.labels.environment.as_deref()
    }

    /// The token endpoint, without the values of its query.
    #[must_use]
    pub fn token_endpoint(&self) -> Option<&str> {
        self.labels.token_endpoint.as_deref()
    }

    /// The identifier of the key that signed.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.labels.key_id.as_deref()
    }

    /// The scope that was asked for.
    #[must_use]
    pub fn requested_scope(&self) -> Option<&str> {
        self.labels.requested_scope.as_deref()
    }

    /// When the token was asked for.
    #[must_use]
    pub const fn obtained_at(&self) -> NumericDate {
        self.obtained_at
    }

    /// When the token expires.
    #[must_use]
    pub const fn expires_at(&self) -> Option<NumericDate> {
        self.expires_at
    }

    /// How long the token is still good for; zero if no call would take it.
    ///
    /// See [`Token::remaining`].
    #[must_use]
    pub fn remaining(&self, now: NumericDate) -> Duration {
        token::remaining(self.obtained_at, self.expires_at, now)
    }
}

/// A token as it is in a store.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// Differs each time that a token is stored.
    pub(crate) id: String,
    pub(crate) token: Token,
}

/// The seal is good for the file of one key alone.
fn purpose(hash: &str) -> String {
    format!("token {hash}")
}

impl StoredToken {
    /// The token.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// A text that differs each time that a token is stored.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Writes the token and the key's labels as JSON under a seal, which finds damage
    /// and ties it to this key.
    ///
    /// # Security
    ///
    /// The token is in it as it is, not encrypted.
    #[must_use]
    pub fn to_bytes(&self, key: &CacheKey) -> Zeroizing<Vec<u8>> {
        let (labels, token) = (key.labels(), &self.token);
        let mut object = SealedObject::new();
        object.set("id", self.id.as_str());
        object.set_some("gateway", labels.gateway.as_deref());
        object.set_some("environment", labels.environment.as_deref());
        object.set_some("token_endpoint", labels.token_endpoint.as_deref());
        object.set_some("key_id", labels.key_id.as_deref());
        object.set_some("requested_scope", labels.requested_scope.as_deref());
        object.set("access_token", token.secret());
        object.set("token_type", token.token_type());
        object.set_some("jkt", token.key_thumbprint());
        object.set_some("scope", token.scope());
        let members = token.members();
        object.set_some(
            "members",
            (!members.is_empty()).then(|| members.secret_json()),
        );
        object.set("obtained_at", token.obtained_at().as_seconds());
        object.set_some(
            "expires_at",
            token.expires_at().map(NumericDate::as_seconds),
        );
        object.write(&purpose(key.as_str()))
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote for the same key; [`None`] for
    /// anything else.
    ///
    /// Takes the token, and nothing else.
    #[must_use]
    pub fn from_bytes(key: &CacheKey, bytes: &[u8]) -> Option<Self> {
        let mut object = SealedObject::parse(&purpose(key.as_str()), bytes)?;
        let token = AccessToken::new(object.secret("access_token")?).ok()?;
        let obtained_at = NumericDate::from_seconds(object.number("obtained_at")?);
        let expires_at = object.number("expires_at").map(NumericDate::from_seconds);
        let (token_type, scope) = (object.text("token_type")?, object.text("scope"));
        let members = object.string("members").map(Zeroizing::new);
        let members = members.map(|json| AnswerMembers::from_json(&json));
        let token = Token::from_parts(
            token,
            &token_type,
            scope.as_deref(),
            (obtained_at, expires_at),
            members.unwrap_or_default(),
        );
        let token = match object.string("jkt") {
            Some(thumbprint) => token.with_key_thumbprint(thumbprint),
            None => token,
        };
        Some(Self {
            id: object.string("id")?,
            token,
        })
    }
}

/// Takes everything but the token out of a file.
pub(crate) fn describe(hash: &str, bytes: &[u8]) -> Option<CacheEntry> {
    let mut object = SealedObject::parse(&purpose(hash), bytes)?;
    Some(CacheEntry {
        hash: hash.into(),
        labels: Labels {
            gateway: object.string("gateway"),
            environment: object.string("environment"),
            // An older version wrote it as it was.
            token_endpoint: object
                .text("token_endpoint")
                .map(|url| without_query_values(&url)),
            key_id: object.string("key_id"),
            requested_scope: object.string("requested_scope"),
        },
        obtained_at: NumericDate::from_seconds(object.number("obtained_at")?),
        expires_at: object.number("expires_at").map(NumericDate::from_seconds),
    })
}

/// Whether a file holds this token.
pub(crate) fn holds(hash: &str, bytes: &[u8], token: &AccessToken) -> bool {
    let object = SealedObject::parse(&purpose(hash), bytes);
    let stored = object.and_then(|mut object| object.secret("access_token"));
    stored == Some(token.secret())
}

/// A URL without the values of its query, among which there may be a secret.
pub(crate) fn without_query_values(url: &str) -> String {
    let (url, fragment) = split(url, '#');
    let (place, query) = split(url, '?');
    let mut text = String::from(place);
    for (index, part) in query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .enumerate()
    {
        text.push(if index == 0 { '?' } else { '&' });
        if let Some((name, _)) = part.split_once('=') {
            text.push_str(name);
            text.push('=');
        }
        if !part.is_empty() {
            text.push('…');
        }
    }
    if fragment.is_some() {
        text.push_str("#…");
    }
    text
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(without_query_values(url), expected);
    }

    #[test]
    fn a_query_keeps_its_names() {
        for plain in ["https://a.example/token", "https://a.example/token?", ""] {
            check(plain, plain);
        }
        check(
            "https://a.example/token?api-version=1&code=s3cret=s3cret&flag&&=s3cret",
            "https://a.example/token?api-version=…&code=…&…&&=…",
        );
        check(
            "https://a.example/?s3cret#s3cret?s3cret",
            "https://a.example/?…#…",
        );
        check("?s3cret?s3cret", "?…");
    }
}
