use core::fmt;

use crate::{Algorithm, KeyId, PublicKey, SignError, Signature, Signer, Verifier};

/// A signer whose signatures are verified before anybody gets them.
///
/// For keys that are elsewhere: a signature by another key than the published one
/// shows here, and not as a gateway's rejection without a reason.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Algorithm, KeySpec, Signer, VerifiedSigner, any};
///
/// let signer = any::SigningKey::new(&any::generate(KeySpec::P256)?, Algorithm::Es256)?;
/// let other = any::SigningKey::new(&any::generate(KeySpec::P256)?, Algorithm::Es256)?;
/// let signer = VerifiedSigner::new(signer, other.public_key().clone(), any::Verifier);
/// assert!(signer.sign(b"header.claims").is_err());
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
#[derive(Clone)]
pub struct VerifiedSigner<S, V> {
    signer: S,
    public_key: PublicKey,
    verifier: V,
}

impl<S: Signer, V: Verifier> VerifiedSigner<S, V> {
    /// Takes a signer, and the public key that its signatures have to verify with.
    #[must_use]
    pub const fn new(signer: S, public_key: PublicKey, verifier: V) -> Self {
        Self {
            signer,
            public_key,
            verifier,
        }
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

impl<S: Signer, V: Verifier> Signer for VerifiedSigner<S, V> {
    fn algorithm(&self) -> Algorithm {
        self.signer.algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.signer.key_id()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        let signature = self.signer.sign(signing_input)?;
        signature
            .check(
                signing_input,
                self.algorithm(),
                Some(&self.public_key),
                Some(&self.verifier),
            )
            .map_err(|error| SignError::new("the signature is wrong").with_source(error))?;
        Ok(signature)
    }
}

impl<S: fmt::Debug, V> fmt::Debug for VerifiedSigner<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSigner")
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}
