mod difference;
mod document;
mod entry;
mod finding;
mod layout;
mod scanner;

use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

pub use self::difference::JwkSetChange;
pub use self::document::JwkSetDocument;
pub use self::entry::JwkSetEntry;
pub use self::finding::{FindingKind, FindingSeverity, JwkSetFinding};
use crate::{Error, JsonObject, Jwk, KeyId};

/// A JWK Set (RFC 7517 section 5): the public keys that a client publishes.
///
/// It cannot hold a private member, whatever it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "jwks")]
pub struct JwkSet(Vec<Jwk>);

impl JwkSet {
    /// Makes an empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Reads a set from JSON.
    ///
    /// A key that signs no client assertion, for its type, curve, algorithm or
    /// use, is left out, and so is a damaged or weak one, as RFC 7517 section 5
    /// advises.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedJson`] or [`Error::MalformedJwk`] where the text isn't
    /// a JWK Set, and [`Error::PrivateMember`] where one of its keys isn't
    /// public.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::from_members(&JsonObject::parse(text.as_bytes())?)
    }

    fn from_members(members: &JsonObject) -> Result<Self, Error> {
        let Some(Value::Array(entries)) = members.get("keys") else {
            return Err(Error::MalformedJwk("keys"));
        };
        let mut keys = Vec::with_capacity(entries.len());
        for entry in entries {
            let members = JsonObject::from_value(entry).ok_or(Error::MalformedJwk("keys"))?;
            match Jwk::from_members(&members) {
                Ok(key) => keys.push(key),
                Err(Error::PrivateMember) => return Err(Error::PrivateMember),
                Err(_) => {}
            }
        }
        Ok(Self(keys))
    }

    /// Adds a key at the end.
    pub fn push(&mut self, key: Jwk) {
        self.0.push(key);
    }

    /// The keys, in their order.
    #[must_use]
    pub fn keys(&self) -> &[Jwk] {
        &self.0
    }

    /// The first key with this identifier.
    #[must_use]
    pub fn find(&self, key_id: &KeyId) -> Option<&Jwk> {
        self.0.iter().find(|key| key.key_id() == Some(key_id))
    }

    /// Writes the set as JSON, indented by two spaces, without a final newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and a sequence of maps with string names: nothing here can
        // fail to become JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl Extend<Jwk> for JwkSet {
    fn extend<I: IntoIterator<Item = Jwk>>(&mut self, keys: I) {
        self.0.extend(keys);
    }
}

impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("keys", &self.0)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = JsonObject::deserialize(deserializer)?;
        Self::from_members(&members).map_err(de::Error::custom)
    }
}
