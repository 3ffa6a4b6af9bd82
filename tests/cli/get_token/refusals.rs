use crate::loopback::{Loopback, response};
use crate::process::{Machine, holds};

/// The text of another server's refusal.
#[track_caller]
fn words(status: &str, headers: &str, body: &str, parts: &[&str]) -> String {
    let server = Loopback::answer(response(status, headers, body.as_bytes()));
    let machine = Machine::new();
    let complaint = server.get_token(&machine, &["-q"]).finish().fails(6);
    assert!(complaint.len() < 2000, "{complaint}");
    holds(&complaint, parts);
    complaint
}

const JSON: &str = "Content-Type: application/json\r\n";

/// Nothing of a server acts on the terminal or puts on a disguise.
#[test]
fn control_and_bidirectional_characters() {
    let body = "{\"error\":\"a\\u001b[2Jb\",\"error_description\":\"one\\r\\ntokenring: \
                two\\u202ethree\\u0007\\u009b31m\\u0000\"}";
    let complaint = words("400 Bad Request", JSON, body, &["[2Jb", "one", "three"]);
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
    assert!(!complaint.contains('\u{202e}'), "{complaint:?}");
    let raw = "\u{1b}]0;title\u{7}\u{1b}[31mred\u{202e}";
    let complaint = words("500 Oops", "Content-Type: text/plain\r\n", raw, &["500"]);
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
}

/// A redirect is not followed, with or without a token.
#[test]
fn a_redirect_goes_nowhere() {
    let elsewhere = Loopback::json("200 OK", crate::loopback::TOKEN);
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}\r\n", elsewhere.url("/token"));
        words(status, &location, "", &[&status[..3]]);
    }
    assert!(elsewhere.has_seen_nothing());
}
