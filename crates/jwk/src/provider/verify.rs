use super::backend::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use super::load;
use crate::{Algorithm, PublicKey, Signature, VerifyError};

/// Verifies a signature over a JWS Signing Input.
///
/// The algorithm is the verifier's choice, never what the header of an unverified
/// JWT asks for: take it from the key or from a list (RFC 8725 section 3.1).
///
/// # Errors
///
/// [`VerifyError`] for a signature that doesn't verify, a key that doesn't fit
/// the algorithm, one that is too weak or off its curve, and an algorithm that
/// the provider lacks.
pub fn verify(
    key: &PublicKey,
    algorithm: Algorithm,
    message: &[u8],
    signature: &Signature,
) -> Result<(), VerifyError> {
    algorithm
        .check_key_type(key.key_type())
        .map_err(|_| VerifyError)?;
    let verification: &dyn VerificationAlgorithm = match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
        Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => load::p521_verification().ok_or(VerifyError)?,
        Algorithm::EdDsa | Algorithm::Ed25519 => &ED25519,
    };
    UnparsedPublicKey::new(verification, key.to_bits())
        .verify(message, signature.as_bytes())
        .map_err(|_| VerifyError)
}
