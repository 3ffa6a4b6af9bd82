//! Text of another program, in one line that cannot deceive a reader.

use tokenring_text::one_line;

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
