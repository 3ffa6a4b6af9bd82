//! SubjectPublicKeyInfo (RFC 5280 section 4.1) and the algorithm identifiers
//! that it shares with PKCS#8.

use alloc::vec::Vec;

use crate::der::{self, Reader};
use crate::{Error, FoundInput, KeyType, PublicKey, curve};

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const X448: &[u8] = &[0x2b, 0x65, 0x6f];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// Reads an AlgorithmIdentifier and what it says of the key.
pub(crate) fn read_algorithm(input: &mut Reader<'_>) -> Result<KeyType, Error> {
    let mut algorithm = input.sequence().ok_or(Error::MalformedKey)?;
    let identifier = algorithm
        .value(der::OBJECT_IDENTIFIER)
        .ok_or(Error::MalformedKey)?;
    let key_type = match identifier {
        RSA_ENCRYPTION => {
            // RFC 3279 section 2.3.1 wants NULL; some writers leave it out.
            match algorithm.value(der::NULL) {
                None | Some([]) => KeyType::Rsa,
                Some(_) => return Err(Error::MalformedKey),
            }
        }
        EC_PUBLIC_KEY => read_curve(&mut algorithm)?,
        ED25519 => KeyType::Ed25519,
        RSASSA_PSS => return Err(Error::UnexpectedInput(FoundInput::RsaPssKey)),
        DSA => return Err(Error::UnexpectedInput(FoundInput::DsaKey)),
        ED448 => return Err(Error::UnexpectedInput(FoundInput::Ed448Key)),
        X25519 | X448 => return Err(Error::UnexpectedInput(FoundInput::KeyAgreementKey)),
        _ => return Err(Error::UnexpectedInput(FoundInput::Unknown)),
    };
    algorithm.end().ok_or(Error::MalformedKey)?;
    Ok(key_type)
}

/// Reads the name of a curve (RFC 5480 section 2.1.1).
pub(crate) fn read_curve(input: &mut Reader<'_>) -> Result<KeyType, Error> {
    match input.value(der::OBJECT_IDENTIFIER) {
        Some(P256) => Ok(KeyType::P256),
        Some(P384) => Ok(KeyType::P384),
        Some(P521) => Ok(KeyType::P521),
        Some(SECP256K1) => Err(Error::UnexpectedInput(FoundInput::Secp256k1Key)),
        Some(_) => Err(Error::UnsupportedCurve),
        None => {
            let explicit = input.sequence().ok_or(Error::MalformedKey)?;
            curve_of_parameters(explicit).ok_or(Error::UnsupportedCurve)
        }
    }
}

/// Finds the curve that is written out (SpecifiedECDomain, SEC 1 appendix C.2).
///
/// RFC 5480 section 2.1.1 forbids it and older tools do it. Field and equation alone count: the
/// base point, the order and the cofactor are those of the named curve, whatever stands here, and
/// a key that means others has halves that don't belong together.
fn curve_of_parameters(mut parameters: Reader<'_>) -> Option<KeyType> {
    let version = parameters.unsigned()?;
    let mut field = parameters.sequence()?;
    let mut equation = parameters.sequence()?;
    if !matches!(version, [1..=3]) || field.value(der::OBJECT_IDENTIFIER)? != PRIME_FIELD {
        return None;
    }
    let p = field.unsigned()?;
    let a = equation.value(der::OCTET_STRING)?;
    let b = equation.value(der::OCTET_STRING)?;
    curve::of_equation(p, a, b)
}

/// Writes an AlgorithmIdentifier.
pub(crate) fn write_algorithm(key_type: KeyType) -> Vec<u8> {
    let curve = match key_type {
        KeyType::Rsa => {
            let identifier = der::write(der::OBJECT_IDENTIFIER, &[RSA_ENCRYPTION]);
            return der::write(der::SEQUENCE, &[&identifier, &der::write(der::NULL, &[])]);
        }
        KeyType::Ed25519 => {
            let identifier = der::write(der::OBJECT_IDENTIFIER, &[ED25519]);
            return der::write(der::SEQUENCE, &[&identifier]);
        }
        KeyType::P256 => P256,
        KeyType::P384 => P384,
        KeyType::P521 => P521,
    };
    let identifier = der::write(der::OBJECT_IDENTIFIER, &[EC_PUBLIC_KEY]);
    let curve = der::write(der::OBJECT_IDENTIFIER, &[curve]);
    der::write(der::SEQUENCE, &[&identifier, &curve])
}

/// Reads a public key.
pub(crate) fn read(spki: &[u8]) -> Result<PublicKey, Error> {
    let mut outer = Reader::new(spki);
    let mut body = outer.sequence().ok_or(Error::MalformedKey)?;
    outer.end().ok_or(Error::MalformedKey)?;
    let key_type = read_algorithm(&mut body)?;
    let key = body.bit_string().ok_or(Error::MalformedKey)?;
    body.end().ok_or(Error::MalformedKey)?;
    if key_type != KeyType::Rsa {
        return PublicKey::from_encoded_point(key_type, key);
    }
    read_rsa(key)
}

/// Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
pub(crate) fn read_rsa(key: &[u8]) -> Result<PublicKey, Error> {
    let mut outer = Reader::new(key);
    let mut integers = outer.sequence().ok_or(Error::MalformedKey)?;
    outer.end().ok_or(Error::MalformedKey)?;
    let modulus = integers.unsigned().ok_or(Error::MalformedKey)?;
    let exponent = integers.unsigned().ok_or(Error::MalformedKey)?;
    integers.end().ok_or(Error::MalformedKey)?;
    PublicKey::from_rsa(modulus, exponent)
}

/// Writes a public key whose bits are `key`.
pub(crate) fn write(key_type: KeyType, key: &[u8]) -> Vec<u8> {
    der::write(
        der::SEQUENCE,
        &[&write_algorithm(key_type), &der::write_bit_string(key)],
    )
}
