//! PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 appendix A.1.2) and SEC 1 (RFC 5915).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{Material, PrivateKey};
use crate::der::{self, Reader};
use crate::{Error, FoundInput, KeyType, PublicKey, foreign, spki};

/// `[0]` and `[1]` of SEC 1, which are explicit.
const SEC1_PARAMETERS: u8 = 0xa0;
const SEC1_PUBLIC_KEY: u8 = 0xa1;
/// `[0]` and `[1]` of PKCS#8, which are implicit.
const PKCS8_ATTRIBUTES: u8 = 0xa0;
const PKCS8_PUBLIC_KEY: u8 = 0x81;

/// Reads whichever of the three formats this is.
pub(super) fn read(input: &[u8]) -> Result<PrivateKey, Error> {
    let mut outer = Reader::new(input);
    let body = outer.sequence().ok_or(match der::is_cut_sequence(input) {
        true => Error::MalformedKey,
        false => Error::UnexpectedInput(FoundInput::Unknown),
    })?;
    if outer.end().is_none() {
        let length = input.len() - outer.rest().len();
        let first = input.get(..length).map(read);
        return Err(match first {
            Some(Ok(_)) => Error::UnexpectedInput(FoundInput::TrailingData),
            _ => Error::MalformedKey,
        });
    }

    let mut probe = body.clone();
    let version = probe.unsigned();
    if version.is_none() || version == Some(&[3]) {
        return Err(Error::UnexpectedInput(foreign::identify_der(body)));
    }
    if probe.clone().sequence().is_some() {
        return read_pkcs8(body);
    }
    if probe.clone().value(der::OCTET_STRING).is_some() {
        return read_sec1(body, None, None);
    }
    if probe.unsigned().is_some() {
        return read_pkcs1(input);
    }
    Err(Error::UnexpectedInput(FoundInput::Unknown))
}

/// Reads an ECPrivateKey that does not name its curve.
pub(super) fn read_on_curve(input: &[u8], key_type: KeyType) -> Result<PrivateKey, Error> {
    if matches!(key_type, KeyType::Rsa | KeyType::Ed25519) {
        return Err(NO_CURVE);
    }
    let body = Reader::new(input).sequence().ok_or(Error::MalformedKey)?;
    read_sec1(body, Some(key_type), None)
}

fn read_pkcs8(mut body: Reader<'_>) -> Result<PrivateKey, Error> {
    let version = body.unsigned().ok_or(Error::MalformedKey)?;
    let key_type = spki::read_algorithm(&mut body)?;
    let key = body.value(der::OCTET_STRING).ok_or(Error::MalformedKey)?;
    let _attributes = body.value(PKCS8_ATTRIBUTES);
    let public_key = match (version, body.value(PKCS8_PUBLIC_KEY)) {
        ([] | [1], None) => None,
        ([1], Some([0, bits @ ..])) => Some(bits),
        _ => return Err(Error::MalformedKey),
    };
    body.end().ok_or(Error::MalformedKey)?;
    match key_type {
        KeyType::Rsa => read_pkcs1(key),
        KeyType::Ed25519 => read_ed25519(key, public_key),
        KeyType::P256 | KeyType::P384 | KeyType::P521 => {
            let mut outer = Reader::new(key);
            let body = outer.sequence().ok_or(Error::MalformedKey)?;
            outer.end().ok_or(Error::MalformedKey)?;
            read_sec1(body, Some(key_type), public_key)
        }
    }
}

/// Reads a CurvePrivateKey (RFC 8410 section 7).
fn read_ed25519(key: &[u8], public_key: Option<&[u8]>) -> Result<PrivateKey, Error> {
    let mut outer = Reader::new(key);
    let seed = outer.value(der::OCTET_STRING).ok_or(Error::MalformedKey)?;
    outer.end().ok_or(Error::MalformedKey)?;
    let seed = seed.try_into().map_err(|_| Error::MalformedKey)?;
    let public_key = match public_key {
        None => None,
        Some(bits) => Some(PublicKey::from_encoded_point(KeyType::Ed25519, bits)?),
    };
    Ok(PrivateKey::new(Material::Ed25519 {
        seed: Zeroizing::new(seed),
        public_key,
    }))
}

/// Reads an ECPrivateKey, whose curve and public half stand inside or around it.
fn read_sec1(
    mut body: Reader<'_>,
    curve: Option<KeyType>,
    point: Option<&[u8]>,
) -> Result<PrivateKey, Error> {
    if body.unsigned() != Some(&[1]) {
        return Err(Error::MalformedKey);
    }
    let scalar = body.value(der::OCTET_STRING).ok_or(Error::MalformedKey)?;
    let named = match body.value(SEC1_PARAMETERS) {
        None => None,
        Some(parameters) => Some(spki::read_curve(&mut Reader::new(parameters))?),
    };
    let key_type = match (curve, named) {
        (Some(curve), Some(named)) if curve != named => return Err(Error::MalformedKey),
        (Some(key_type), _) | (None, Some(key_type)) => key_type,
        (None, None) => curve_of_point(body.clone())?,
    };
    let point = match body.value(SEC1_PUBLIC_KEY) {
        None => point,
        Some(contents) => Some(
            Reader::new(contents)
                .bit_string()
                .ok_or(Error::MalformedKey)?,
        ),
    };
    let public_key = match point {
        None => None,
        Some(point) => match PublicKey::from_encoded_point(key_type, point) {
            // The private value says as much.
            Err(Error::CompressedPoint) => None,
            public_key => Some(public_key?),
        },
    };
    body.end().ok_or(Error::MalformedKey)?;
    Material::from_scalar(key_type, scalar, public_key).map(PrivateKey::new)
}

const NO_CURVE: Error = Error::UnexpectedInput(FoundInput::NoCurve);

/// The curve on which the public half lies, where nothing names the curve: it lies on one alone.
fn curve_of_point(mut body: Reader<'_>) -> Result<KeyType, Error> {
    let contents = body.value(SEC1_PUBLIC_KEY);
    // What is there in place of a curve is a damaged one.
    body.end().ok_or(Error::MalformedKey)?;
    let point = contents.and_then(|contents| Reader::new(contents).bit_string());
    let mut curves = [KeyType::P256, KeyType::P384, KeyType::P521].into_iter();
    let is_on = |&curve: &KeyType| {
        point.is_some_and(|point| PublicKey::from_encoded_point(curve, point).is_ok())
    };
    curves.find(is_on).ok_or(NO_CURVE)
}

fn read_pkcs1(input: &[u8]) -> Result<PrivateKey, Error> {
    let mut outer = Reader::new(input);
    let mut body = outer.sequence().ok_or(Error::MalformedKey)?;
    outer.end().ok_or(Error::MalformedKey)?;
    match body.unsigned() {
        Some([]) => {}
        Some([1]) => return Err(Error::RejectedKey("more than two primes".into())),
        _ => return Err(Error::MalformedKey),
    }
    let modulus = body.unsigned().ok_or(Error::MalformedKey)?;
    let exponent = body.unsigned().ok_or(Error::MalformedKey)?;
    let mut private_integers = 0;
    while body.unsigned().is_some() {
        private_integers += 1;
    }
    body.end().ok_or(Error::MalformedKey)?;
    match private_integers {
        6 => Ok(PrivateKey::new(Material::Rsa {
            public_key: PublicKey::from_rsa(modulus, exponent)?,
            pkcs1: Zeroizing::new(input.to_vec()),
        })),
        // OpenSSL's own format for DSA: version, p, q, g, public and private.
        3 => Err(Error::UnexpectedInput(FoundInput::DsaKey)),
        _ => Err(Error::MalformedKey),
    }
}

impl Material {
    /// Takes the private value of an EC key, which may lack leading zeros or have too many.
    ///
    /// RFC 5915 section 3 wants the full length. Java's and Python's tools write less where the
    /// value is small, and GnuTLS a zero in front of a large one, as of a signed integer.
    pub(super) fn from_scalar(
        key_type: KeyType,
        value: &[u8],
        public_key: Option<PublicKey>,
    ) -> Result<Self, Error> {
        let scalar = full_length(value, key_type.coordinate_len()).ok_or(Error::MalformedKey)?;
        Ok(Self::Ec {
            key_type,
            scalar,
            public_key,
        })
    }
}

/// Adds or takes leading zeros until the value has this length, if that can be done.
pub(super) fn full_length(value: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let excess = value.len().saturating_sub(length);
    let (zeros, value) = value.split_at_checked(excess)?;
    if zeros.iter().any(|&byte| byte != 0) {
        return None;
    }
    let mut full = Zeroizing::new(Vec::with_capacity(length));
    full.resize(length - value.len(), 0);
    full.extend_from_slice(value);
    Some(full)
}

/// The eight integers of an RSAPrivateKey after its version.
pub(super) fn read_rsa_parts(pkcs1: &[u8]) -> Option<[&[u8]; 8]> {
    let mut body = Reader::new(pkcs1).sequence()?;
    body.unsigned()?;
    let mut parts = [&[][..]; 8];
    for part in &mut parts {
        *part = body.unsigned()?;
    }
    Some(parts)
}

/// Writes an RSAPrivateKey of its eight integers after the version.
pub(super) fn write_rsa_parts<'a>(
    parts: impl Iterator<Item = &'a [u8]> + Clone,
) -> Zeroizing<Vec<u8>> {
    let length = parts.clone().map(|part| part.len() + 6).sum::<usize>() + 3;
    let mut body = Zeroizing::new(Vec::with_capacity(length));
    body.extend(der::write_unsigned(&[]));
    for part in parts {
        body.extend_from_slice(&Zeroizing::new(der::write_unsigned(part)));
    }
    Zeroizing::new(der::write(der::SEQUENCE, &[&body]))
}

/// Writes PKCS#8, version 1 and without attributes.
///
/// Version 1 has no place for the public half of an Ed25519 key. OpenSSL 3.0
/// refuses version 2, and the public half follows from the private one.
pub(super) fn write(material: &Material) -> Zeroizing<Vec<u8>> {
    let (key_type, key) = match material {
        Material::Rsa { pkcs1, .. } => (KeyType::Rsa, pkcs1.clone()),
        Material::Ec {
            key_type,
            scalar,
            public_key,
        } => (*key_type, write_sec1(scalar, public_key.as_ref())),
        Material::Ed25519 { seed, .. } => (
            KeyType::Ed25519,
            Zeroizing::new(der::write(der::OCTET_STRING, &[&seed[..]])),
        ),
    };
    let version = der::write_unsigned(&[]);
    let algorithm = spki::write_algorithm(key_type);
    let key = Zeroizing::new(der::write(der::OCTET_STRING, &[&key]));
    Zeroizing::new(der::write(der::SEQUENCE, &[&version, &algorithm, &key]))
}

/// Writes an ECPrivateKey whose curve stands around it.
fn write_sec1(scalar: &[u8], public_key: Option<&PublicKey>) -> Zeroizing<Vec<u8>> {
    let version = der::write_unsigned(&[1]);
    let scalar = Zeroizing::new(der::write(der::OCTET_STRING, &[scalar]));
    let public_key = public_key.map_or_else(Vec::new, |public_key| {
        let bits = der::write_bit_string(&public_key.to_bits());
        der::write(SEC1_PUBLIC_KEY, &[&bits])
    });
    Zeroizing::new(der::write(der::SEQUENCE, &[&version, &scalar, &public_key]))
}
