mod der_format;
mod jwk_format;

use alloc::vec::Vec;
use core::fmt;
use core::str;

use zeroize::Zeroizing;

use crate::pem::{self, Block};
use crate::{Error, FoundInput, KeyType, PublicKey, SecretDer, SecretPem};

/// A private key that was read or generated, wiped when dropped.
///
/// It signs nothing itself: a provider makes a signing key of it, and checks it
/// in full then.
pub struct PrivateKey(pub(crate) Material);

/// What is in the key, independent of the format that it came in.
pub(crate) enum Material {
    /// An RSAPrivateKey (RFC 8017 appendix A.1.2) in DER.
    Rsa {
        pkcs1: Zeroizing<Vec<u8>>,
        public_key: PublicKey,
    },
    /// The private value at full length, and the public half if it was there.
    Ec {
        key_type: KeyType,
        scalar: Zeroizing<Vec<u8>>,
        public_key: Option<PublicKey>,
    },
    /// The seed of RFC 8032, and the public half if it was there.
    Ed25519 {
        seed: Zeroizing<[u8; 32]>,
        public_key: Option<PublicKey>,
    },
}

/// RSA sizes that are safe to use and that every provider here can sign with.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=4096;

impl PrivateKey {
    /// Reads the contents of a key file: PEM, DER or a private JWK.
    ///
    /// A byte order mark, CRLF and text around a PEM block are accepted. These
    /// lines make files that are read, and any of them may be DER with
    /// `-outform DER`:
    ///
    /// | Key | Command |
    /// |---|---|
    /// | RSA, PKCS#8 | `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096` |
    /// | RSA, PKCS#1 | `openssl genrsa -traditional 4096` |
    /// | EC, PKCS#8 | `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` |
    /// | EC, SEC 1 | `openssl ecparam -genkey -name prime256v1` |
    /// | Ed25519, PKCS#8 | `openssl genpkey -algorithm ED25519` |
    ///
    /// # Errors
    ///
    /// What is wrong with the key, or what the input is instead of one, in
    /// words that say what to do.
    pub fn from_key_file(contents: &[u8]) -> Result<Self, Error> {
        let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
        if contents.trim_ascii().is_empty() {
            return Err(Error::UnexpectedInput(FoundInput::Empty));
        }
        match str::from_utf8(contents) {
            Ok(text) => Self::from_text(text),
            Err(_) => Self::from_der(contents),
        }
    }

    /// Reads a key in PEM: PKCS#8, PKCS#1 or SEC 1.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_key_file`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let block = Block::find(text)?.ok_or(Error::UnexpectedInput(FoundInput::Unknown))?;
        let found = match block.label {
            _ if block.is_legacy_encrypted() => FoundInput::LegacyEncryptedKey,
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
                let mut der = Zeroizing::new(Vec::new());
                block.decode_into(&mut der)?;
                return Self::from_der(&der);
            }
            "ENCRYPTED PRIVATE KEY" => FoundInput::EncryptedKey,
            "OPENSSH PRIVATE KEY" => FoundInput::OpenSshKey,
            "DSA PRIVATE KEY" | "DSA PARAMETERS" => FoundInput::DsaKey,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => FoundInput::PublicKey,
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => FoundInput::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => FoundInput::CertificateRequest,
            label if label.starts_with("PGP ") => FoundInput::PgpBlock,
            _ => FoundInput::UnknownPemLabel,
        };
        Err(Error::UnexpectedInput(found))
    }

    /// Reads a key in DER: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 appendix A.1.2)
    /// or SEC 1 (RFC 5915).
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_key_file`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        der_format::read(der)?.checked()
    }

    /// Reads a private JWK (RFC 7517 section 4).
    ///
    /// # Errors
    ///
    /// What is wrong with the JWK. An RSA key needs its primes and exponents
    /// (RFC 7518 section 6.3.2), not `d` alone.
    pub fn from_jwk_json(text: &str) -> Result<Self, Error> {
        jwk_format::read(text)?.checked()
    }

    /// Takes an Ed25519 seed (RFC 8032 section 5.1.5).
    pub(crate) const fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        Self(Material::Ed25519 {
            seed,
            public_key: None,
        })
    }

    /// Writes PKCS#8 in DER, version 1, which every reader knows.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> SecretDer {
        SecretDer::new(der_format::write(&self.0))
    }

    /// Writes PKCS#8 in PEM (`BEGIN PRIVATE KEY`).
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> SecretPem {
        let der = der_format::write(&self.0);
        SecretPem::new(Zeroizing::new(pem::encode("PRIVATE KEY", &der)))
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.0 {
            Material::Rsa { .. } => KeyType::Rsa,
            Material::Ec { key_type, .. } => *key_type,
            Material::Ed25519 { .. } => KeyType::Ed25519,
        }
    }

    /// The public half, where it stands in the key: always for RSA, mostly for EC.
    ///
    /// Nothing has checked yet that the two halves belong together; making a
    /// signing key does.
    #[must_use]
    pub const fn stated_public_key(&self) -> Option<&PublicKey> {
        match &self.0 {
            Material::Rsa { public_key, .. } => Some(public_key),
            Material::Ec { public_key, .. } | Material::Ed25519 { public_key, .. } => {
                public_key.as_ref()
            }
        }
    }

    fn from_text(text: &str) -> Result<Self, Error> {
        if text.contains("-----BEGIN ") {
            return Self::from_pem(text);
        }
        let start = text.trim_start();
        let found = match start {
            _ if start.starts_with('{') => return Self::from_jwk_json(start),
            _ if start.starts_with('<') => FoundInput::Html,
            _ if start.starts_with("PuTTY-User-Key-File") => FoundInput::PuttyKey,
            _ if start.starts_with("ssh-") || start.starts_with("ecdsa-") => FoundInput::PublicKey,
            // A short DER file may happen to be UTF-8 as well.
            _ => return Self::from_der(text.as_bytes()),
        };
        Err(Error::UnexpectedInput(found))
    }

    /// Refuses what no provider may be asked to sign with.
    fn checked(self) -> Result<Self, Error> {
        if let Material::Rsa { public_key, .. } = &self.0 {
            let bits = public_key.bits();
            if !RSA_BITS.contains(&bits) {
                return Err(Error::RsaSize(bits));
            }
            if !public_key.has_usual_exponent() {
                return Err(Error::RsaExponent);
            }
        }
        Ok(self)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, ..)", self.key_type())
    }
}
