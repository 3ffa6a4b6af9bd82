use alloc::string::String;

/// How much further in than its first line a continued line begins.
const INDENT: usize = 4;

/// The text with each line that is longer than `width` broken at spaces, and continued further in.
///
/// Columns that are set apart by several spaces stay as they are up to the break. A word that has
/// no space in it, such as a URL, is never broken, so that it can be copied.
///
/// # Examples
///
/// ```
/// use tokenring_text::wrapped;
///
/// assert_eq!(wrapped("one two three\n", 9), "one two\n    three\n");
/// assert_eq!(wrapped("one two three\n", 80), "one two three\n");
/// ```
#[must_use]
pub fn wrapped(text: &str, width: usize) -> String {
    let mut page = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        wrap_line(line, width, &mut page);
        page.push_str(end);
    }
    page
}

fn wrap_line(line: &str, width: usize, page: &mut String) {
    let inset = line.chars().take_while(|letter| *letter == ' ').count();
    let indent = inset.saturating_add(INDENT);
    let mut rest = line;
    let mut used = 0;
    while let Some((first, next)) = split(rest, inset.max(1), width.saturating_sub(used)) {
        page.push_str(first);
        page.push('\n');
        page.extend(core::iter::repeat_n(' ', indent));
        rest = next;
        used = indent;
    }
    page.push_str(rest);
}

/// Where a line is to be broken: at the last space that leaves no more than `room`, or else at the
/// first one, and nowhere in the white space that it begins with.
fn split(line: &str, inset: usize, room: usize) -> Option<(&str, &str)> {
    if line.chars().count() <= room {
        return None;
    }
    let start = line.len().saturating_sub(line.trim_start().len());
    let mut found = None;
    for (column, (at, letter)) in line.char_indices().enumerate() {
        if letter != ' ' || at <= start || column < inset {
            continue;
        }
        if found.is_some() && column > room {
            break;
        }
        found = Some(at);
    }
    let (first, next) = line.split_at(found?);
    let (first, next) = (first.trim_end(), next.trim_start());
    (!next.is_empty()).then_some((first, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, wanted: &str) {
        assert_eq!(wrapped(text, width), wanted);
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        check("", 10, "");
        check("\n\n", 10, "\n\n");
        check("exactly 10", 10, "exactly 10");
        check("exactly 11 ", 10, "exactly 11 ");
        check(
            "one two three four five",
            11,
            "one two\n    three\n    four\n    five",
        );
        check("  key      a value\n", 14, "  key      a\n      value\n");
        check("ab   cdefgh", 8, "ab\n    cdefgh");
        check("  äöü äöü äöü", 9, "  äöü äöü\n      äöü");
    }

    #[test]
    fn a_word_is_never_broken() {
        check("https://a.example/long", 10, "https://a.example/long");
        check(
            "at https://a.example/long b",
            10,
            "at\n    https://a.example/long\n    b",
        );
        check(
            "  https://a.example/long b",
            10,
            "  https://a.example/long\n      b",
        );
        check("one two", 0, "one\n    two");
    }
}
