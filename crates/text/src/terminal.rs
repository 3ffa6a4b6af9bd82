use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// Turns bytes that arrive in pieces into text that is safe on a terminal.
///
/// Line breaks and tabs stay. Other control characters, those that reorder text and bytes that
/// are no UTF-8 become U+FFFD.
///
/// # Examples
///
/// ```
/// use tokenring_text::TerminalFilter;
///
/// let mut filter = TerminalFilter::default();
/// let mut shown = filter.filter(b"caf\xc3");
/// shown.push_str(&filter.filter(b"\xa9\n\x1b[2J"));
/// shown.push_str(&filter.finish());
/// assert_eq!(shown, "caf\u{e9}\n\u{fffd}[2J");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TerminalFilter {
    /// The beginning of a character whose end has yet to arrive.
    pending: Vec<u8>,
}

impl TerminalFilter {
    /// Takes the next bytes. Those of a character whose end has yet to arrive are kept back.
    pub fn filter(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut output = String::with_capacity(self.pending.len());
        let mut complete = 0;
        for chunk in self.pending.utf8_chunks() {
            output.extend(chunk.valid().chars().map(visible));
            complete += chunk.valid().len();
            // An unfinished character is at the end and shorter than a whole one.
            if complete + chunk.invalid().len() == self.pending.len()
                && is_unfinished(chunk.invalid())
            {
                break;
            }
            if !chunk.invalid().is_empty() {
                output.push(char::REPLACEMENT_CHARACTER);
                complete += chunk.invalid().len();
            }
        }
        self.pending.drain(..complete);
        output
    }

    /// Returns what was kept back, where no more bytes come.
    pub fn finish(&mut self) -> String {
        let rest = core::mem::take(&mut self.pending);
        String::from_utf8_lossy(&rest).into_owned()
    }
}

/// Whether more bytes could complete a character that begins like this.
fn is_unfinished(bytes: &[u8]) -> bool {
    !bytes.is_empty() && core::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        character if character.is_control() || is_bidirectional(character) => {
            char::REPLACEMENT_CHARACTER
        }
        character => character,
    }
}

/// Escapes what could act on a terminal in a JSON text, which stays the same to a program.
///
/// # Examples
///
/// ```
/// use tokenring_text::escape_json;
///
/// assert_eq!(escape_json("{\n \"a\": \"\u{202e}b\"}"), "{\n \"a\": \"\\u202eb\"}");
/// ```
#[must_use]
pub fn escape_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' => text.push('\n'),
            character if character.is_control() || is_bidirectional(character) => {
                // Writing to a String does not fail; all of them are below U+10000.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            character => text.push(character),
        }
    }
    text
}

/// The controls of Unicode's bidirectional algorithm (UAX #9 section 2).
const fn is_bidirectional(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: &str) {
        let mut screen = TerminalFilter::default();
        let mut output = String::new();
        for piece in pieces {
            output.push_str(&screen.filter(piece));
        }
        output.push_str(&screen.finish());
        assert_eq!(output, expected);
    }

    #[test]
    fn a_terminal_gets_nothing_that_acts_on_it() {
        check(&[b"plain\ttext\n"], "plain\ttext\n");
        check(&[b"\x1b[2J"], "\u{fffd}[2J");
        check(&[b"a\rb"], "a\u{fffd}b");
        check(&["\u{202e}x".as_bytes()], "\u{fffd}x");
        check(&[b"\xc3", b"\xa9"], "\u{e9}");
        check(&[b"\xf0\x9f", b"\x98", b"\x80!"], "\u{1f600}!");
        check(&[b"\xff", b"a"], "\u{fffd}a");
        check(&[b"\xe2\x82"], "\u{fffd}");
        check(&[b"\xc2", b"\x9b31m"], "\u{fffd}31m");
    }
}
