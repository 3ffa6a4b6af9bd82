//! The two signing providers as values, so that a table can run over both.

use tokenring_jwk::{
    Algorithm, Certificate, CertificateSha1Thumbprint, CertificateTemplate, CertificateThumbprint,
    Error, KeySpec, Passphrase, PrivateKey, PublicKey, SecretPem, Signature, Signer, SpkiHash,
    Thumbprint, VerifyError, aws_lc_rs, ring,
};

/// A signing provider of `tokenring_jwk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provider {
    /// `tokenring_jwk::ring`.
    Ring,
    /// `tokenring_jwk::aws_lc_rs`.
    AwsLcRs,
}

/// Both providers.
pub const ALL: [Provider; 2] = [Provider::Ring, Provider::AwsLcRs];

impl Provider {
    /// Whether the provider is to do this algorithm; ring has no P-521.
    #[must_use]
    pub fn has(self, algorithm: Algorithm) -> bool {
        self == Self::AwsLcRs || algorithm != Algorithm::Es512
    }

    /// Whether the provider is to generate such keys.
    #[must_use]
    pub const fn generates(self, spec: KeySpec) -> bool {
        match self {
            Self::AwsLcRs => true,
            Self::Ring => matches!(spec, KeySpec::P256 | KeySpec::P384 | KeySpec::Ed25519),
        }
    }

    /// Generates a private key.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn generate(self, spec: KeySpec) -> Result<PrivateKey, Error> {
        match self {
            Self::Ring => ring::generate(spec),
            Self::AwsLcRs => aws_lc_rs::generate(spec),
        }
    }

    /// Generates a private key with every core.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn generate_in_parallel(self, spec: KeySpec) -> Result<PrivateKey, Error> {
        match self {
            Self::Ring => ring::generate_in_parallel(spec),
            Self::AwsLcRs => aws_lc_rs::generate_in_parallel(spec),
        }
    }

    /// Loads a private key, and says which public key it belongs to.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn load(
        self,
        key: &PrivateKey,
        algorithm: Algorithm,
    ) -> Result<(Box<dyn Signer>, PublicKey), Error> {
        match self {
            Self::Ring => {
                let signing_key = ring::SigningKey::new(key, algorithm)?;
                let public_key = signing_key.public_key().clone();
                Ok((Box::new(signing_key), public_key))
            }
            Self::AwsLcRs => {
                let signing_key = aws_lc_rs::SigningKey::new(key, algorithm)?;
                let public_key = signing_key.public_key().clone();
                Ok((Box::new(signing_key), public_key))
            }
        }
    }

    /// Verifies a signature.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn verify(
        self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let signature = Signature::from_bytes(signature);
        match self {
            Self::Ring => ring::verify(key, algorithm, message, &signature),
            Self::AwsLcRs => aws_lc_rs::verify(key, algorithm, message, &signature),
        }
    }

    /// Computes a certificate's `x5t#S256`.
    #[must_use]
    pub fn certificate_thumbprint(self, certificate: &Certificate) -> CertificateThumbprint {
        match self {
            Self::Ring => ring::certificate_thumbprint(certificate),
            Self::AwsLcRs => aws_lc_rs::certificate_thumbprint(certificate),
        }
    }

    /// Computes a certificate's `x5t`.
    #[must_use]
    pub fn certificate_sha1_thumbprint(
        self,
        certificate: &Certificate,
    ) -> CertificateSha1Thumbprint {
        match self {
            Self::Ring => ring::certificate_sha1_thumbprint(certificate),
            Self::AwsLcRs => aws_lc_rs::certificate_sha1_thumbprint(certificate),
        }
    }

    /// Computes the hash of a SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki_hash(self, key: &PublicKey) -> SpkiHash {
        match self {
            Self::Ring => ring::spki_hash(key),
            Self::AwsLcRs => aws_lc_rs::spki_hash(key),
        }
    }

    /// Encrypts a private key.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn encrypt(self, key: &PrivateKey, passphrase: &Passphrase) -> Result<SecretPem, Error> {
        match self {
            Self::Ring => ring::encrypt(key, passphrase),
            Self::AwsLcRs => aws_lc_rs::encrypt(key, passphrase),
        }
    }

    /// Makes a self-signed certificate.
    ///
    /// # Errors
    ///
    /// The provider's own.
    pub fn self_sign(
        self,
        key: &PrivateKey,
        template: &CertificateTemplate,
    ) -> Result<Certificate, Error> {
        match self {
            Self::Ring => ring::self_sign(key, template),
            Self::AwsLcRs => aws_lc_rs::self_sign(key, template),
        }
    }

    /// Computes a thumbprint.
    #[must_use]
    pub fn thumbprint(self, key: &PublicKey) -> Thumbprint {
        match self {
            Self::Ring => ring::thumbprint(key),
            Self::AwsLcRs => aws_lc_rs::thumbprint(key),
        }
    }
}
