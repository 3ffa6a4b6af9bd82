use core::fmt;

use crate::Algorithm;

/// The type of a key: RSA, or the curve that it lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "kty")]
#[doc(alias = "crv")]
pub enum KeyType {
    /// RSA of any size (`kty` is `RSA`).
    Rsa,
    /// NIST P-256 (`kty` is `EC`).
    P256,
    /// NIST P-384 (`kty` is `EC`).
    P384,
    /// NIST P-521 (`kty` is `EC`).
    P521,
    /// Edwards25519 for signatures (`kty` is `OKP`).
    Ed25519,
}

impl KeyType {
    /// The algorithms that sign with such a key, [the usual one](Self::usual_algorithm)
    /// first.
    #[must_use]
    pub const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa => &[
                Algorithm::Rs256,
                Algorithm::Rs384,
                Algorithm::Rs512,
                Algorithm::Ps256,
                Algorithm::Ps384,
                Algorithm::Ps512,
            ],
            Self::P256 => &[Algorithm::Es256],
            Self::P384 => &[Algorithm::Es384],
            Self::P521 => &[Algorithm::Es512],
            Self::Ed25519 => &[Algorithm::EdDsa, Algorithm::Ed25519],
        }
    }

    /// The algorithm that a server assumes when nothing says which: RS256 for RSA,
    /// EdDSA for Ed25519, and the one of the curve otherwise.
    #[must_use]
    pub const fn usual_algorithm(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
            Self::Ed25519 => Algorithm::EdDsa,
        }
    }

    /// The value of `kty` in a JWK (RFC 7518 section 6.1, RFC 8037 section 2).
    pub(crate) const fn kty(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::P256 | Self::P384 | Self::P521 => "EC",
            Self::Ed25519 => "OKP",
        }
    }

    /// The value of `crv` in a JWK; RSA has none.
    pub(crate) const fn crv(self) -> Option<&'static str> {
        match self {
            Self::Rsa => None,
            Self::P256 => Some("P-256"),
            Self::P384 => Some("P-384"),
            Self::P521 => Some("P-521"),
            Self::Ed25519 => Some("Ed25519"),
        }
    }

    /// The elliptic curve that `crv` names.
    pub(crate) fn from_elliptic_curve(crv: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|key_type| key_type.crv() == Some(crv))
    }

    /// Length in bytes of a coordinate or of the raw key; RSA has none.
    pub(crate) const fn coordinate_len(self) -> usize {
        match self {
            Self::Rsa => 0,
            Self::P256 | Self::Ed25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.crv().unwrap_or("RSA"))
    }
}

/// What kind of key to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeySpec {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

impl KeySpec {
    /// The type of the key that comes out.
    #[must_use]
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => KeyType::Rsa,
            Self::P256 => KeyType::P256,
            Self::P384 => KeyType::P384,
            Self::P521 => KeyType::P521,
            Self::Ed25519 => KeyType::Ed25519,
        }
    }

    /// Size in bits of the modulus or of the curve's field.
    #[must_use]
    pub const fn bits(self) -> usize {
        match self {
            Self::Rsa2048 => 2048,
            Self::Rsa3072 => 3072,
            Self::Rsa4096 => 4096,
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
            Self::Ed25519 => 255,
        }
    }
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key_type() {
            KeyType::Rsa => write!(f, "RSA {}", self.bits()),
            key_type => key_type.fmt(f),
        }
    }
}
