use alloc::vec;
use core::fmt;

use super::backend::rand::SystemRandom;
use super::backend::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use super::load;
use crate::private_key::Material;
use crate::{
    Algorithm, Error, KeyId, KeyType, PrivateKey, PublicKey, SignError, Signature, Signer,
};

/// A private key in memory, checked and ready to sign with one algorithm.
///
/// Loading checks the key and costs up to milliseconds; a signature does not
/// need it again. Load once and keep the value: it signs from any number of
/// threads.
pub struct SigningKey {
    key_pair: KeyPair,
    algorithm: Algorithm,
    key_id: Option<KeyId>,
    public_key: PublicKey,
    random: SystemRandom,
}

enum KeyPair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Checks a private key and prepares it to sign with `algorithm`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyType`] where the key doesn't fit the algorithm,
    /// [`Error::UnsupportedAlgorithm`] where the provider lacks it, and whatever
    /// is wrong with the key.
    pub fn new(private_key: &PrivateKey, algorithm: Algorithm) -> Result<Self, Error> {
        algorithm.check_key_type(private_key.key_type())?;
        let random = SystemRandom::new();
        let (key_pair, public_key) = match &private_key.material {
            Material::Rsa { pkcs1, public_key } => {
                let key_pair = RsaKeyPair::from_der(pkcs1).map_err(load::rejected)?;
                let padding = padding(algorithm).ok_or(Error::Provider)?;
                (KeyPair::Rsa(key_pair, padding), public_key.clone())
            }
            Material::Ec {
                key_type,
                scalar,
                public_key,
            } => {
                let signing = match key_type {
                    KeyType::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
                    KeyType::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
                    _ => load::p521().ok_or(Error::UnsupportedAlgorithm(algorithm))?,
                };
                let key_pair = match public_key {
                    Some(public_key) => load::ecdsa(signing, scalar, public_key, &random)?,
                    None => load::ecdsa_without_public_half(signing, private_key)?,
                };
                let public_key =
                    PublicKey::from_encoded_point(*key_type, key_pair.public_key().as_ref())?;
                (KeyPair::Ecdsa(key_pair), public_key)
            }
            Material::Ed25519 { seed, public_key } => {
                let key_pair =
                    Ed25519KeyPair::from_seed_unchecked(&seed[..]).map_err(load::rejected)?;
                let derived = PublicKey::from_encoded_point(
                    KeyType::Ed25519,
                    key_pair.public_key().as_ref(),
                )?;
                if public_key.as_ref().is_some_and(|stated| *stated != derived) {
                    return Err(Error::InconsistentKey);
                }
                (KeyPair::Ed25519(key_pair), derived)
            }
        };
        Ok(Self {
            key_pair,
            algorithm,
            key_id: None,
            public_key,
            random,
        })
    }

    /// States the identifier that the verifier knows the key by. Defaults to none.
    #[must_use]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        match &self.key_pair {
            KeyPair::Rsa(key_pair, padding) => {
                let mut signature = vec![0; self.public_key.bits().div_ceil(8)];
                key_pair
                    .sign(*padding, &self.random, signing_input, &mut signature)
                    .map_err(|_| SignError::new("the RSA key did not sign"))?;
                Ok(Signature::from_bytes(signature))
            }
            KeyPair::Ecdsa(key_pair) => {
                let signature = key_pair
                    .sign(&self.random, signing_input)
                    .map_err(|_| SignError::new("the EC key did not sign"))?;
                Ok(Signature::from_bytes(signature.as_ref()))
            }
            KeyPair::Ed25519(key_pair) => {
                Ok(Signature::from_bytes(key_pair.sign(signing_input).as_ref()))
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

fn padding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_SHA512,
        Algorithm::Ps256 => &RSA_PSS_SHA256,
        Algorithm::Ps384 => &RSA_PSS_SHA384,
        Algorithm::Ps512 => &RSA_PSS_SHA512,
        _ => return None,
    })
}
