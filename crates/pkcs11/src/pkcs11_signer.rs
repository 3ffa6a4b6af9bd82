use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokenring_jwk::{Algorithm, KeyId, PublicKey, SignError, Signature, Signer, Verifier};

use crate::Error;
use crate::connection::Connection;
use crate::key_material::KeyMaterial;
use crate::mechanism::Plan;

/// A [`Signer`] whose key is on a token.
///
/// It comes from [`Pkcs11Key::into_signer`](crate::Pkcs11Key::into_signer). Threads can share it;
/// the token signs for one after the other.
#[derive(Clone)]
pub struct Pkcs11Signer {
    connection: Arc<Mutex<Connection>>,
    material: KeyMaterial,
    algorithm: Algorithm,
    plan: Plan,
    key_id: Option<KeyId>,
    verifier: Option<&'static dyn Verifier>,
}

impl Pkcs11Signer {
    pub(crate) const fn new(
        connection: Arc<Mutex<Connection>>,
        material: KeyMaterial,
        algorithm: Algorithm,
        plan: Plan,
    ) -> Self {
        Self {
            connection,
            material,
            algorithm,
            plan,
            key_id: None,
            verifier: None,
        }
    }

    /// States the key identifier. Defaults to none.
    #[must_use]
    #[doc(alias = "kid")]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// Verifies each signature where the token tells the public key: by
    /// `tokenring_jwk::any::Verifier`, say. Defaults to no verification.
    ///
    /// A public key that was written beside the wrong private one shows here, and
    /// not as a refusal without a reason.
    #[must_use]
    pub const fn with_verifier(mut self, verifier: &'static dyn Verifier) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// The public half, if the token tells it.
    #[must_use]
    pub const fn public_key(&self) -> Option<&PublicKey> {
        self.material.public_key.as_ref()
    }

    fn run(&self, message: &[u8]) -> Result<Signature, Error> {
        let input = self.plan.input(message);
        let signature = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .sign(self.plan, &input, self.material.always_authenticate)?;
        // A token's ECDSA signature is `R || S` already, as in a JWS.
        let signature = Signature::from_bytes(signature);
        signature
            .check(message, self.algorithm, self.public_key(), self.verifier)
            .map_err(|error| Error::signature(&error))?;
        Ok(signature)
    }
}

impl Signer for Pkcs11Signer {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.run(signing_input)
            .map_err(|error| SignError::new("the token gave no signature").with_source(error))
    }
}

impl fmt::Debug for Pkcs11Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11Signer")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .field("verifies", &self.verifier.is_some())
            .finish_non_exhaustive()
    }
}
