//! The provider on the crate `ring`: small, and everything but RSA key
//! generation and P-521.
//!
//! It reads RSA keys of 2048 to 4096 bits. Key material inside `ring`'s own
//! values is not wiped when they are dropped; that of this crate is.

#[path = "provider/ed25519.rs"]
mod ed25519;
#[cfg(feature = "encrypted")]
#[path = "provider/encryption.rs"]
mod encryption;
#[cfg(feature = "rsa-generation")]
#[path = "provider/rsa_generation.rs"]
mod rsa_generation;
#[cfg(feature = "x509")]
#[path = "provider/self_signed.rs"]
mod self_signed;
#[path = "provider/signing_key.rs"]
mod signing_key;
#[path = "provider/thumbprint.rs"]
mod thumbprint;
#[path = "provider/verify.rs"]
mod verify;

#[cfg(feature = "encrypted")]
pub use encryption::encrypt;
#[cfg(feature = "rsa-generation")]
pub use rsa_generation::generate_in_parallel;
#[cfg(feature = "x509")]
pub use self_signed::self_sign;
pub use signing_key::SigningKey;
pub use thumbprint::{
    certificate_sha1_thumbprint, certificate_thumbprint, sha256, spki_hash, thumbprint,
};
pub use verify::verify;

use self::backend::rand::SystemRandom;
use self::backend::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
};
use crate::{Error, KeySpec, PrivateKey};

use ::ring as backend;

/// Generates a key pair on P-256, P-384 or Ed25519.
///
/// # Errors
///
/// [`Error::UnsupportedGeneration`] for RSA and P-521, whose text says which
/// `openssl` line makes such a key. With the feature `rsa-generation` the
/// function `generate_in_parallel` makes RSA keys.
pub fn generate(spec: KeySpec) -> Result<PrivateKey, Error> {
    let random = SystemRandom::new();
    let curve = match spec {
        KeySpec::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        KeySpec::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        KeySpec::Ed25519 => return ed25519::generate(),
        _ => return Err(Error::UnsupportedGeneration(spec)),
    };
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve, &random).map_err(|_| Error::Provider)?;
    PrivateKey::from_der(pkcs8.as_ref())
}

/// What differs between this provider and the other one.
mod load {
    use alloc::string::ToString;

    use super::backend::error::KeyRejected;
    use super::backend::rand::SystemRandom;
    use super::backend::signature::{
        EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
    };
    use crate::{Error, PrivateKey, PublicKey};

    pub(super) fn rejected(reason: KeyRejected) -> Error {
        Error::RejectedKey(reason.to_string())
    }

    pub(super) const fn p521() -> Option<&'static EcdsaSigningAlgorithm> {
        None
    }

    pub(super) const fn p521_verification() -> Option<&'static EcdsaVerificationAlgorithm> {
        None
    }

    pub(super) fn ecdsa(
        algorithm: &'static EcdsaSigningAlgorithm,
        scalar: &[u8],
        public_key: &PublicKey,
        random: &SystemRandom,
    ) -> Result<EcdsaKeyPair, Error> {
        let point = public_key.to_bits();
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, &point, random)
            .map_err(|_| Error::InconsistentKey)
    }

    /// `ring` computes no public half that isn't there.
    pub(super) const fn ecdsa_without_public_half(
        _algorithm: &'static EcdsaSigningAlgorithm,
        _private_key: &PrivateKey,
    ) -> Result<EcdsaKeyPair, Error> {
        Err(Error::MissingPublicHalf)
    }
}
