use zeroize::Zeroizing;

use super::backend::rand::{SecureRandom, SystemRandom};
use crate::{Error, PrivateKey};

/// Generates an Ed25519 key, which is 32 random bytes (RFC 8032 section 5.1.5).
pub(super) fn generate() -> Result<PrivateKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    SystemRandom::new()
        .fill(&mut seed[..])
        .map_err(|_| Error::Provider)?;
    Ok(PrivateKey::from_seed(seed))
}
