use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, KeyType};

/// A digital signature algorithm of JSON Web Algorithms.
///
/// RFC 7518 section 3.1 names the RSA and ECDSA ones, RFC 8037 section 3.1
/// `EdDSA`, RFC 9864 section 2.2 its fully specified name `Ed25519`. There is no
/// `none` and nothing symmetric: a client assertion is signed with a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "alg")]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256 and MGF1 with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384 and MGF1 with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512 and MGF1 with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519 under its older, polymorphic name.
    EdDsa,
    /// Ed25519 under its fully specified name.
    Ed25519,
}

impl Algorithm {
    /// Every algorithm, in the order of the registry.
    pub const ALL: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
        Self::Ed25519,
    ];

    /// The value of `alg` on the wire; it is case-sensitive.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The type of key that the algorithm signs with.
    #[must_use]
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                KeyType::Rsa
            }
            Self::Es256 => KeyType::P256,
            Self::Es384 => KeyType::P384,
            Self::Es512 => KeyType::P521,
            Self::EdDsa | Self::Ed25519 => KeyType::Ed25519,
        }
    }

    /// The length of a signature in bytes, as it stands in a JWS (RFC 7518 section
    /// 3.4, RFC 8032 section 5.1.6).
    ///
    /// RSA has none: a signature is as long as the key's modulus, which
    /// [`PublicKey::signature_len`](crate::PublicKey::signature_len) knows.
    #[must_use]
    pub const fn signature_len(self) -> Option<usize> {
        match self.key_type() {
            KeyType::Rsa => None,
            curve => Some(2 * curve.coordinate_len()),
        }
    }

    /// Fails with [`Error::WrongKeyType`] unless `key_type` is the algorithm's own.
    pub(crate) fn check_key_type(self, key_type: KeyType) -> Result<(), Error> {
        if self.key_type() == key_type {
            return Ok(());
        }
        Err(Error::WrongKeyType {
            algorithm: self,
            key_type,
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(Error::UnknownAlgorithm)
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = alloc::string::String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}
