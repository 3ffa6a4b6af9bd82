use std::path::Path;

use crate::process::TOKENRING;

/// Texts that differ from run to run, and what stands for them in a snapshot.
#[derive(Default)]
pub(super) struct Placeholders {
    texts: Vec<(String, &'static str)>,
    numbered: Vec<&'static str>,
    hides_random: bool,
    hides_days: bool,
}

impl Placeholders {
    pub(super) fn add(&mut self, text: String, placeholder: &'static str) {
        if !self.texts.iter().any(|(other, _)| *other == text) {
            self.texts.push((text, placeholder));
        }
    }

    pub(super) const fn hide_random(&mut self) {
        self.hides_random = true;
    }

    pub(super) const fn hide_days(&mut self) {
        self.hides_days = true;
    }

    pub(super) fn hide_number_after(&mut self, text: &'static str) {
        self.numbered.push(text);
    }

    /// The folders of a machine in a test.
    pub(super) fn add_folders(&mut self, machine: &Path) {
        let folders = [
            ("home", "[HOME]"),
            ("temporary", "[TMP]"),
            ("work", "[WORK]"),
        ];
        for (folder, placeholder) in folders {
            let path = machine.join(folder).display().to_string();
            self.add(path, placeholder);
        }
    }

    pub(super) fn put(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (found, placeholder) in &self.texts {
            text = text.replace(found.as_str(), placeholder);
        }
        text = text.replace(env!("CARGO_MANIFEST_DIR"), "[TESTS]");
        text = text.replace(TOKENRING, "[TOKENRING]");
        let mut masked = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            if let Some((length, placeholder)) = self.at(&masked, rest) {
                masked.push_str(placeholder);
                rest = &rest[length..];
                continue;
            }
            masked.push(character);
            rest = &rest[character.len_utf8()..];
        }
        level_columns(&masked)
    }

    /// The length of what is to be replaced at the start of a text, if anything is.
    fn at(&self, before: &str, rest: &str) -> Option<(usize, &'static str)> {
        let is_word = |character: char| character.is_ascii_alphanumeric();
        if before.ends_with("127.0.0.1:") || before.ends_with("[::1]:") {
            let length = digits(rest);
            // The others are those that a test has chosen.
            return (length > 3).then_some((length, "[PORT]"));
        }
        if self.numbered.iter().any(|text| before.ends_with(text)) {
            let length = rest.len() - rest.trim_start_matches(is_number).len();
            return (length > 0).then_some((length, "[N]"));
        }
        let length = run(rest, "");
        if before.ends_with("tokenring-demo-") && length == 6 {
            return Some((length, "[RANDOM]"));
        }
        if before.ends_with(|character| is_word(character) || "-_".contains(character)) {
            return None;
        }
        let is_cut = ["…", "... is good"]
            .iter()
            .any(|end| rest[length..].starts_with(end));
        if is_cut && (before.ends_with("Bearer ") || before.ends_with("token ")) {
            return Some((length, "[START]"));
        }
        if before.ends_with("([TIME], ") {
            return Some((rest.find(')')?, "[WHEN]"));
        }
        if rest.starts_with("eyJ") {
            let length = run(rest, "-_.");
            return (length > 20).then_some((length, "[JWT]"));
        }
        if rest.starts_with("rrt-") {
            return Some((run(rest, "-"), "[MESSAGE]"));
        }
        let shapes = [
            ("dddd-dd-ddTdd:dd:ddZ", "[TIME]"),
            ("dd:dd:dd UTC", "[CLOCK]"),
            ("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", "[UUID]"),
            ("aaa, dd aaa dddd dd:dd:dd GMT", "[DATE]"),
        ];
        for (shape, placeholder) in shapes {
            if has_shape(rest, shape) && !(placeholder == "[TIME]" && is_of_a_test(rest)) {
                return Some((shape.len(), placeholder));
            }
        }
        let length = run(rest, "-_");
        let word = &rest[..length];
        if self.hides_days && length > 2 && rest[digits(rest)..].starts_with(" days") {
            return Some((length, "[N]"));
        }
        if digits(rest) == 10 && length == 10 && ("1750000000".."2100000000").contains(&word) {
            return Some((10, "[SECONDS]"));
        }
        let milliseconds = "1750000000000".."2100000000000";
        if digits(rest) == 13 && length == 13 && milliseconds.contains(&word) {
            return Some((13, "[MILLISECONDS]"));
        }
        let has = |is_one: fn(&char) -> bool| word.chars().any(|character| is_one(&character));
        let (digit, lower) = (has(char::is_ascii_digit), has(char::is_ascii_lowercase));
        let mixed = lower && has(char::is_ascii_uppercase);
        let hexadecimal = word.chars().all(|character| character.is_ascii_hexdigit());
        let is_random = self.hides_random
            && (length >= 16 && mixed && digit
                || length >= 24 && mixed
                || length >= 12 && lower && digit && hexadecimal);
        is_random.then_some((length, "[RANDOM]"))
    }
}

/// Puts two spaces between the columns of a table of values: their width is that of the longest
/// value, which may be a path that a placeholder stands for.
fn level_columns(text: &str) -> String {
    let mut is_table = false;
    let mut leveled = String::with_capacity(text.len());
    for line in text.lines() {
        is_table = line == "Values" || is_table && line.starts_with("  ");
        let cells = line.trim_start().split("  ").map(str::trim_start);
        let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
        match (is_table, line.starts_with("  ")) {
            (true, true) => leveled.push_str(&format!("  {}", cells.join("  "))),
            _ => leveled.push_str(line),
        }
        leveled.push('\n');
    }
    leveled.truncate(leveled.trim_end().len());
    leveled.push('\n');
    leveled
}

const fn is_number(character: char) -> bool {
    character.is_ascii_digit() || character == '.'
}

fn digits(text: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|character: char| character.is_ascii_digit())
            .len()
}

/// The length of the word at the start of a text, with these characters in it.
fn run(text: &str, more: &str) -> usize {
    let is_part = |character: char| character.is_ascii_alphanumeric() || more.contains(character);
    text.len() - text.trim_start_matches(is_part).len()
}

/// Tests that state a time state one that the clock does not show; help has the one of 2026.
fn is_of_a_test(text: &str) -> bool {
    let year = text.get(..4).unwrap_or_default();
    !("2025".."2099").contains(&year) || text.starts_with("2026-01-31T12:00:00Z")
}

/// Compares with a shape: `d` is a digit, `h` one of a hexadecimal number, `a` a letter.
fn has_shape(text: &str, shape: &str) -> bool {
    let mut characters = text.chars();
    shape.chars().all(|wanted| {
        characters.next().is_some_and(|character| match wanted {
            'd' => character.is_ascii_digit(),
            'h' => character.is_ascii_hexdigit(),
            'a' => character.is_ascii_alphabetic(),
            wanted => character == wanted,
        })
    })
}

#[test]
fn what_differs_is_replaced() {
    let check = |text: &str, expected: &str| {
        let mut placeholders = Placeholders::default();
        placeholders.add("/tmp/a".to_owned(), "[WORK]");
        placeholders.hide_number_after("good for ");
        placeholders.hide_random();
        placeholders.hide_days();
        assert_eq!(placeholders.put(text).trim_end(), expected.trim_end());
    };
    check("read /tmp/a/b", "read [WORK]/b");
    check("http://127.0.0.1:45123/a", "http://127.0.0.1:[PORT]/a");
    check("http://127.0.0.1:9/a", "http://127.0.0.1:9/a");
    check("1064 days old, 30 days", "[N] days old, 30 days");
    check("good for 599 s", "good for [N] s");
    check("at 2026-11-30T03:26:36Z", "at [TIME]");
    check("at 2023-11-14T22:13:20Z", "at 2023-11-14T22:13:20Z");
    check("iat 1764472956, 1700000000", "iat [SECONDS], 1700000000");
    check("at 1796045848690, 1", "at [MILLISECONDS], 1");
    check("id 1b4e28ba-2fa1-11d2-883f-0016d3cca427.", "id [UUID].");
    check("eyJhbGciOiJSUzUxMiJ9.eyJpc3MiOi.c2ln", "[JWT]");
    check("kid LkbIMUUaMuxBYlq3SQf-NWhaQLb", "kid [RANDOM]");
    check("a      b", "a      b\n");
    check(
        "Values\n  a      b   c\n\n  d    e",
        "Values\n  a  b  c\n\n  d    e",
    );
    check("or 2026-01-31T12:00:00Z", "or 2026-01-31T12:00:00Z");
    check("Mon, 30 Nov 2026 03:26:36 GMT", "[DATE]");
    check(
        "authorization-server-metadata",
        "authorization-server-metadata",
    );
}
