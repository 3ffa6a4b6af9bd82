use super::backend::digest;
use crate::{PublicKey, Thumbprint};

/// Computes the SHA-256 thumbprint of a public key (RFC 7638).
#[must_use]
pub fn thumbprint(key: &PublicKey) -> Thumbprint {
    let digest = digest::digest(&digest::SHA256, key.thumbprint_input().as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    Thumbprint::from_digest(bytes)
}
