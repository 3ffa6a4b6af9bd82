//! BER (X.690) as DER: Windows, Bouncy Castle and NSS write PKCS#12 with lengths that are not
//! stated and strings in pieces.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::der;

const CONSTRUCTED: u8 = 0x20;
const CONSTRUCTED_OCTETS: u8 = der::OCTET_STRING | CONSTRUCTED;
/// No PKCS#12 file nests deeper.
const DEEPEST: usize = 24;

/// Writes the one value that is in the input, with definite lengths and strings in one piece.
pub(super) fn to_der(input: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (value, rest) = convert(input, 0)?;
    // Windows and some downloads leave zeros behind.
    rest.iter().all(|&byte| byte == 0).then_some(value)
}

/// Converts the first value, and gives what follows it.
fn convert(input: &[u8], depth: usize) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    let (&tag, after_tag) = input.split_first()?;
    let (length, after_length) = length(after_tag)?;
    // The tags of PKCS#12 are all below 31.
    if tag & 0x1f == 0x1f || depth > DEEPEST {
        return None;
    }
    if tag & CONSTRUCTED == 0 {
        let (contents, rest) = after_length.split_at_checked(length?)?;
        return Some((Zeroizing::new(der::write(tag, &[contents])), rest));
    }
    let (mut inner, rest) = match length {
        Some(length) => after_length.split_at_checked(length)?,
        None => (after_length, &[][..]),
    };
    let mut contents = Zeroizing::new(Vec::with_capacity(inner.len()));
    let rest = loop {
        match (inner, length) {
            ([], Some(_)) => break rest,
            ([0, 0, rest @ ..], None) => break rest,
            _ => {}
        }
        let (value, next) = convert(inner, depth + 1)?;
        if tag == CONSTRUCTED_OCTETS {
            contents.extend_from_slice(der::Reader::new(&value).value(der::OCTET_STRING)?);
        } else {
            contents.extend_from_slice(&value);
        }
        inner = next;
    };
    let tag = if tag == CONSTRUCTED_OCTETS {
        der::OCTET_STRING
    } else {
        tag
    };
    Some((Zeroizing::new(der::write(tag, &[&contents])), rest))
}

/// A length, `None` inside for one that isn't stated, and what follows it.
fn length(input: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let (&first, rest) = input.split_first()?;
    match first {
        0..=0x7f => Some((Some(usize::from(first)), rest)),
        0x80 => Some((None, rest)),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let digits = der::trim_leading_zeros(digits);
            let shift = |length: usize, &digit: &u8| (length << 8) | usize::from(digit);
            (digits.len() <= 4).then(|| (Some(digits.iter().fold(0, shift)), rest))
        }
    }
}
