//! Values as they are written: numbers lose their form. A JSON parser that kept it would do so for
//! the whole program.

/// The members of an object that are numbers, or may hold some, name and text, of JSON that a parser
/// has accepted.
pub(super) fn written_numbers(json: &[u8]) -> Vec<(String, String)> {
    let text = core::str::from_utf8(json).unwrap_or_default();
    let mut rest = text.trim_start().strip_prefix('{').unwrap_or_default();
    let mut numbers = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if !rest.starts_with('"') {
            return numbers;
        }
        let (name, behind) = split_value(rest);
        let behind = behind.trim_start();
        let (value, behind) = split_value(behind.strip_prefix(':').unwrap_or(behind));
        let has_number =
            value.starts_with(|c: char| matches!(c, '-' | '[' | '{') || c.is_ascii_digit());
        if let Ok(name) = serde_json::from_str(name) {
            if has_number {
                numbers.push((name, value.to_owned()));
            }
        }
        rest = behind;
    }
}

/// Splits behind the value with which a text begins, or the name.
fn split_value(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            _ if is_string => {}
            '{' | '[' => depth += 1,
            '}' | ']' if depth > 0 => depth -= 1,
            '}' | ']' | ',' | ':' if depth == 0 => {
                let (value, rest) = text.split_at(at);
                return (value.trim_end(), rest);
            }
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, wanted: &[(&str, &str)]) {
        let found = written_numbers(json.as_bytes());
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, wanted, "{json}");
    }

    #[test]
    fn of_the_object_itself() {
        check("{}", &[]);
        check(
            r#" { "a" : 1.50 , "b":-2E+3 } "#,
            &[("a", "1.50"), ("b", "-2E+3")],
        );
        check(
            r#"{"x":{"a":1},"y":[2,{"b":3},"]"],"z":"4,\"c\":5","d":6.0}"#,
            &[
                ("x", r#"{"a":1}"#),
                ("y", r#"[2,{"b":3},"]"]"#),
                ("d", "6.0"),
            ],
        );
        check(
            r#"{"\u0061":1.0,"q\"}":2.0,"\\":3.0}"#,
            &[("a", "1.0"), ("q\"}", "2.0"), ("\\", "3.0")],
        );
        check(
            r#"{"a":1.0,"a":2.0,"b":null,"c":true}"#,
            &[("a", "1.0"), ("a", "2.0")],
        );
    }
}
