use core::fmt;

use serde_json::Value;

use crate::jwk::is_private;
use crate::{Error, JsonObject, Jwk, KeyId, PublicKey};

/// One key of a [`JwkSetDocument`](crate::JwkSetDocument), of a known type or
/// not.
#[derive(Clone, PartialEq)]
pub struct JwkSetEntry {
    position: usize,
    key_id: Option<KeyId>,
    jwk: Result<Jwk, Error>,
    members: JsonObject,
}

impl JwkSetEntry {
    pub(super) fn new(position: usize, members: JsonObject) -> Self {
        Self {
            position,
            key_id: members.get("kid").and_then(Value::as_str).map(KeyId::from),
            jwk: Jwk::from_members(&members),
            members,
        }
    }

    pub(super) const fn move_to(&mut self, position: usize) {
        self.position = position;
    }

    /// Where the key stands in the set; the first one has the position 0.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The key identifier, whatever else is wrong with the key.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// The key.
    ///
    /// # Errors
    ///
    /// Why it is left out where the set is read as a [`JwkSet`](crate::JwkSet).
    pub fn jwk(&self) -> Result<&Jwk, Error> {
        self.jwk.as_ref().map_err(Clone::clone)
    }

    /// Every member, those that this crate has no use for among them.
    #[must_use]
    pub const fn members(&self) -> &JsonObject {
        &self.members
    }

    pub(super) fn public_key(&self) -> Option<&PublicKey> {
        self.jwk.as_ref().ok().map(Jwk::public_key)
    }

    pub(super) fn is_private(&self) -> bool {
        is_private(&self.members)
    }

    /// Whether both are one key; one of an unknown type has to be the same in
    /// all of its members.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        match (self.public_key(), other.public_key()) {
            (Some(here), Some(there)) => here == there,
            (None, None) => self.members == other.members,
            _ => false,
        }
    }

    /// The key, where it has no member that this crate doesn't write.
    pub(super) fn plain_jwk(&self) -> Option<Jwk> {
        let jwk = self.jwk.as_ref().ok()?;
        let written = serde_json::to_value(jwk).ok()?;
        let written = JsonObject::from_value(&written)?;
        (written == self.members).then(|| jwk.clone())
    }
}

/// Its key ID, and its type and size: one line for a person.
impl fmt::Display for JwkSetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key_id {
            Some(key_id) => f.write_str(key_id.as_str())?,
            None => f.write_str("(no kid)")?,
        }
        match &self.jwk {
            Ok(jwk) => {
                let key = jwk.public_key();
                write!(f, " ({} {})", key.key_type(), key.bits())
            }
            Err(_) => f.write_str(" (of no use here)"),
        }
    }
}

/// Shows no member but the identifier, and what is wrong with the key.
impl fmt::Debug for JwkSetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwkSetEntry")
            .field("position", &self.position)
            .field("key_id", &self.key_id)
            .field("jwk", &self.jwk)
            .finish_non_exhaustive()
    }
}
