use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_jwk::Signature;

use super::{DecodeError, Irregularity, Members, PartError};

/// One of the three parts of a JWT.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Part {
    /// The first, the JOSE header.
    Header,
    /// The second, the claims.
    Claims,
    /// The third, the signature.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Signature => "signature",
        })
    }
}

/// Reads the header or the claims.
pub(super) fn read_object(
    part: Part,
    encoded: &str,
    found: &mut Vec<Irregularity>,
) -> Result<Members, DecodeError> {
    let failed = |error| DecodeError::Part { part, error };
    if encoded.is_empty() {
        return Err(failed(PartError::Empty));
    }
    let json = decode(part, encoded, found).map_err(failed)?;
    if core::str::from_utf8(&json).is_err() {
        return Err(failed(PartError::NotUtf8));
    }
    let (members, repeated) = Members::parse(&json).map_err(failed)?;
    let repeat = |name| Irregularity::RepeatedName { part, name };
    found.extend(repeated.into_iter().map(repeat));
    Ok(members)
}

/// Reads the signature. Without one there is still much to see, so nothing here is an error.
pub(super) fn read_signature(encoded: &str, found: &mut Vec<Irregularity>) -> Option<Signature> {
    if encoded.is_empty() {
        found.push(Irregularity::NoSignature);
        return None;
    }
    match decode(Part::Signature, encoded, found) {
        Ok(bytes) => Some(Signature::from_bytes(bytes)),
        Err(_) => {
            found.push(Irregularity::UnreadableSignature);
            None
        }
    }
}

/// Decodes base64url, and what encoders make that were meant for other uses of base64.
fn decode(part: Part, encoded: &str, found: &mut Vec<Irregularity>) -> Result<Vec<u8>, PartError> {
    if let Ok(bytes) = Base64UrlUnpadded::decode_vec(encoded) {
        return Ok(bytes);
    }
    let unpadded = encoded.trim_end_matches('=');
    if unpadded.len() < encoded.len() {
        found.push(Irregularity::Padding { part });
    }
    let mut digits = unpadded.to_owned();
    if digits.contains(['+', '/']) {
        found.push(Irregularity::StandardAlphabet { part });
        digits = digits.replace('+', "-").replace('/', "_");
    }
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if let Some(index) = digits.chars().position(|c| !is_digit(c)) {
        let position = index + 1;
        return Err(PartError::NotBase64Url { position });
    }
    if digits.len() % 4 == 1 {
        return Err(PartError::Length);
    }
    Base64UrlUnpadded::decode_vec(&digits).or_else(|_| {
        found.push(Irregularity::TrailingBits { part });
        clear_trailing_bits(&mut digits);
        Base64UrlUnpadded::decode_vec(&digits).map_err(|_| PartError::Length)
    })
}

/// Clears the bits of the last digit that belong to no byte (RFC 4648 section 3.5).
fn clear_trailing_bits(digits: &mut String) {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let unused = if digits.len() % 4 == 2 { 4 } else { 2 };
    let value = digits.pop().and_then(|last| ALPHABET.find(last));
    let cleared = value.map(|value| value >> unused << unused);
    digits.extend(cleared.and_then(|value| ALPHABET.chars().nth(value)));
}
