use crate::{Algorithm, PublicKey, Signature, VerifyError};

/// The cryptography that it takes to verify signatures and to name keys.
///
/// `any::Verifier` is one that is ready. Implement it for cryptography of your own.
pub trait Verifier: Send + Sync {
    /// Verifies a signature over a JWS Signing Input, which arrives unhashed.
    ///
    /// # Errors
    ///
    /// [`VerifyError`] unless it is a signature of that key by that algorithm.
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), VerifyError>;

    /// Computes the SHA-256 digest by which keys are named.
    fn sha256(&self, message: &[u8]) -> [u8; 32];

    /// Whether it verifies this algorithm; a signature by another one is not
    /// verified, rather than rejected. Defaults to all of them.
    fn supports(&self, _algorithm: Algorithm) -> bool {
        true
    }
}

impl<V: Verifier + ?Sized> Verifier for &V {
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), VerifyError> {
        (**self).verify(key, algorithm, message, signature)
    }

    fn sha256(&self, message: &[u8]) -> [u8; 32] {
        (**self).sha256(message)
    }

    fn supports(&self, algorithm: Algorithm) -> bool {
        (**self).supports(algorithm)
    }
}
