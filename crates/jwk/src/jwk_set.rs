mod certificate_fault;
mod difference;
mod document;
mod entry;
mod finding;
mod layout;
mod scanner;
mod shape;

use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

pub use self::certificate_fault::CertificateFault;
pub use self::difference::JwkSetChange;
pub use self::document::JwkSetDocument;
pub use self::entry::JwkSetEntry;
pub use self::finding::{FindingKind, FindingSeverity, JwkSetFinding};
pub use self::shape::JwkSetFault;
use crate::jwk::is_private;
use crate::{Error, FoundInput, JsonObject, JsonType, Jwk, KeyId, PublicKey};

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
    /// advises. One that says that it is for encryption is not.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedJson`] or [`Error::NotAJwkSet`] where the text isn't
    /// a JWK Set, and [`Error::PrivateMember`] where one of its keys isn't
    /// public.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::from_members(&JsonObject::parse(text.as_bytes())?)
    }

    /// Reads the contents of a file that holds public keys in any form: a JWK Set, one JWK, or a
    /// key as [`PublicKey::from_key_file`] reads it, which has no key ID then.
    ///
    /// # Errors
    ///
    /// What is wrong with the keys, or what the input is instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_jwk::JwkSet;
    ///
    /// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// let set = JwkSet::from_key_file(jwk.as_bytes())?;
    /// let of_set = format!(r#"{{"keys":[{jwk}]}}"#);
    /// assert_eq!(JwkSet::from_key_file(of_set.as_bytes())?, set);
    /// let [jwk] = set.keys() else { panic!("one key") };
    /// let pem = jwk.public_key().to_spki_pem();
    /// assert_eq!(JwkSet::from_key_file(pem.as_bytes())?, set);
    /// # Ok::<(), tokenring_jwk::Error>(())
    /// ```
    pub fn from_key_file(contents: &[u8]) -> Result<Self, Error> {
        let text = core::str::from_utf8(contents).unwrap_or_default();
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if !text.starts_with('{') {
            return match PublicKey::from_key_file(contents) {
                Ok(public_key) => Ok(Self(Vec::from([Jwk::new(public_key)]))),
                Err(Error::UnexpectedInput(FoundInput::Unknown)) => {
                    Self::from_members(&JsonObject::parse(contents)?)
                }
                Err(error) => Err(error),
            };
        }
        let members = JsonObject::parse(text.as_bytes())?;
        if members.get("keys").is_none() && members.get("kty").is_some() {
            return Jwk::from_members(&members).map(|jwk| Self(Vec::from([jwk])));
        }
        Self::from_members(&members)
    }

    fn from_members(members: &JsonObject) -> Result<Self, Error> {
        let Some(Value::Array(entries)) = members.get("keys") else {
            return Err(not_a_set(members));
        };
        let mut keys = Vec::with_capacity(entries.len());
        for (position, entry) in entries.iter().enumerate() {
            let members = JsonObject::from_value(entry);
            let members = members.ok_or_else(|| not_a_key(position, entry))?;
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

/// Why there is no array of keys. Who has a single private JWK must not be told to publish it.
fn not_a_set(members: &JsonObject) -> Error {
    match JwkSetFault::of(members) {
        JwkSetFault::SingleJwk if is_private(members) => Error::PrivateMember,
        fault => Error::NotAJwkSet(fault),
    }
}

fn not_a_key(position: usize, entry: &Value) -> Error {
    let found = JsonType::of(entry);
    Error::NotAJwkSet(JwkSetFault::NotAKey { position, found })
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
