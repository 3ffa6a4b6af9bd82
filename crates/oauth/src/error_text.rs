//! Error bodies as text, for people, in whatever coding of characters they come.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::normal_form::percent_decoded;

/// The text of a body; [`None`] for what is no text. A byte order mark is left out.
///
/// Lenient, as nothing is done with it but to show it: what is neither UTF-8 nor UTF-16 is taken
/// for Latin-1, in which every byte is a character.
pub(crate) fn decoded(body: &[u8]) -> Option<Cow<'_, str>> {
    const BYTE_ORDER_MARK: char = '\u{feff}';
    let text = match body {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?.into(),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?.into(),
        // Markup or JSON begins with an ASCII character.
        [0, 1..=127, ..] => utf16(body, u16::from_be_bytes)?.into(),
        [1..=127, 0, ..] => utf16(body, u16::from_le_bytes)?.into(),
        _ => match core::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if body.iter().any(|byte| is_binary(*byte)) => return None,
            Err(_) => body.iter().map(|byte| char::from(*byte)).collect(),
        },
    };
    Some(match text {
        Cow::Borrowed(text) => text.trim_start_matches(BYTE_ORDER_MARK).trim().into(),
        Cow::Owned(text) => String::from(text.trim()).into(),
    })
}

/// A control character that no text has.
const fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !byte.is_ascii_whitespace()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks_exact(2);
    if !units.remainder().is_empty() {
        return None;
    }
    let units = units.filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    String::from_utf16(&units.collect::<Vec<u16>>()).ok()
}

/// The parameters `error` and `error_description` of a form, which some servers answer with.
pub(crate) fn form(text: &str) -> Option<(String, Option<String>)> {
    let value = |name: &str| {
        let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(other, value)| *other == name && !value.is_empty())?;
        Some(percent_decoded(&value.replace('+', " ")))
    };
    Some((value("error")?, value("error_description")))
}

/// The first line of a short text that is for people: no part of JSON, no control character.
pub(crate) fn line(text: &str) -> Option<&str> {
    const LONGEST: usize = 256;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let is_line =
        line.len() <= LONGEST && !line.starts_with(['{', '[']) && !line.contains(char::is_control);
    is_line.then_some(line)
}

/// Whether a text has several words, as what is said to people has, and no secret.
pub(crate) fn is_sentence(text: &str) -> bool {
    text.trim().contains(char::is_whitespace)
}
