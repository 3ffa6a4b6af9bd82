use crate::UriError;

/// Decodes the value of an attribute (RFC 7512 section 2.3).
///
/// `is_allowed` names the characters that may stand for themselves beside the
/// unreserved ones of RFC 3986 section 2.3.
pub(crate) fn decode(value: &str, is_allowed: fn(u8) -> bool) -> Result<Vec<u8>, UriError> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let high = bytes.next().and_then(hexadecimal);
                let low = bytes.next().and_then(hexadecimal);
                match (high, low) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(UriError::PercentEncoding),
                }
            }
            byte if is_unreserved(byte) || is_allowed(byte) => byte,
            _ => return Err(UriError::Character),
        });
    }
    Ok(decoded)
}

/// Encodes everything but the unreserved characters: what comes out is safe
/// to show, whatever a token says of itself.
pub(crate) fn encode(value: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| char::from(*DIGITS.get(usize::from(value)).unwrap_or(&b'0'));
    let mut encoded = String::with_capacity(value.len());
    for &byte in value {
        if is_unreserved(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hexadecimal(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}
