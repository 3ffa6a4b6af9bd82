use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

/// The SHA-256 thumbprint of a JWK (RFC 7638), 32 bytes.
///
/// A provider computes it: [`ring::thumbprint`](crate::ring::thumbprint) or
/// [`aws_lc_rs::thumbprint`](crate::aws_lc_rs::thumbprint). Without one, hash
/// [`PublicKey::thumbprint_input`](crate::PublicKey::thumbprint_input).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "jkt")]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// Takes the SHA-256 digest of a thumbprint input.
    #[must_use]
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Base64url without padding, 43 characters, the form that a `kid` takes.
impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Base64UrlUnpadded::encode_string(&self.0))
    }
}
