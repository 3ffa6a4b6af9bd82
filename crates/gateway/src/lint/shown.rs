//! Values of an assertion for a person's eyes: they are untrusted, and can be long or secret.

use core::fmt::Write as _;

use serde_json::Value;

/// Longer than any audience, shorter than a token that somebody put into a claim.
const LONGEST: usize = 120;

/// A value as JSON, on one line.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(content) => format!("\"{}\"", text(content)),
        other => text(&other.to_string()),
    }
}

/// A text without anything that a terminal would obey, cut off when it is long.
pub(super) fn text(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            // Neither harms, and both are usual.
            '\'' | '"' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    let hidden = text.chars().count().saturating_sub(LONGEST);
    if hidden > 0 {
        // Writing to a text cannot fail.
        let _ = write!(shown, "… and {hidden} more");
    }
    shown
}

/// A span of time to the second, as limits are, and a long one roughly as well.
pub(super) fn span(seconds: f64) -> String {
    const HOUR: f64 = 3600.0;
    const DAY: f64 = 86_400.0;
    let exact = if seconds.fract() == 0.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{seconds:.3} s")
    };
    match seconds {
        less if less < 2.0 * HOUR => exact,
        less if less < 2.0 * DAY => format!("{exact} ({:.0} h)", (less / HOUR).floor()),
        more => format!("{exact} ({:.0} days)", (more / DAY).floor()),
    }
}

/// Several texts, any of which will do.
pub(super) fn any_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: Vec<&str> = texts.into_iter().collect();
    match texts.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
    }
}
