use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::der;
use crate::pem::{self, Block};
use crate::{Error, FoundInput, KeyType, spki};

/// The public half of a key: what a JWK Set publishes and a server verifies with.
///
/// Holding one proves that its encoding is sound, not that the point of an EC
/// key lies on its curve: a provider checks that whenever it verifies.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey(Material);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Material {
    /// Magnitudes, big-endian, without leading zeros.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// An uncompressed point (SEC 1 section 2.3.3), or the 32 bytes of Ed25519.
    Curve { key_type: KeyType, point: Vec<u8> },
}

/// First byte of an uncompressed point (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

impl PublicKey {
    /// Takes an RSA modulus and public exponent, big-endian.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] where either is zero or even, and for the
    /// exponent 1, with which a signature is its own padding.
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, Error> {
        let modulus = der::trim_leading_zeros(modulus);
        let exponent = der::trim_leading_zeros(exponent);
        let odd = |magnitude: &[u8]| magnitude.last().is_some_and(|byte| byte & 1 == 1);
        if !odd(modulus) || !odd(exponent) || exponent == [1] {
            return Err(Error::MalformedKey);
        }
        Ok(Self(Material::Rsa {
            modulus: modulus.into(),
            exponent: exponent.into(),
        }))
    }

    /// Takes an uncompressed EC point, or the 32 bytes of an Ed25519 key.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] where the length or the first byte is wrong, and
    /// for RSA, which has no point.
    pub fn from_encoded_point(key_type: KeyType, point: &[u8]) -> Result<Self, Error> {
        let length = key_type.coordinate_len();
        let sound = match key_type {
            KeyType::Rsa => false,
            KeyType::Ed25519 => point.len() == length,
            KeyType::P256 | KeyType::P384 | KeyType::P521 => {
                point.len() == 2 * length + 1 && point.first() == Some(&UNCOMPRESSED)
            }
        };
        if !sound {
            return Err(Error::MalformedKey);
        }
        Ok(Self(Material::Curve {
            key_type,
            point: point.into(),
        }))
    }

    /// Takes the two coordinates of an EC point, of full length.
    pub(crate) fn from_coordinates(key_type: KeyType, x: &[u8], y: &[u8]) -> Result<Self, Error> {
        let length = key_type.coordinate_len();
        if x.len() != length || y.len() != length {
            return Err(Error::MalformedKey);
        }
        Self::from_encoded_point(key_type, &[&[UNCOMPRESSED], x, y].concat())
    }

    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// `openssl pkey -in KEY.pem -pubout -outform DER` writes one.
    ///
    /// # Errors
    ///
    /// What is wrong with the input, or what it is instead.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, Error> {
        spki::read(spki)
    }

    /// Reads a SubjectPublicKeyInfo in PEM (`BEGIN PUBLIC KEY`).
    ///
    /// `openssl pkey -in KEY.pem -pubout` writes one.
    ///
    /// # Errors
    ///
    /// What is wrong with the input, or what it is instead.
    pub fn from_spki_pem(text: &str) -> Result<Self, Error> {
        let block = Block::find(text)?.ok_or(Error::UnexpectedInput(FoundInput::Unknown))?;
        match block.label {
            "PUBLIC KEY" => {
                let mut spki = Vec::new();
                block.decode_into(&mut spki)?;
                Self::from_spki_der(&spki)
            }
            "CERTIFICATE" => Err(Error::UnexpectedInput(FoundInput::Certificate)),
            "CERTIFICATE REQUEST" => Err(Error::UnexpectedInput(FoundInput::CertificateRequest)),
            label if label.ends_with("PRIVATE KEY") => {
                Err(Error::UnexpectedInput(FoundInput::PrivateKey))
            }
            _ => Err(Error::UnexpectedInput(FoundInput::UnknownPemLabel)),
        }
    }

    /// Writes a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1).
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        spki::write(self.key_type(), &self.to_bits())
    }

    /// Writes a SubjectPublicKeyInfo in PEM, as `openssl pkey -pubout` does.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.to_spki_der())
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.0 {
            Material::Rsa { .. } => KeyType::Rsa,
            Material::Curve { key_type, .. } => *key_type,
        }
    }

    /// Size in bits: of the modulus, or of the curve's field.
    #[must_use]
    pub fn bits(&self) -> usize {
        match &self.0 {
            Material::Rsa { modulus, .. } => modulus.first().map_or(0, |first| {
                let unused = usize::try_from(first.leading_zeros()).unwrap_or_default();
                8 * modulus.len() - unused
            }),
            Material::Curve { key_type, .. } => match key_type {
                KeyType::P384 => 384,
                KeyType::P521 => 521,
                KeyType::Ed25519 => 255,
                KeyType::P256 | KeyType::Rsa => 256,
            },
        }
    }

    /// The JSON text whose SHA-256 is the thumbprint (RFC 7638 section 3).
    #[must_use]
    pub fn thumbprint_input(&self) -> String {
        let kty = self.key_type().kty();
        let base64url = Base64UrlUnpadded::encode_string;
        match self.members() {
            Members::Rsa { modulus, exponent } => format!(
                r#"{{"e":"{}","kty":"{kty}","n":"{}"}}"#,
                base64url(exponent),
                base64url(modulus)
            ),
            Members::Ec { crv, x, y } => format!(
                r#"{{"crv":"{crv}","kty":"{kty}","x":"{}","y":"{}"}}"#,
                base64url(x),
                base64url(y)
            ),
            Members::Okp { crv, x } => {
                format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{}"}}"#, base64url(x))
            }
        }
    }

    /// Whether an RSA key's public exponent is 65537 or larger.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn has_usual_exponent(&self) -> bool {
        match &self.0 {
            Material::Rsa { exponent, .. } => match exponent.len() {
                0..=2 => false,
                3 => exponent.as_slice() >= [1, 0, 1].as_slice(),
                _ => true,
            },
            Material::Curve { .. } => false,
        }
    }

    /// What the members of a JWK hold, before their base64url.
    pub(crate) fn members(&self) -> Members<'_> {
        match &self.0 {
            Material::Rsa { modulus, exponent } => Members::Rsa { modulus, exponent },
            Material::Curve { key_type, point } => {
                let crv = key_type.crv().unwrap_or_default();
                if *key_type == KeyType::Ed25519 {
                    return Members::Okp { crv, x: point };
                }
                let coordinates = point.get(1..).unwrap_or_default();
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                Members::Ec { crv, x, y }
            }
        }
    }

    /// The bits of a SubjectPublicKeyInfo: an RSAPublicKey (RFC 8017 appendix
    /// A.1.1), an uncompressed point, or the 32 bytes of Ed25519.
    pub(crate) fn to_bits(&self) -> Vec<u8> {
        match &self.0 {
            Material::Rsa { modulus, exponent } => der::write(
                der::SEQUENCE,
                &[
                    &der::write_unsigned(modulus),
                    &der::write_unsigned(exponent),
                ],
            ),
            Material::Curve { point, .. } => point.clone(),
        }
    }
}

/// The members of a JWK that describe the key itself.
pub(crate) enum Members<'a> {
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
    Ec {
        crv: &'static str,
        x: &'a [u8],
        y: &'a [u8],
    },
    Okp {
        crv: &'static str,
        x: &'a [u8],
    },
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey")
            .field(&self.thumbprint_input())
            .finish()
    }
}
