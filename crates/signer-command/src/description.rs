use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyUse, PublicKey};

/// What a signer command says of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<KeyId>,
    pub(crate) public_key: Option<PublicKey>,
}

impl Description {
    /// The algorithm of its signatures.
    #[must_use]
    #[doc(alias = "alg")]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key identifier, if it has one.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// The public key, if it tells that.
    #[must_use]
    pub const fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    /// The public key as a JWK Set has it, with all that is known of it.
    #[must_use]
    pub fn jwk(&self) -> Option<Jwk> {
        // The two were compared when the answer was read.
        let jwk = Jwk::new(self.public_key.clone()?)
            .with_algorithm(self.algorithm)
            .ok()?
            .with_use(KeyUse::Signature);
        Some(match &self.key_id {
            Some(key_id) => jwk.with_key_id(key_id.clone()),
            None => jwk,
        })
    }
}
