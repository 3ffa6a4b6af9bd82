//! Times in words.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tokenring_assertion::NumericDate;

/// Claims that are a NumericDate (RFC 7519 section 4.1, OpenID Connect Core
/// section 2).
const DATES: &[&str] = &["exp", "iat", "nbf", "auth_time", "updated_at"];
/// 9999-12-31T23:59:59Z, the last that RFC 3339 writes.
const LAST_SECOND: f64 = 253_402_300_799.0;
const DAY: u64 = 86_400;

/// What a claim says of when, if it is one that does.
pub(super) fn in_words(name: &str, value: &Value, now: NumericDate) -> Option<String> {
    if !DATES.contains(&name) {
        return None;
    }
    let (seconds, form) = match value {
        Value::Number(number) => (number.as_f64()?, ""),
        // Some servers take it, which is no reason to leave a person alone with it.
        Value::String(text) => (text.parse().ok()?, ", a string and no number"),
        _ => return None,
    };
    if seconds < 0.0 {
        return Some(format!("before 1970, where no date can be{form}"));
    }
    if !(0.0..=LAST_SECOND).contains(&seconds) {
        return Some(format!(
            "beyond the year 9999; seconds are wanted, not milliseconds{form}"
        ));
    }
    let time = Duration::from_secs_f64(seconds);
    let date = humantime::format_rfc3339_seconds(UNIX_EPOCH + time);
    let then = time.as_secs();
    let now = now.as_seconds();
    let distance = match then.checked_sub(now) {
        Some(0) => "now".into(),
        Some(ahead) => format!("in {}", duration(ahead)),
        None => format!("{} ago", duration(now - then)),
    };
    Some(format!("{date}, {distance}{form}"))
}

/// A duration as a person says it: exact below a day, in days from there on.
fn duration(seconds: u64) -> String {
    if seconds < DAY {
        return humantime::format_duration(Duration::from_secs(seconds)).to_string();
    }
    format!("{} days", seconds / DAY)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(name: &str, value: &Value, words: Option<&str>) {
        let now = NumericDate::from_seconds(1_700_000_000);
        assert_eq!(in_words(name, value, now).as_deref(), words);
    }

    /// `date -u -d @SECONDS` has the dates.
    #[test]
    fn words() {
        check(
            "exp",
            &json!(1_700_000_150),
            Some("2023-11-14T22:15:50Z, in 2m 30s"),
        );
        check(
            "iat",
            &json!(1_700_000_000),
            Some("2023-11-14T22:13:20Z, now"),
        );
        check(
            "nbf",
            &json!(1_699_999_995.5),
            Some("2023-11-14T22:13:15Z, 5s ago"),
        );
        check(
            "exp",
            &json!(1_352_660_008),
            Some("2012-11-11T18:53:28Z, 4020 days ago"),
        );
        check(
            "exp",
            &json!("1700000001"),
            Some("2023-11-14T22:13:21Z, in 1s, a string and no number"),
        );
        let milliseconds = "beyond the year 9999; seconds are wanted, not milliseconds";
        check("iat", &json!(1_700_000_000_000_u64), Some(milliseconds));
        let early = "before 1970, where no date can be";
        check("exp", &json!(-1), Some(early));
        check("exp", &json!(-1e15), Some(early));
        check("exp", &json!("soon"), None);
        check("exp", &json!(null), None);
        check("jti", &json!(1_700_000_000), None);
    }
}
