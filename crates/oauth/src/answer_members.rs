use alloc::string::{String, ToString};
use core::fmt;

use serde_json::{Map, Value};
use tokenring_jwk::JsonObject;
use zeroize::Zeroizing;

/// The members of a token response that the protocol says nothing of, such as `instance_url`,
/// `id_token`, `patient` or `authorization_details`.
///
/// Refresh tokens are not among them. `Debug` shows nothing: a value can be a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AnswerMembers(Zeroizing<String>);

/// What has its own accessor.
const OF_THE_PROTOCOL: [&str; 7] = [
    "access_token",
    "token_type",
    "expires_in",
    "scope",
    "error",
    "error_description",
    "error_uri",
];

impl AnswerMembers {
    pub(crate) fn of(object: &JsonObject) -> Self {
        let is_other = |name: &str| !OF_THE_PROTOCOL.contains(&name) && !is_refresh_token(name);
        let others = object.iter().filter(|(name, _)| is_other(name));
        let mut members = Map::new();
        for (name, value) in others {
            members.insert(name.to_string(), without_refresh_tokens(value));
        }
        Self::from_map(members)
    }

    fn from_map(members: Map<String, Value>) -> Self {
        if members.is_empty() {
            return Self::default();
        }
        Self(Zeroizing::new(Value::Object(members).to_string()))
    }

    /// Reads what [`secret_json`](Self::secret_json) gave. Anything else has no members.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        match JsonObject::parse(json.as_bytes()) {
            Ok(object) => Self::of(&object),
            Err(_) => Self::default(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them as one JSON object; empty if there are none.
    ///
    /// # Security
    ///
    /// A value can be a secret, such as an `id_token`.
    #[must_use]
    pub fn secret_json(&self) -> &str {
        &self.0
    }

    /// All of them by name.
    ///
    /// # Security
    ///
    /// A value can be a secret, such as an `id_token`.
    #[must_use]
    pub fn secret_members(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// One of them.
    ///
    /// # Security
    ///
    /// The value can be a secret, such as an `id_token`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{HttpResponse, TokenResponse};
    ///
    /// let body = br#"{"access_token":"a","token_type":"Bearer","instance_url":"https://a.example"}"#;
    /// let response = TokenResponse::parse(&HttpResponse::new(200, vec![], body.to_vec()))?;
    /// let url = response.members().secret("instance_url");
    /// assert_eq!(url, Some("https://a.example".into()));
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Value> {
        self.secret_members().remove(name)
    }
}

/// Whether a member is a refresh token, in any spelling.
fn is_refresh_token(name: &str) -> bool {
    plain(name).ends_with("refreshtoken")
}

/// A member's name without its case and punctuation.
pub(crate) fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn without_refresh_tokens(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_refresh_tokens).collect(),
        Value::Object(members) => {
            let others = members.iter().filter(|(name, _)| !is_refresh_token(name));
            let others = others.map(|(name, value)| (name.clone(), without_refresh_tokens(value)));
            Value::Object(others.collect())
        }
        value => value.clone(),
    }
}

impl fmt::Debug for AnswerMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerMembers(..)")
    }
}
