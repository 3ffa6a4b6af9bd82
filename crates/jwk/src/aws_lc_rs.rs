//! The provider on the crate `aws-lc-rs`: every algorithm and every kind of key,
//! and several times faster with RSA, P-384 and Ed25519; it needs a C compiler.

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

use self::backend::encoding::{AsDer, Pkcs8V1Der};
use self::backend::rand::SystemRandom;
use self::backend::rsa;
use self::backend::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
};
use crate::{Error, KeySpec, PrivateKey};

use ::aws_lc_rs as backend;

/// Generates a key pair of any kind.
///
/// RSA takes from a tenth of a second to several seconds.
///
/// # Errors
///
/// [`Error::Provider`] where the provider fails.
pub fn generate(spec: KeySpec) -> Result<PrivateKey, Error> {
    let random = SystemRandom::new();
    let curve = match spec {
        KeySpec::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        KeySpec::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        KeySpec::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        KeySpec::Rsa2048 => return generate_rsa(rsa::KeySize::Rsa2048),
        KeySpec::Rsa3072 => return generate_rsa(rsa::KeySize::Rsa3072),
        KeySpec::Rsa4096 => return generate_rsa(rsa::KeySize::Rsa4096),
        KeySpec::Ed25519 => return ed25519::generate(),
    };
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve, &random).map_err(|_| Error::Provider)?;
    PrivateKey::from_der(pkcs8.as_ref())
}

fn generate_rsa(size: rsa::KeySize) -> Result<PrivateKey, Error> {
    let key_pair = rsa::KeyPair::generate(size).map_err(|_| Error::Provider)?;
    let pkcs8: Pkcs8V1Der<'_> = key_pair.as_der().map_err(|_| Error::Provider)?;
    PrivateKey::from_der(pkcs8.as_ref())
}

/// What differs between this provider and the other one.
mod load {
    use alloc::string::ToString;

    use super::backend::error::KeyRejected;
    use super::backend::rand::SystemRandom;
    use super::backend::signature::{
        ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
    };
    use crate::{Error, PrivateKey, PublicKey};

    pub(super) fn rejected(reason: KeyRejected) -> Error {
        Error::RejectedKey(reason.to_string())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the other provider has no P-521 and answers None"
    )]
    pub(super) const fn p521() -> Option<&'static EcdsaSigningAlgorithm> {
        Some(&ECDSA_P521_SHA512_FIXED_SIGNING)
    }

    pub(super) const fn p521_verification() -> Option<&'static EcdsaVerificationAlgorithm> {
        Some(&ECDSA_P521_SHA512_FIXED)
    }

    pub(super) fn ecdsa(
        algorithm: &'static EcdsaSigningAlgorithm,
        scalar: &[u8],
        public_key: &PublicKey,
        _random: &SystemRandom,
    ) -> Result<EcdsaKeyPair, Error> {
        let point = public_key.to_bits();
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, &point)
            .map_err(|_| Error::InconsistentKey)
    }

    pub(super) fn ecdsa_without_public_half(
        algorithm: &'static EcdsaSigningAlgorithm,
        private_key: &PrivateKey,
    ) -> Result<EcdsaKeyPair, Error> {
        EcdsaKeyPair::from_private_key_der(algorithm, private_key.to_pkcs8_der().secret())
            .map_err(rejected)
    }
}
