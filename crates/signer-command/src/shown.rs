//! Text of another program, in one line that cannot deceive a reader.

/// Shows text in one line of at most `longest` characters.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line: String = text.trim().chars().take(longest).map(harmless).collect();
    if text.trim().chars().nth(longest).is_some() {
        line.push('…');
    }
    line
}

/// The last line that says something: where most programs name the cause.
#[cfg_attr(
    not(unix),
    expect(dead_code, reason = "no program runs there that could write one")
)]
pub(crate) fn last_line(bytes: &[u8], longest: usize) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().rev().find(|line| {
        !line
            .trim_matches(|c: char| c.is_whitespace() || c.is_control())
            .is_empty()
    })?;
    Some(one_line(line, longest))
}

fn harmless(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        _ if is_deceptive(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// Characters that move the cursor, reorder, hide or break text.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stderr: &[u8], shown: Option<&str>) {
        assert_eq!(last_line(stderr, 20).as_deref(), shown);
    }

    #[test]
    fn last_lines() {
        check(b"", None);
        check(b"\n \r\n\x1b\n", None);
        check(b"one\ntwo\n\n", Some("two"));
        check(b"no\x1b[2Jwipe\n", Some("no\u{fffd}[2Jwipe"));
        check("a\u{202e}b".as_bytes(), Some("a\u{fffd}b"));
        check(b"not \xff UTF-8", Some("not \u{fffd} UTF-8"));
        check(b"12345678901234567890", Some("12345678901234567890"));
        check(b"123456789012345678901", Some("12345678901234567890…"));
    }
}
