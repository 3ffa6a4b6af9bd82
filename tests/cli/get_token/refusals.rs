use crate::loopback::{Loopback, response};
use crate::process::Machine;
use crate::transcript::Transcript;

/// The text of another server's refusal.
#[track_caller]
fn words(texts: &mut Transcript, status: &str, headers: &str, body: &str) -> String {
    let server = Loopback::answer(response(status, headers, body.as_bytes()));
    let machine = Machine::new();
    let finished = texts.run(server.get_token(&machine, &["-q"]));
    let complaint = finished.fails(6);
    assert!(complaint.len() < 2000, "{complaint}");
    complaint
}

const JSON: &str = "Content-Type: application/json\r\n";

/// Nothing of a server acts on the terminal or puts on a disguise.
#[test]
fn control_and_bidirectional_characters() {
    let mut texts = Transcript::new();
    let body = "{\"error\":\"a\\u001b[2Jb\",\"error_description\":\"one\\r\\ntokenring: \
                two\\u202ethree\\u0007\\u009b31m\\u0000\"}";
    let complaint = words(&mut texts, "400 Bad Request", JSON, body);
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
    assert!(!complaint.contains('\u{202e}'), "{complaint:?}");
    let raw = "\u{1b}]0;title\u{7}\u{1b}[31mred\u{202e}";
    let complaint = words(&mut texts, "500 Oops", "Content-Type: text/plain\r\n", raw);
    texts.check("get-token/control-characters");
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
}

/// A redirect is not followed, with or without a token.
#[test]
fn a_redirect_goes_nowhere() {
    let mut texts = Transcript::new();
    let elsewhere = Loopback::json("200 OK", crate::loopback::TOKEN);
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}\r\n", elsewhere.url("/token"));
        words(&mut texts, status, &location, "");
    }
    assert!(elsewhere.has_seen_nothing());
    texts.check("get-token/redirects");
}
