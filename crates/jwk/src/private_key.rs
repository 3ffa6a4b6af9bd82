#[cfg(feature = "rsa-completion")]
mod completion;
#[cfg(not(feature = "rsa-completion"))]
#[path = "private_key/completion_missing.rs"]
mod completion;
mod consistency;
mod der_format;
#[cfg(feature = "encrypted")]
pub(crate) mod encrypted;
mod jwk_format;
pub(crate) mod openssh;

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use self::openssh::OpenSshKey;
use crate::pem::{self, Block, PrivateKeyBlock};
use crate::{
    Algorithm, Error, FoundInput, Jwk, KeyFile, KeyId, KeyType, PublicKey, SecretDer, SecretJson,
    SecretPem, foreign,
};

/// A private key that was read or generated, wiped when dropped.
///
/// It signs nothing itself: a provider makes a signing key of it, and checks
/// then that the two halves of an EC or Ed25519 key belong together. That the
/// parts of an RSA key do is known from reading it.
pub struct PrivateKey {
    pub(crate) material: Material,
    key_id: Option<KeyId>,
    algorithm: Option<Algorithm>,
}

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

/// The longest RSA key that every provider here can sign with: `ring` takes no
/// longer one.
const LONGEST_RSA: usize = 4096;

impl PrivateKey {
    fn new(material: Material) -> Self {
        Self {
            material,
            key_id: None,
            algorithm: None,
        }
    }

    /// Reads the contents of a key file: PEM, DER, a private JWK, or the only
    /// private key of a JWK Set. [`KeyFile`] says more, and takes more.
    ///
    /// # Errors
    ///
    /// What is wrong with the key, or what the input is instead of one, in
    /// words that say what to do.
    pub fn from_key_file(contents: &[u8]) -> Result<Self, Error> {
        KeyFile::new(contents).private_key()
    }

    /// Reads a key in PEM: PKCS#8, PKCS#1, SEC 1, or in OpenSSH's own format.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_key_file`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let PrivateKeyBlock {
            private_key: block,
            public_keys,
        } = Block::find_private_key(text)?;
        if let Some(error) = block.legacy_encryption() {
            return Err(error);
        }
        let found = match block.label {
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
                let mut der = Zeroizing::new(Vec::new());
                block.decode_into(&mut der)?;
                return Self::from_der(&der)?.with_public_halves(&public_keys);
            }
            "OPENSSH PRIVATE KEY" => {
                let mut contents = Zeroizing::new(Vec::new());
                block.decode_into(&mut contents)?;
                let key = OpenSshKey::parse(&contents)?;
                if !key.is_encrypted() {
                    let read = openssh::read(key.section).unwrap_or(Err(Error::MalformedKey));
                    return read?.with_public_halves(&public_keys);
                }
                FoundInput::EncryptedKey
            }
            label => foreign::identify_label(label),
        };
        Err(Error::UnexpectedInput(found))
    }

    /// Takes the public keys in the same file, which have to be the public half.
    fn with_public_halves(mut self, blocks: &[Block<'_>]) -> Result<Self, Error> {
        for block in blocks {
            let mut der = Vec::new();
            block.decode_into(&mut der)?;
            let found = PublicKey::from_any_der(&der)?;
            let stated = match &mut self.material {
                Material::Rsa { public_key, .. } => public_key,
                Material::Ec { public_key, .. } | Material::Ed25519 { public_key, .. } => {
                    public_key.get_or_insert_with(|| found.clone())
                }
            };
            if *stated != found || found.key_type() != self.key_type() {
                return Err(Error::InconsistentKey);
            }
        }
        Ok(self)
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
    /// What is wrong with the JWK.
    pub fn from_jwk_json(text: &str) -> Result<Self, Error> {
        jwk_format::read(text)?.checked()
    }

    /// Reads the private key of a JWK Set that has this identifier, or the only
    /// one that is there (RFC 7517 section 5).
    ///
    /// # Errors
    ///
    /// What is wrong with the key; [`Error::SeveralKeys`] where nothing says
    /// which, and [`Error::PrivateKeyNotFound`].
    pub fn from_jwk_set_json(text: &str, key_id: Option<&KeyId>) -> Result<Self, Error> {
        jwk_format::read_set(text, key_id)?.checked()
    }

    /// Reads every private key of a JWK Set that is for signing (RFC 7517 section 5).
    ///
    /// # Errors
    ///
    /// What is wrong with the set or one of its keys.
    pub fn all_from_jwk_set_json(text: &str) -> Result<Vec<Self>, Error> {
        jwk_format::read_all(text)
    }

    /// Reads a JWK, or a key of a JWK Set.
    pub(crate) fn from_json(text: &str, key_id: Option<&KeyId>) -> Result<Self, Error> {
        jwk_format::read_any(text, key_id)?.checked()
    }

    /// Reads a key in SEC 1 that does not name its curve.
    pub(crate) fn from_sec1_on_curve(der: &[u8], key_type: KeyType) -> Result<Self, Error> {
        der_format::read_on_curve(der, key_type)?.checked()
    }

    /// Takes an Ed25519 seed (RFC 8032 section 5.1.5).
    pub(crate) fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        Self::new(Material::Ed25519 {
            seed,
            public_key: None,
        })
    }

    /// Writes PKCS#8 in DER, version 1, which every reader knows.
    #[must_use]
    pub fn to_pkcs8_der(&self) -> SecretDer {
        SecretDer::new(der_format::write(&self.material))
    }

    /// Writes PKCS#8 in PEM (`BEGIN PRIVATE KEY`).
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> SecretPem {
        let der = der_format::write(&self.material);
        SecretPem::new(Zeroizing::new(pem::encode("PRIVATE KEY", &der)))
    }

    /// Writes PKCS#1 in PEM (`BEGIN RSA PRIVATE KEY`), for tools that read
    /// nothing else.
    ///
    /// # Errors
    ///
    /// [`Error::NotRsa`] for every other key, for which PKCS#1 has no form.
    pub fn to_pkcs1_pem(&self) -> Result<SecretPem, Error> {
        let Material::Rsa { pkcs1, .. } = &self.material else {
            return Err(Error::NotRsa(self.key_type()));
        };
        let pem = pem::encode("RSA PRIVATE KEY", pkcs1);
        Ok(SecretPem::new(Zeroizing::new(pem)))
    }

    /// Writes a private JWK, indented by two spaces, without a final newline:
    /// the members of `public`, its `alg`, `kid` and `use` among them, and
    /// then the private ones.
    ///
    /// Take the public half from the signing key that a provider made of this
    /// one: an Ed25519 key often doesn't state its own to compare it with.
    ///
    /// # Errors
    ///
    /// [`Error::InconsistentKey`] where `public` is the public half of another
    /// key.
    pub fn to_secret_jwk_json(&self, public: &Jwk) -> Result<SecretJson, Error> {
        let other = self
            .stated_public_key()
            .is_some_and(|stated| stated != public.public_key());
        if other || public.public_key().key_type() != self.key_type() {
            return Err(Error::InconsistentKey);
        }
        jwk_format::write(&self.material, public).map(SecretJson::new)
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.material {
            Material::Rsa { .. } => KeyType::Rsa,
            Material::Ec { key_type, .. } => *key_type,
            Material::Ed25519 { .. } => KeyType::Ed25519,
        }
    }

    /// The public half, where it stands in the key: always for RSA, mostly for EC.
    ///
    /// Nothing has checked yet that the halves of an EC or Ed25519 key belong
    /// together; making a signing key does.
    #[must_use]
    pub const fn stated_public_key(&self) -> Option<&PublicKey> {
        match &self.material {
            Material::Rsa { public_key, .. } => Some(public_key),
            Material::Ec { public_key, .. } | Material::Ed25519 { public_key, .. } => {
                public_key.as_ref()
            }
        }
    }

    /// The identifier that stands in the key, `kid` of a private JWK.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn stated_key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// States the identifier, where what goes with the key has it. Defaults to the key's own.
    #[must_use]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// The algorithm that stands in the key, `alg` of a private JWK.
    #[must_use]
    #[doc(alias = "alg")]
    pub const fn stated_algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Refuses what no provider may be asked to sign with.
    fn checked(self) -> Result<Self, Error> {
        if let Material::Rsa { pkcs1, public_key } = &self.material {
            let bits = public_key.bits();
            if bits > LONGEST_RSA {
                return Err(Error::RsaSize(bits));
            }
            consistency::check(pkcs1)?;
        }
        Ok(self)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, ..)", self.key_type())
    }
}
