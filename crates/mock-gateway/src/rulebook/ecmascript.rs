//! The few conversions of ECMAScript that a gateway with scripted rules shows to its clients.

use serde_json::Value;

/// Tells whether a member would count as false: ECMA-262, ToBoolean.
pub(crate) fn is_falsy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Bool(truth)) => !truth,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => false,
    }
}

/// The number that a member would become in arithmetic: ECMA-262, ToNumber.
///
/// Nothing comes of what would become NaN.
pub(crate) fn to_number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Null => Some(0.0),
        Value::Bool(truth) => Some(if *truth { 1.0 } else { 0.0 }),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text_to_number(text),
        // An array is joined into a text first: empty is "", one member is that member.
        Value::Array(members) => match members.as_slice() {
            [] => Some(0.0),
            [Value::Null] => Some(0.0),
            [Value::String(text)] => text_to_number(text),
            [Value::Number(number)] => number.as_f64(),
            _ => None,
        },
        Value::Object(_) => None,
    }
}

fn text_to_number(text: &str) -> Option<f64> {
    let digits = text.trim();
    if digits.is_empty() {
        return Some(0.0);
    }
    // Rust's parser also takes "inf" and "nan".
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if !digits.chars().all(plain) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, falsy: bool, number: Option<f64>) {
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(is_falsy(Some(&value)), falsy, "{json} as boolean");
        assert_eq!(to_number(Some(&value)), number, "{json} as number");
    }

    // The expected values are what `!x` and `Number(x)` give in a browser's console.
    #[test]
    fn converts_like_a_script() {
        check("null", true, Some(0.0));
        check("false", true, Some(0.0));
        check("true", false, Some(1.0));
        check("0", true, Some(0.0));
        check("-0.0", true, Some(0.0));
        check("17", false, Some(17.0));
        check("\"\"", true, Some(0.0));
        check("\" \"", false, Some(0.0));
        check("\"1352660008\"", false, Some(1_352_660_008.0));
        check("\" 1e3 \"", false, Some(1000.0));
        check("\"inf\"", false, None);
        check("\"NaN\"", false, None);
        check("\"ES512\"", false, None);
        check("[]", false, Some(0.0));
        check("[5]", false, Some(5.0));
        check("[1,2]", false, None);
        check("{}", false, None);
        assert!(is_falsy(None));
        assert_eq!(to_number(None), None);
    }
}
