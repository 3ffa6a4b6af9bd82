//! What verifies signatures and hashes keys, in this build.

use tokenring_gateway::Provider;
use tokenring_jwk::{Algorithm, PublicKey, Signature, VerifyError};

use crate::digest::sha256;
use crate::signing;

/// The providers of the keys that sign, asked in turn.
pub(crate) struct Cryptography;

impl Provider for Cryptography {
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), VerifyError> {
        signing::verify(key, algorithm, message, signature)
    }

    fn sha256(&self, message: &[u8]) -> [u8; 32] {
        sha256(message)
    }
}
