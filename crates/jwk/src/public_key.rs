use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::der::{self, Reader};
use crate::pem::{self, Block};
use crate::{
    Certificate, Error, FoundInput, JsonObject, Jwk, KeyType, curve, foreign, openssh_public_key,
    spki, weakness,
};

/// The public half of a key: what a JWK Set publishes and a server verifies with.
///
/// Holding one proves that it isn't among the keys that are known to be weak:
/// an RSA key has 2048 to 8192 bits, a usual exponent and no fingerprint of
/// CVE-2017-15361, and a point lies on its curve.
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
    /// [`Error::RsaSize`], [`Error::RsaExponent`], [`Error::EvenModulus`] and
    /// [`Error::RocaKey`] for a key that is too weak to use.
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, Error> {
        let modulus = der::trim_leading_zeros(modulus);
        let exponent = der::trim_leading_zeros(exponent);
        weakness::check_rsa(modulus, exponent)?;
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
    /// for RSA, which has no point; [`Error::CompressedPoint`], and
    /// [`Error::PointOffCurve`].
    pub fn from_encoded_point(key_type: KeyType, point: &[u8]) -> Result<Self, Error> {
        let length = key_type.coordinate_len();
        let holds = match (key_type, point) {
            (KeyType::Rsa, _) => return Err(Error::MalformedKey),
            (KeyType::Ed25519, point) if point.len() == length => curve::is_sound_ed25519(point),
            (KeyType::Ed25519, _) => return Err(Error::MalformedKey),
            (_, [2 | 3, x @ ..]) if x.len() == length => return Err(Error::CompressedPoint),
            (_, [UNCOMPRESSED, coordinates @ ..]) if coordinates.len() == 2 * length => {
                let (x, y) = coordinates.split_at(length);
                curve::holds(key_type, x, y)
            }
            _ => return Err(Error::MalformedKey),
        };
        if !holds {
            return Err(Error::PointOffCurve);
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

    /// Reads the contents of a file that holds a public key in any form: SPKI or
    /// PKCS#1 in PEM or DER, a public JWK, a certificate, or OpenSSH's own.
    ///
    /// # Errors
    ///
    /// What is wrong with the key, or what the input is instead, in words that
    /// say what to do.
    pub fn from_key_file(contents: &[u8]) -> Result<Self, Error> {
        let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
        if let Some(found) = foreign::identify_file(contents) {
            return Err(Error::UnexpectedInput(found));
        }
        let text = core::str::from_utf8(contents).unwrap_or_default();
        let start = text.trim_start();
        if start.starts_with('{') {
            return Self::from_json(start);
        }
        if !text.contains("-----BEGIN ") {
            if let Some(read) = openssh_public_key::read(start) {
                return read;
            }
            if let Some(found) = foreign::identify_text(start) {
                return Err(Error::UnexpectedInput(found));
            }
            return Self::from_any_der(contents);
        }
        let block = Block::find(text)?;
        if block.is_certificate() {
            return Certificate::from_pem(text).map(|certificate| certificate.public_key().clone());
        }
        match block.label {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {
                let mut der = Vec::new();
                block.decode_into(&mut der)?;
                Self::from_any_der(&der)
            }
            label => Err(Error::UnexpectedInput(foreign::identify_label(label))),
        }
    }

    fn from_json(text: &str) -> Result<Self, Error> {
        let members = JsonObject::parse(text.as_bytes())?;
        if members.get("kty").is_some() {
            return Jwk::from_members(&members).map(|jwk| jwk.public_key().clone());
        }
        Err(Error::UnexpectedInput(if members.get("keys").is_some() {
            FoundInput::JwkSet
        } else {
            return Err(foreign::identify_json(&members));
        }))
    }

    pub(crate) fn from_any_der(der: &[u8]) -> Result<Self, Error> {
        let mut body = Reader::new(der)
            .sequence()
            .ok_or(Error::UnexpectedInput(FoundInput::Unknown))?;
        if body.clone().unsigned().is_some_and(|first| first.len() > 1) {
            return spki::read_rsa(der);
        }
        let found = foreign::identify_der(body.clone());
        match found {
            FoundInput::PublicKey => spki::read(der),
            FoundInput::Certificate => {
                Certificate::from_der(der).map(|certificate| certificate.public_key().clone())
            }
            _ if body.unsigned().is_some() && found == FoundInput::Unknown => {
                Err(Error::UnexpectedInput(FoundInput::PrivateKey))
            }
            found => Err(Error::UnexpectedInput(found)),
        }
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
        let block = Block::find(text)?;
        match block.label {
            "PUBLIC KEY" => {
                let mut spki = Vec::new();
                block.decode_into(&mut spki)?;
                Self::from_spki_der(&spki)
            }
            label => Err(Error::UnexpectedInput(
                match foreign::identify_label(label) {
                    FoundInput::PublicKey => FoundInput::UnknownPemLabel,
                    found => found,
                },
            )),
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
            Material::Rsa { modulus, .. } => weakness::bit_length(modulus),
            Material::Curve { key_type, .. } => match key_type {
                KeyType::P384 => 384,
                KeyType::P521 => 521,
                KeyType::Ed25519 => 255,
                KeyType::P256 | KeyType::Rsa => 256,
            },
        }
    }

    /// The length in bytes of a signature by this key, as it stands in a JWS.
    #[must_use]
    pub fn signature_len(&self) -> usize {
        match self.key_type() {
            // RFC 8017 section 8.2.1.
            KeyType::Rsa => self.bits().div_ceil(8),
            curve => 2 * curve.coordinate_len(),
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
