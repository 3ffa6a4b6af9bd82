use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Serialize, Serializer};

/// The identifier of a key, `kid` (RFC 7515 section 4.1.4, RFC 7517 section 4.5).
///
/// Any text is a key identifier, and comparison is exact. One that was read from
/// a JWT or a JWK Set is untrusted: escape it before it reaches a terminal, and
/// never make a file name of it unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[doc(alias = "kid")]
pub struct KeyId(String);

impl KeyId {
    /// Takes any text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As a text.
impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for KeyId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for KeyId {
    fn from(text: String) -> Self {
        Self(text)
    }
}
