use alloc::string::String;

use serde::{Serialize, Serializer};

use crate::Error;

/// The identifier of one JWT, `jti` (RFC 7519 section 4.1.7).
///
/// It is not `Clone`, and [`Claims`](crate::Claims) takes it by value: servers
/// remember the identifiers that they have seen, some of them even where they
/// refuse the assertion, so every attempt needs a new one.
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::JwtId>();
/// ```
#[derive(Debug, PartialEq, Eq)]
#[doc(alias = "jti")]
pub struct JwtId(String);

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

impl JwtId {
    /// Makes a random UUID of version 4 with the operating system's randomness.
    ///
    /// # Errors
    ///
    /// [`Error::Randomness`] where the system has none to give.
    #[cfg(feature = "getrandom")]
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::getrandom(&mut bytes).map_err(|_| Error::Randomness)?;
        Ok(Self::from_random_bytes(bytes))
    }

    /// Makes a UUID of version 4 (RFC 9562 section 5.4) from 16 random bytes.
    ///
    /// # Security
    ///
    /// Never pass the same bytes twice, and none that others can predict: who
    /// uses up an identifier first locks the other out.
    #[must_use]
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.into_iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            let byte = match index {
                6 => 0x40 | (byte & 0x0f),
                8 => 0x80 | (byte & 0x3f),
                _ => byte,
            };
            for digit in [byte >> 4, byte & 0x0f] {
                text.extend(
                    HEXADECIMAL
                        .get(usize::from(digit))
                        .map(|&digit| char::from(digit)),
                );
            }
        }
        Self(text)
    }

    /// Takes a text of the caller's own.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyJwtId`] for an empty text.
    pub fn from_text(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if text.is_empty() {
            return Err(Error::EmptyJwtId);
        }
        Ok(Self(text))
    }

    /// The text, as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for JwtId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
