//! What is shown of a value that a client sent: enough to recognise it, and never a whole token.

use serde_json::{Map, Value};

/// Longer texts are cut.
const LONGEST_TEXT: usize = 160;
/// What is left of a text that was cut.
const KEPT_TEXT: usize = 60;
/// What is left of a token or of a signature.
const KEPT_SECRET: usize = 4;
/// More values than this are not shown, however they are nested.
const MOST_VALUES: usize = 200;

/// Makes a copy of the members that can be shown and kept.
pub(crate) fn shortened<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>) -> Value {
    let mut left = MOST_VALUES;
    let mut shown = Map::new();
    for (name, value) in members {
        if left == 0 {
            shown.insert("…".to_owned(), Value::Null);
            break;
        }
        shown.insert(shortened_text(name), shortened_within(value, &mut left));
    }
    Value::Object(shown)
}

/// Keeps the first characters of something that lets in whoever knows it.
pub(crate) fn shortened_secret(secret: &str) -> String {
    // Of a short one, four characters would be much.
    let kept = if secret.chars().count() >= 3 * KEPT_SECRET {
        KEPT_SECRET
    } else {
        0
    };
    let start: String = secret.chars().take(kept).collect();
    format!("{start}…")
}

/// Makes a copy of one value that can be shown and kept.
pub(crate) fn shortened_value(value: &Value) -> Value {
    let mut left = MOST_VALUES;
    shortened_within(value, &mut left)
}

fn shortened_within(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::String(text) => shortened_text(text).into(),
        Value::Array(elements) => {
            let mut shown = Vec::new();
            for element in elements {
                if *left == 0 {
                    shown.push("…".into());
                    break;
                }
                shown.push(shortened_within(element, left));
            }
            Value::Array(shown)
        }
        Value::Object(members) => {
            let mut shown = Map::new();
            for (name, member) in members {
                if *left == 0 {
                    shown.insert("…".to_owned(), Value::Null);
                    break;
                }
                shown.insert(shortened_text(name), shortened_within(member, left));
            }
            Value::Object(shown)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Cuts a text that is long, or that lets somebody in somewhere.
pub(crate) fn shortened_text(text: &str) -> String {
    if is_like_a_jwt(text) {
        return shortened_secret(text);
    }
    let length = text.chars().count();
    if length <= LONGEST_TEXT {
        return text.to_owned();
    }
    let start: String = text.chars().take(KEPT_TEXT).collect();
    format!("{start}… ({length} characters)")
}

/// A JWT may be good for something elsewhere: as a token, or as an assertion.
fn is_like_a_jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let object = parts.next().is_some_and(|part| part.starts_with("ey"));
    object && parts.count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shorten(value: &Value) -> Value {
        shortened(
            value
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.as_str(), value)),
        )
    }

    #[test]
    fn keeps_what_is_short() {
        let value = json!({ "aud": ["https://example.com/"], "exp": 7, "a": { "b": null } });
        assert_eq!(shorten(&value), value);
    }

    #[test]
    fn cuts_long_texts_and_tokens() {
        let long = "a".repeat(5000);
        let shown = shorten(&json!({ "jti": long, "t": "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln" }));
        assert_eq!(
            shown,
            json!({ "jti": format!("{}… (5000 characters)", "a".repeat(60)), "t": "eyJh…" })
        );
    }

    #[test]
    fn shows_a_limited_number_of_values() {
        let many: Vec<Value> = (0..100_000).map(Value::from).collect();
        let shown = shorten(&json!({ "a": many, "b": 1 })).to_string();
        assert!(shown.len() < 2000, "{}", shown.len());
    }
}
