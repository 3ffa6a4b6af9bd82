//! The ASN.1 form of an ECDSA signature (RFC 3279 section 2.2.3), as openssl
//! and the cloud key services know it.

/// Writes `R || S`, the form of a JWS (RFC 7518 section 3.4), in ASN.1.
#[must_use]
pub fn to_der(fixed: &[u8]) -> Vec<u8> {
    let (r, s) = fixed.split_at(fixed.len() / 2);
    sequence(&[integer(r), integer(s)].concat())
}

/// Writes a non-negative INTEGER in its shortest form.
#[must_use]
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|&&byte| byte == 0).count();
    let magnitude = magnitude.get(zeros..).unwrap_or_default();
    let mut contents = Vec::new();
    if magnitude.first().is_none_or(|&byte| byte >= 0x80) {
        contents.push(0);
    }
    contents.extend_from_slice(magnitude);
    value(0x02, &contents)
}

/// Writes a SEQUENCE.
#[must_use]
pub fn sequence(contents: &[u8]) -> Vec<u8> {
    value(0x30, contents)
}

fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u8::try_from(contents.len());
    let length = length.unwrap_or_else(|_| panic!("{} bytes are too many", contents.len()));
    let mut output = vec![tag];
    if length >= 0x80 {
        output.push(0x81);
    }
    output.push(length);
    output.extend_from_slice(contents);
    output
}
