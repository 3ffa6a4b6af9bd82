use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::slice::IterMut;

use zeroize::Zeroizing;

use tokenring_text::is_deceptive;

/// A text in the two forms that are compared, whatever it was written as.
pub(crate) struct NormalForm {
    exact: Zeroizing<Vec<u8>>,
    letters: Zeroizing<Vec<u8>>,
}

impl NormalForm {
    pub(crate) fn of(text: &str) -> Self {
        // Buffers that grow would be slow, and leave copies of a secret behind.
        let mut exact = Zeroizing::new(vec![0; text.len()]);
        let mut letters = Zeroizing::new(vec![0; text.len()]);
        let mut room = (exact.iter_mut(), letters.iter_mut());
        let mut rest = text;
        if text.is_ascii() {
            room = put_ascii(text.as_bytes(), room);
            rest = "";
        }
        for part in rest.split_inclusive(|character: char| !character.is_ascii()) {
            let last = part.chars().next_back().filter(|last| !last.is_ascii());
            let ascii = part.len() - last.map_or(0, char::len_utf8);
            room = put_ascii(part.as_bytes().get(..ascii).unwrap_or_default(), room);
            if let Some(last) = last {
                room = put_other(last, room);
            }
        }
        let (exact_left, letters_left) = (room.0.len(), room.1.len());
        exact.truncate(text.len() - exact_left);
        letters.truncate(text.len() - letters_left);
        Self { exact, letters }
    }

    /// Without white space, invisible characters, dots and backslashes.
    pub(crate) fn exact(&self) -> &str {
        core::str::from_utf8(&self.exact).unwrap_or_default()
    }

    /// Letters and digits of ASCII only, in lower case: base64 of either alphabet, hex in any
    /// grouping, and any text with something put between its characters.
    pub(crate) fn letters(&self) -> &str {
        core::str::from_utf8(&self.letters).unwrap_or_default()
    }
}

/// The room that is left for both forms.
type Room<'a> = (IterMut<'a, u8>, IterMut<'a, u8>);

fn put_ascii<'a>(text: &[u8], (mut exact, mut letters): Room<'a>) -> Room<'a> {
    let put = |byte: u8, slot: Option<&mut u8>| {
        if let Some(slot) = slot {
            *slot = byte;
        }
    };
    for byte in text {
        if byte.is_ascii_alphanumeric() {
            put(byte.to_ascii_lowercase(), letters.next());
            put(*byte, exact.next());
        } else if byte.is_ascii_punctuation() && !matches!(byte, b'.' | b'\\') {
            put(*byte, exact.next());
        }
    }
    (exact, letters)
}

fn put_other(character: char, mut room: Room<'_>) -> Room<'_> {
    let mut buffer = [0; 4];
    match character {
        // The full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            let narrow = u32::from(character).checked_sub(0xfee0);
            let narrow = narrow.and_then(char::from_u32).unwrap_or(character);
            room = put_ascii(narrow.encode_utf8(&mut buffer).as_bytes(), room);
        }
        _ if character.is_whitespace() || is_deceptive(character) => {}
        _ => {
            let bytes = character.encode_utf8(&mut buffer).bytes();
            bytes
                .zip(room.0.by_ref())
                .for_each(|(byte, slot)| *slot = byte);
        }
    }
    room
}

/// The introducers of escaped characters, and how many hexadecimal digits follow them.
const ESCAPES: [(&[u8], usize); 8] = [
    (b"%u", 4),
    (b"%", 2),
    (b"\\u{", 2),
    (b"\\u", 4),
    (b"\\x", 2),
    (b"&#x", 2),
    (b"0x", 2),
    (b"0X", 2),
];

/// Undoes percent-encoding and its like, also where it was done more than once.
///
/// [`None`] if there is nothing to undo.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    const ROUNDS: usize = 3;
    let mut plain = unescaped_once(text)?;
    for _ in 1..ROUNDS {
        match unescaped_once(&plain) {
            Some(plainer) => plain = plainer,
            None => break,
        }
    }
    Some(plain)
}

/// Undoes the percent-encoding of a form.
pub(crate) fn percent_decoded(text: &str) -> String {
    undone(text, |byte| byte == b'%').unwrap_or_else(|| text.into())
}

fn unescaped_once(text: &str) -> Option<String> {
    undone(text, |byte| matches!(byte, b'%' | b'\\' | b'&' | b'0'))
}

fn undone(text: &str, is_introducer: impl Fn(u8) -> bool) -> Option<String> {
    if !text.bytes().any(&is_introducer) {
        return None;
    }
    // It may be a secret: a form's field comes through here too.
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    let mut is_changed = false;
    while let Some((&first, after)) = rest.split_first() {
        let found = match is_introducer(first) {
            true => escape(rest),
            false => None,
        };
        match found {
            Some((number, rest_on)) => {
                is_changed = true;
                match (u8::try_from(number), char::from_u32(number)) {
                    (Ok(byte), _) => plain.push(byte),
                    (_, Some(character)) => {
                        plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    _ => {}
                }
                rest = rest_on;
            }
            None => {
                plain.push(first);
                rest = after;
            }
        }
    }
    is_changed.then(|| String::from_utf8_lossy(&plain).into_owned())
}

/// The characters that HTML has to escape.
const ENTITIES: [(&[u8], char); 5] = [
    (b"&amp;", '&'),
    (b"&lt;", '<'),
    (b"&gt;", '>'),
    (b"&quot;", '"'),
    (b"&apos;", '\''),
];

/// The number of an escaped character, and what comes after it.
fn escape(text: &[u8]) -> Option<(u32, &[u8])> {
    entity(text).or_else(|| fixed_length_escape(text))
}

/// An entity of HTML, by its name or its number.
fn entity(text: &[u8]) -> Option<(u32, &[u8])> {
    /// With leading zeros.
    const LONGEST: usize = 8;
    let named = ENTITIES.iter().find_map(|(entity, character)| {
        let rest = text.strip_prefix(*entity)?;
        Some((u32::from(*character), rest))
    });
    if named.is_some() {
        return named;
    }
    let numbered = text.strip_prefix(b"&#")?;
    let (radix, numbered) = match numbered.split_first()? {
        (b'x' | b'X', digits) => (16, digits),
        _ => (10, numbered),
    };
    let end = numbered
        .iter()
        .take(LONGEST + 1)
        .position(|byte| *byte == b';')?;
    let (digits, rest) = numbered.split_at_checked(end)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digits = core::str::from_utf8(digits).ok()?;
    Some((u32::from_str_radix(digits, radix).ok()?, rest.get(1..)?))
}

fn fixed_length_escape(text: &[u8]) -> Option<(u32, &[u8])> {
    ESCAPES.iter().find_map(|(introducer, length)| {
        let (digits, rest) = text.strip_prefix(*introducer)?.split_at_checked(*length)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let digits = core::str::from_utf8(digits).ok()?;
        Some((u32::from_str_radix(digits, 16).ok()?, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, plain: Option<&str>) {
        assert_eq!(unescaped(text).as_deref(), plain);
    }

    #[test]
    fn escapes() {
        check("plain text, 100 x 7", None);
        check("100% of 0xyz \\n & more", None);
        check("%41%62c", Some("Abc"));
        check("%2541 %252541", Some("A A"));
        check("\\u0041\\x62\\u{63}%u0064", Some("Abc}d"));
        check("&#x41;&#X62;&#0067;", Some("AbC"));
        check("&lt;&amp;quot;&gt;&apos;", Some("<\">'"));
        check("&#x41", Some("A"));
        check("&#; &#4a; &#000000065; &copy;", None);
        check("0x41,0X62", Some("A,b"));
        check("%C3%bc %ff", Some("ü \u{fffd}"));
        check("%u20ac", Some("€"));
        check("%4", None);
    }

    #[test]
    fn forms() {
        let form = NormalForm::of("e y\u{200b}J.\n-_\\\"Ａｂ € Z");
        assert_eq!(form.exact(), "eyJ-_\"Ab€Z");
        assert_eq!(form.letters(), "eyjabz");
    }
}
