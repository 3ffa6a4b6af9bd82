//! The little of DER (X.690) that key files are written in.

use alloc::vec::Vec;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// Reads values one after the other; every method is `None` where the input
/// isn't what it asks for, and nothing is read then.
#[derive(Clone)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    /// The contents of the next value, if it has this tag.
    pub(crate) fn value(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&found, rest) = self.0.split_first()?;
        if found != tag {
            return None;
        }
        let (length, rest) = read_length(rest)?;
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(contents)
    }

    /// The next value with its tag and length, if it has this tag.
    pub(crate) fn whole(&mut self, tag: u8) -> Option<&'a [u8]> {
        let all = self.0;
        self.value(tag)?;
        all.get(..all.len() - self.0.len())
    }

    pub(crate) fn sequence(&mut self) -> Option<Self> {
        self.value(SEQUENCE).map(Self::new)
    }

    /// The magnitude of a non-negative integer, without leading zeros: zero is
    /// empty.
    pub(crate) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.value(INTEGER)? {
            [0] => Some(&[]),
            [0, rest @ ..] if rest.first().is_some_and(|&byte| byte >= 0x80) => Some(rest),
            bytes @ [1..=0x7f, ..] => Some(bytes),
            _ => None,
        }
    }

    /// The contents of a bit string of whole bytes.
    pub(crate) fn bit_string(&mut self) -> Option<&'a [u8]> {
        match self.value(BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }

    /// What was not read.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Succeeds where nothing is left.
    pub(crate) const fn end(&self) -> Option<()> {
        if self.0.is_empty() { Some(()) } else { None }
    }
}

/// A definite length in its shortest form, and what follows it.
fn read_length(input: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = input.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    // More than three bytes would be more than 16 MiB, longer than any key.
    let count = usize::from(first & 0x7f);
    if !(1..=3).contains(&count) {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(count)?;
    let length = digits
        .iter()
        .fold(0, |length, &digit| (length << 8) | usize::from(digit));
    let shortest = if count == 1 {
        length >= 0x80
    } else {
        digits.first().is_some_and(|&digit| digit != 0)
    };
    shortest.then_some((length, rest))
}

/// Length in bytes of the tag and length in front of `contents` bytes.
const fn header_len(contents: usize) -> usize {
    match contents {
        0..=0x7f => 2,
        0x80..=0xff => 3,
        0x100..=0xffff => 4,
        _ => 5,
    }
}

/// Writes one value whose contents are `parts`, one after the other.
///
/// The buffer has its final size from the start, so that no copy of a secret
/// stays behind in memory that was given back.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut output = Vec::with_capacity(header_len(length) + length);
    output.push(tag);
    let digits = u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes();
    if length < 0x80 {
        output.extend(digits.last());
    } else {
        let count = header_len(length) - 2;
        output.extend(u8::try_from(count).map(|count| 0x80 | count));
        output.extend(digits.iter().skip(digits.len() - count));
    }
    for part in parts {
        output.extend_from_slice(part);
    }
    output
}

/// Writes a non-negative integer from its big-endian magnitude.
pub(crate) fn write_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let magnitude = trim_leading_zeros(magnitude);
    if magnitude.first().is_none_or(|&byte| byte >= 0x80) {
        write(INTEGER, &[&[0], magnitude])
    } else {
        write(INTEGER, &[magnitude])
    }
}

/// Writes a bit string of whole bytes.
pub(crate) fn write_bit_string(bytes: &[u8]) -> Vec<u8> {
    write(BIT_STRING, &[&[0], bytes])
}

pub(crate) fn trim_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Whether an input is the beginning of a sequence such as key files are, and not all of it.
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub(crate) fn is_cut_sequence(input: &[u8]) -> bool {
    let starts_value = |first: &u8| [INTEGER, SEQUENCE].contains(first);
    match input {
        [SEQUENCE, 0x81, _, first, ..] | [SEQUENCE, 0x82, _, _, first, ..] => starts_value(first),
        // A text may begin with the same two bytes, and not with these three.
        [SEQUENCE, 0..=0x7f, INTEGER, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_length(contents: usize, header: &[u8]) {
        let input = alloc::vec![0x5a; contents];
        let output = write(OCTET_STRING, &[&input]);
        assert_eq!(output[..header.len()], *header);
        let mut reader = Reader::new(&output);
        assert_eq!(reader.value(OCTET_STRING), Some(&input[..]));
        assert!(reader.end().is_some());
    }

    #[test]
    fn lengths_take_their_shortest_form() {
        check_length(0, &[4, 0]);
        check_length(127, &[4, 0x7f]);
        check_length(128, &[4, 0x81, 0x80]);
        check_length(255, &[4, 0x81, 0xff]);
        check_length(256, &[4, 0x82, 1, 0]);
        check_length(65536, &[4, 0x83, 1, 0, 0]);
    }

    #[track_caller]
    fn check_unsigned(input: &[u8], magnitude: Option<&[u8]>) {
        assert_eq!(Reader::new(input).unsigned(), magnitude);
        if let Some(magnitude) = magnitude {
            assert_eq!(write_unsigned(magnitude), input);
        }
    }

    #[test]
    fn integers_are_non_negative_and_shortest() {
        check_unsigned(&[2, 1, 0], Some(&[]));
        check_unsigned(&[2, 1, 0x7f], Some(&[0x7f]));
        check_unsigned(&[2, 2, 0, 0x80], Some(&[0x80]));
        check_unsigned(&[2, 1, 0x80], None);
        check_unsigned(&[2, 2, 0, 0x7f], None);
        check_unsigned(&[2, 0], None);
    }

    #[test]
    fn lengths_that_are_not_der_are_refused() {
        for input in [
            &[4, 0x80, 0, 0][..],
            &[4, 0x81, 1, 0],
            &[4, 0x82, 0, 1, 0],
            &[4, 0x84, 0, 0, 0, 1, 0],
            &[4, 2, 0],
            &[4],
        ] {
            assert_eq!(Reader::new(input).value(OCTET_STRING), None, "{input:?}");
        }
    }
}
