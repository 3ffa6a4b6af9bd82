//! What verifies signatures and hashes keys, in this build.

use ring::digest::{SHA256, digest};
use tokenring_gateway::Provider;
use tokenring_jwk::{Algorithm, PublicKey, Signature, VerifyError};

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

pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest(&SHA256, message).as_ref()) {
        *to = *from;
    }
    hash
}
