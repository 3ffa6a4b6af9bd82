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

/// The SHA-256 digest of a SubjectPublicKeyInfo in DER: the `kid` that Keycloak
/// gives to a key that was registered as PEM.
///
/// A provider computes it: [`ring::spki_hash`](crate::ring::spki_hash) or
/// [`aws_lc_rs::spki_hash`](crate::aws_lc_rs::spki_hash). Without one, hash
/// [`PublicKey::to_spki_der`](crate::PublicKey::to_spki_der).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpkiHash([u8; 32]);

impl SpkiHash {
    /// Takes the SHA-256 digest of a SubjectPublicKeyInfo.
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

/// Base64url without padding, 43 characters.
impl fmt::Display for SpkiHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Base64UrlUnpadded::encode_string(&self.0))
    }
}
