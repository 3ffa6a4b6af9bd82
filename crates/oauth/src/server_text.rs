use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt::{self, Write};

/// What stands where a JSON Web Token stood.
const ELIDED: &str = "[JWT elided]";

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
/// use tokenring_oauth::printable;
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
        self.0.chars().try_for_each(|character| {
            f.write_char(match character {
                '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
                _ if is_deceptive(character) => char::REPLACEMENT_CHARACTER,
                _ => character,
            })
        })
    }
}

fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Takes a copy of a server's words that is safe to keep: at most `longest`
/// bytes, and without any JSON Web Token, because a server that echoes the
/// assertion or a token would otherwise put it into our errors and logs.
pub(crate) fn keep(text: &str, longest: usize) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, token_on)) = split_at_token(rest) {
        kept.push_str(before);
        kept.push_str(ELIDED);
        rest = token_on.trim_start_matches(is_token_character);
        // The end is cut off below; there is no need to build it.
        if kept.len() > longest {
            break;
        }
    }
    kept.push_str(bounded(rest, longest));
    match bounded(&kept, longest) {
        all if all.len() == kept.len() && bounded(rest, longest).len() == rest.len() => kept,
        head => {
            let mut head = head.to_owned();
            head.push('…');
            head
        }
    }
}

/// Splits before something that looks like a JSON Web Token, whole or cut:
/// base64url of `{"`, and so much of it that it is no word.
fn split_at_token(text: &str) -> Option<(&str, &str)> {
    const SHORTEST: usize = 16;
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find("eyJ")?;
        let (before, token_on) = text.split_at_checked(start)?;
        let length = token_on
            .find(|character| !is_token_character(character))
            .unwrap_or(token_on.len());
        if length >= SHORTEST {
            return Some((before, token_on));
        }
        from = start + length;
    }
}

fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

fn bounded(text: &str, longest: usize) -> &str {
    let mut end = text.len().min(longest);
    loop {
        match text.get(..end) {
            Some(head) => return head,
            // Inside a character. The start of a text never is.
            None => end = end.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

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

    #[track_caller]
    fn check_keep(text: &str, longest: usize, kept: &str) {
        assert_eq!(keep(text, longest), kept);
    }

    const TOKEN: &str = "eyJhbGciOiJSUzUxMiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl-_";

    #[test]
    fn tokens_are_elided() {
        check_keep(TOKEN, 100, ELIDED);
        check_keep(&std::format!("bad '{TOKEN}'!"), 100, "bad '[JWT elided]'!");
        check_keep(
            &std::format!("{TOKEN} and client_assertion={TOKEN}&x"),
            100,
            "[JWT elided] and client_assertion=[JWT elided]&x",
        );
        // Glued to a word, cut off, or a header alone.
        check_keep(&std::format!("Bearer.{TOKEN}"), 100, "Bearer.[JWT elided]");
        check_keep("eyJhbGciOiJSUzUxMiJ9", 100, ELIDED);
        // No token.
        check_keep("heyJude eyJ eyJabc", 100, "heyJude eyJ eyJabc");
    }

    #[test]
    fn length_is_bounded() {
        check_keep("abcdef", 6, "abcdef");
        check_keep("abcdefg", 6, "abcdef…");
        check_keep("abcde€", 6, "abcde…");
        check_keep("€", 1, "…");
        // A token is gone before the cut, never cut into a short rest.
        check_keep(&std::format!("x{TOKEN}"), 20, "x[JWT elided]");
        check_keep(&std::format!("0123456789{TOKEN}"), 15, "0123456789[JWT …");
        check_keep(&TOKEN.repeat(3), 30, ELIDED);
    }
}
