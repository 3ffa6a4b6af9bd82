use alloc::string::String;
use core::fmt::{self, Write};

/// Shows text from another party in one line that cannot deceive a reader.
///
/// A line break or tab becomes a space. Other control characters, and the
/// characters that reorder, hide or break text (such as U+202E), become
/// U+FFFD, so that a server can neither move the cursor of a terminal nor
/// make its words look like other words.
///
/// # Examples
///
/// ```
/// use tokenring_text::printable;
///
/// assert_eq!(printable("no\u{1b}[2Jwipe").to_string(), "no\u{fffd}[2Jwipe");
/// assert_eq!(printable("one\r\ntwo").to_string(), "one  two");
/// ```
#[must_use]
pub fn printable(text: &str) -> impl fmt::Display + '_ {
    Printable(text)
}

struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|character| f.write_char(harmless(character)))
    }
}

/// Returns a text in one line of at most `longest` characters, and `…` where it is cut.
///
/// # Examples
///
/// ```
/// use tokenring_text::one_line;
///
/// assert_eq!(one_line(" no\tslot\n", 20), "no slot");
/// assert_eq!(one_line("no slot found", 7), "no slot…");
/// ```
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let mut characters = text.trim().chars();
    let mut line: String = characters.by_ref().take(longest).map(harmless).collect();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

fn harmless(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        _ if is_deceptive(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// Returns whether a character moves a terminal's cursor, or reorders, hides or breaks text.
///
/// # Examples
///
/// ```
/// use tokenring_text::is_deceptive;
///
/// assert!(is_deceptive('\u{202e}') && is_deceptive('\u{1b}') && !is_deceptive('é'));
/// ```
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[track_caller]
    fn check_printable(text: &str, shown: &str) {
        assert_eq!(printable(text).to_string(), shown);
    }

    #[test]
    fn deceptive_characters_are_replaced() {
        check_printable("plain ✓ Grüße 日本", "plain ✓ Grüße 日本");
        check_printable(
            "a\u{1b}]8;;http://x\u{7}b",
            "a\u{fffd}]8;;http://x\u{fffd}b",
        );
        check_printable("a\u{202e}b\u{2066}c\u{200f}", "a\u{fffd}b\u{fffd}c\u{fffd}");
        check_printable("a\u{9b}b\0c\u{7f}", "a\u{fffd}b\u{fffd}c\u{fffd}");
        check_printable("a\nb\tc\u{2028}d", "a b c d");
        check_printable("a\u{e0041}\u{feff}\u{200b}", "a\u{fffd}\u{fffd}\u{fffd}");
    }
}
