//! The provider that does whatever the features allow: `ring` where that can, else
//! `aws-lc-rs`.
//!
//! With `ring` alone there is no ES512, no EC key without its public half and no
//! generation of P-521 keys; the error names the feature that brings it.

use alloc::boxed::Box;
use core::fmt;

#[cfg(not(feature = "ring"))]
use crate::aws_lc_rs as first;
#[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
use crate::aws_lc_rs as second;
#[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
use crate::error::AWS_LC_RS;
#[cfg(feature = "ring")]
use crate::ring as first;
use crate::{
    Algorithm, Error, KeyId, KeySpec, PrivateKey, PublicKey, SignError, Signature, Signer,
    VerifyError,
};
#[cfg(feature = "x509")]
use crate::{Certificate, CertificateTemplate};
#[cfg(not(feature = "encrypted"))]
use crate::{Passphrase, SecretPem};

#[cfg(feature = "encrypted")]
pub use first::encrypt;
pub use first::{
    certificate_sha1_thumbprint, certificate_thumbprint, sha256, spki_hash, thumbprint,
};

/// Writes no encrypted key: that takes the feature `encrypted`.
///
/// # Errors
///
/// [`Error::EncryptionNotBuilt`], which names the feature.
#[cfg(not(feature = "encrypted"))]
pub fn encrypt(_: &PrivateKey, _: &Passphrase) -> Result<SecretPem, Error> {
    Err(Error::EncryptionNotBuilt)
}

/// A private key in memory, checked and ready to sign with one algorithm.
///
/// Loading checks the key and costs up to milliseconds; a signature does not
/// need it again. Load once and keep the value: it signs from any number of
/// threads.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Algorithm, KeyFile, KeySpec, any};
///
/// let pem = any::generate(KeySpec::Ed25519)?.to_pkcs8_pem();
/// let private_key = KeyFile::new(pem.secret().as_bytes()).private_key()?;
/// let signing_key = any::SigningKey::new(&private_key, Algorithm::EdDsa)?;
/// println!("{}", any::thumbprint(signing_key.public_key()));
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
pub struct SigningKey {
    loaded: Box<dyn Signer + Send + Sync>,
    public_key: PublicKey,
    key_id: Option<KeyId>,
}

impl SigningKey {
    /// Checks a private key and prepares it to sign with `algorithm`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyType`] where the key doesn't fit the algorithm,
    /// [`Error::UnsupportedAlgorithm`] for ES512 and [`Error::MissingPublicHalf`]
    /// for an EC key without its public half, both without the feature
    /// `aws-lc-rs`, and whatever is wrong with the key.
    pub fn new(private_key: &PrivateKey, algorithm: Algorithm) -> Result<Self, Error> {
        match first::SigningKey::new(private_key, algorithm) {
            #[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
            Err(error) if error.needed_feature() == Some(AWS_LC_RS) => {
                let loaded = second::SigningKey::new(private_key, algorithm)?;
                let public_key = loaded.public_key().clone();
                Ok(Self::from_loaded(loaded, public_key))
            }
            loaded => {
                let loaded = loaded?;
                let public_key = loaded.public_key().clone();
                Ok(Self::from_loaded(loaded, public_key))
            }
        }
    }

    fn from_loaded(loaded: impl Signer + Send + Sync + 'static, public_key: PublicKey) -> Self {
        Self {
            loaded: Box::new(loaded),
            public_key,
            key_id: None,
        }
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
        self.loaded.algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.loaded.sign(signing_input)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

/// The public half of a private key, which is checked on the way.
///
/// # Errors
///
/// As for [`SigningKey::new`].
pub fn public_key(private_key: &PrivateKey) -> Result<PublicKey, Error> {
    let algorithm = private_key.key_type().usual_algorithm();
    SigningKey::new(private_key, algorithm).map(|key| key.public_key().clone())
}

/// Verifies a signature over a JWS Signing Input.
///
/// The algorithm is the verifier's choice, never what the header of an unverified
/// JWT asks for: take it from the key or from a list (RFC 8725 section 3.1).
///
/// # Errors
///
/// [`VerifyError`] for a signature that doesn't verify, a key that doesn't fit
/// the algorithm, one that is too weak or off its curve, and ES512 without the
/// feature `aws-lc-rs`.
pub fn verify(
    key: &PublicKey,
    algorithm: Algorithm,
    message: &[u8],
    signature: &Signature,
) -> Result<(), VerifyError> {
    #[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
    if algorithm == Algorithm::Es512 {
        return second::verify(key, algorithm, message, signature);
    }
    first::verify(key, algorithm, message, signature)
}

/// Generates a key pair of any kind that the features allow.
///
/// # Errors
///
/// [`Error::UnsupportedGeneration`] for RSA and P-521 without the feature
/// `aws-lc-rs`, and [`Error::Provider`].
pub fn generate(spec: KeySpec) -> Result<PrivateKey, Error> {
    match first::generate(spec) {
        #[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
        Err(Error::UnsupportedGeneration(_)) => second::generate(spec),
        generated => generated,
    }
}

/// Generates a key pair of any kind that the features allow, an RSA one with every
/// core.
///
/// # Errors
///
/// [`Error::UnsupportedGeneration`] for P-521 without the feature `aws-lc-rs`, and
/// [`Error::Provider`].
#[cfg(feature = "rsa-generation")]
pub fn generate_in_parallel(spec: KeySpec) -> Result<PrivateKey, Error> {
    match first::generate_in_parallel(spec) {
        #[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
        Err(Error::UnsupportedGeneration(_)) => second::generate_in_parallel(spec),
        generated => generated,
    }
}

/// Makes a self-signed certificate of a private key, as the providers' own do.
///
/// # Errors
///
/// What is wrong with the key, and [`Error::Provider`] where there is no
/// randomness.
#[cfg(feature = "x509")]
pub fn self_sign(
    private_key: &PrivateKey,
    template: &CertificateTemplate,
) -> Result<Certificate, Error> {
    match first::self_sign(private_key, template) {
        #[cfg(all(feature = "ring", feature = "aws-lc-rs"))]
        Err(error) if error.needed_feature() == Some(AWS_LC_RS) => {
            second::self_sign(private_key, template)
        }
        made => made,
    }
}

/// Verifies signatures and names keys, wherever a [`Verifier`](crate::Verifier) is
/// wanted.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Algorithm, Verifier, any};
///
/// fn check(verifier: &dyn Verifier) {
///     assert!(verifier.supports(Algorithm::Es256));
/// }
///
/// check(&any::Verifier);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a value to name: it will never hold anything"
)]
pub struct Verifier;

impl crate::Verifier for Verifier {
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), VerifyError> {
        verify(key, algorithm, message, signature)
    }

    fn sha256(&self, message: &[u8]) -> [u8; 32] {
        sha256(message)
    }

    fn supports(&self, algorithm: Algorithm) -> bool {
        cfg!(feature = "aws-lc-rs") || algorithm != Algorithm::Es512
    }
}
