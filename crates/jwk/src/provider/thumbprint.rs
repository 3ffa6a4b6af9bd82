use super::backend::digest;
use crate::{
    Certificate, CertificateSha1Thumbprint, CertificateThumbprint, PublicKey, SpkiHash, Thumbprint,
};

/// Computes a SHA-256 digest (FIPS 180-4).
#[must_use]
pub fn sha256(message: &[u8]) -> [u8; 32] {
    digest(&digest::SHA256, message)
}

/// Computes the SHA-256 thumbprint of a public key (RFC 7638).
#[must_use]
pub fn thumbprint(key: &PublicKey) -> Thumbprint {
    let input = key.thumbprint_input();
    Thumbprint::from_digest(sha256(input.as_bytes()))
}

/// Computes the SHA-256 digest of a public key's SubjectPublicKeyInfo.
#[must_use]
pub fn spki_hash(key: &PublicKey) -> SpkiHash {
    SpkiHash::from_digest(sha256(&key.to_spki_der()))
}

/// Computes the SHA-256 thumbprint of a certificate, `x5t#S256` (RFC 7515
/// section 4.1.8).
#[must_use]
#[doc(alias = "x5t#S256")]
pub fn certificate_thumbprint(certificate: &Certificate) -> CertificateThumbprint {
    CertificateThumbprint::from_digest(sha256(certificate.as_der()))
}

/// Computes the SHA-1 thumbprint of a certificate, `x5t` (RFC 7515 section
/// 4.1.7).
///
/// # Security
///
/// It tells certificates apart, and nothing may be trusted for it: SHA-1 has
/// collisions.
#[must_use]
#[doc(alias = "x5t")]
pub fn certificate_sha1_thumbprint(certificate: &Certificate) -> CertificateSha1Thumbprint {
    let algorithm = &digest::SHA1_FOR_LEGACY_USE_ONLY;
    CertificateSha1Thumbprint::from_digest(digest(algorithm, certificate.as_der()))
}

fn digest<const LENGTH: usize>(
    algorithm: &'static digest::Algorithm,
    input: &[u8],
) -> [u8; LENGTH] {
    let digest = digest::digest(algorithm, input);
    let mut bytes = [0; LENGTH];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
