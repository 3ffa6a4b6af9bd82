use std::path::PathBuf;

use tokenring_jwk::{Algorithm, Jwk, KeyId, KeySpec, KeyType, KeyUse, PublicKey, any};

use crate::Error;

/// What [`RotationDriver::begin`](crate::RotationDriver::begin) makes: a key like the one in use,
/// unless something else is asked for.
#[derive(Clone, Debug, Default)]
pub struct NextKey {
    pub(crate) key_in_use: Option<PathBuf>,
    pub(crate) key_id_in_use: Option<KeyId>,
    pub(crate) jwk_set: Option<PathBuf>,
    pub(crate) spec: Option<KeySpec>,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) accepted: Vec<Algorithm>,
    pub(crate) naming: KeyNaming,
    pub(crate) encrypts: bool,
}

/// How the next key is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyNaming {
    /// By the next name in the sequence, as `int-2` after `int-1`.
    #[default]
    Sequence,
    /// By its thumbprint (RFC 7638).
    Thumbprint,
    /// By the SHA-256 hash of its SubjectPublicKeyInfo, in base64url.
    SpkiSha256,
    /// By this name.
    Named(KeyId),
}

impl NextKey {
    /// Asks for a key like the one in use, named by the next name in the sequence.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the private key that signs today, a file of the folder.
    ///
    /// It is needed where the folder has no state yet, and where the state was restored from a
    /// backup and names a key that is gone. Defaults to none.
    #[must_use]
    pub fn with_key_in_use(mut self, path: impl Into<PathBuf>) -> Self {
        self.key_in_use = Some(path.into());
        self
    }

    /// Says what the key in use is called. Defaults to what the key states, else to its file's
    /// name.
    #[must_use]
    pub fn with_key_id_in_use(mut self, key_id: impl Into<KeyId>) -> Self {
        self.key_id_in_use = Some(key_id.into());
        self
    }

    /// Names the JWK Set that is published, where the folder has no state yet.
    ///
    /// A relative path starts in the folder. Defaults to `KID.json` next to the key in use if it
    /// exists, else to `jwks.json` in the folder.
    #[must_use]
    pub fn with_jwk_set(mut self, path: impl Into<PathBuf>) -> Self {
        self.jwk_set = Some(path.into());
        self
    }

    /// Asks for a key of this kind. Defaults to that of the key in use.
    #[must_use]
    pub const fn with_spec(mut self, spec: KeySpec) -> Self {
        self.spec = Some(spec);
        self
    }

    /// Says what algorithm the key is for. Defaults to that of the key in use.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Says what algorithms the gateway accepts, the preferred ones first. Defaults to all.
    #[must_use]
    pub fn with_accepted(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.accepted = algorithms.into_iter().collect();
        self
    }

    /// Says how the key is named. Defaults to [`KeyNaming::Sequence`].
    #[must_use]
    pub fn with_naming(mut self, naming: KeyNaming) -> Self {
        self.naming = naming;
        self
    }

    /// Encrypts the new key with the reader's passphrase. Defaults to doing so where the key in
    /// use is encrypted.
    #[must_use]
    pub const fn encrypted(mut self) -> Self {
        self.encrypts = true;
        self
    }

    /// Settles the kind of the next key.
    pub(crate) fn kind(
        &self,
        active: &PublicKey,
        active_algorithm: Option<Algorithm>,
    ) -> Result<Kind, Error> {
        let spec = self.spec.unwrap_or_else(|| spec_of(active));
        let key_type = spec.key_type();
        let algorithm = match self.algorithm {
            Some(algorithm) if algorithm.key_type() == key_type => Some(algorithm),
            Some(algorithm) => {
                return Err(Error::AlgorithmOfOtherKeys {
                    algorithm,
                    key_type,
                });
            }
            None => active_algorithm
                .filter(|algorithm| algorithm.key_type() == key_type)
                .or_else(|| self.preferred(key_type)),
        };
        let fits = |algorithm: Algorithm| self.accepted.contains(&algorithm);
        match self.accepted.is_empty() || algorithm.is_some_and(fits) {
            true => Ok(Kind { spec, algorithm }),
            false => Err(Error::AlgorithmNotAccepted { spec, algorithm }),
        }
    }

    /// The algorithm that the gateway prefers for keys of this type.
    pub(crate) fn preferred(&self, key_type: KeyType) -> Option<Algorithm> {
        let mut accepted = self.accepted.iter().copied();
        accepted.find(|algorithm| algorithm.key_type() == key_type)
    }
}

impl KeyNaming {
    /// The name that a key has by itself.
    pub(crate) fn name_of(&self, public_key: &PublicKey) -> Option<KeyId> {
        match self {
            Self::Thumbprint => Some(KeyId::new(any::thumbprint(public_key).to_string())),
            Self::SpkiSha256 => Some(KeyId::new(any::spki_hash(public_key).to_string())),
            Self::Sequence | Self::Named(_) => None,
        }
    }

    pub(crate) const fn is_of_key(&self) -> bool {
        matches!(self, Self::Thumbprint | Self::SpkiSha256)
    }
}

/// What kind of key is made, and for which algorithm.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) spec: KeySpec,
    pub(crate) algorithm: Option<Algorithm>,
}

/// The public half of a key as the JWK Set gets it.
pub(crate) fn jwk(
    public_key: &PublicKey,
    key_id: &KeyId,
    algorithm: Option<Algorithm>,
) -> Result<Jwk, Error> {
    let mut jwk = Jwk::new(public_key.clone());
    if let Some(algorithm) = algorithm {
        jwk = jwk.with_algorithm(algorithm)?;
    }
    Ok(jwk.with_key_id(key_id.clone()).with_use(KeyUse::Signature))
}

/// The kind of key that this one is of, a size up where its own is not made.
fn spec_of(key: &PublicKey) -> KeySpec {
    match (key.key_type(), key.bits()) {
        (KeyType::P256, _) => KeySpec::P256,
        (KeyType::P384, _) => KeySpec::P384,
        (KeyType::P521, _) => KeySpec::P521,
        (KeyType::Ed25519, _) => KeySpec::Ed25519,
        (_, ..=2048) => KeySpec::Rsa2048,
        (_, ..=3072) => KeySpec::Rsa3072,
        _ => KeySpec::Rsa4096,
    }
}
