use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_gateway::{ClaimDate, DateUnit, Moment};

const DAY: u64 = 86_400;

/// What a claim says of when, if it is one that does.
pub(crate) fn in_words(name: &str, value: &Value, now: NumericDate) -> Option<String> {
    let ClaimDate {
        moment,
        is_text,
        unit,
        ..
    } = ClaimDate::of(name, value)?;
    // Some servers take it, which is no reason to leave a person alone with it.
    let form = if is_text {
        ", a string and no number"
    } else {
        ""
    };
    let time = match moment {
        Moment::At(time) => time,
        Moment::TooEarly => return Some(format!("before 1970, where no date can be{form}")),
        _ => {
            return Some(match unit {
                DateUnit::TooLarge => format!("beyond the year 9999, in whatever unit{form}"),
                unit => format!("beyond the year 9999 in seconds; these are {unit}{form}"),
            });
        }
    };
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
