use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::loopback::Loopback;
use crate::process::Machine;
use crate::registered_client::RegisteredClient;

/// The seconds since 1970 of a time in UTC as in RFC 3339 section 5.6, by the
/// civil calendar: independent of what wrote it.
#[track_caller]
pub(super) fn seconds_of(text: &str) -> u64 {
    let digits = |range: std::ops::Range<usize>| -> u64 { text[range].parse().unwrap() };
    let marks: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    assert_eq!((marks.as_str(), text.len()), ("--T::Z", 20), "{text}");
    let (year, month, day) = (digits(0..4), digits(5..7), digits(8..10));
    let is_leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: u64 = (1970..year)
        .map(|year| 365 + u64::from(is_leap(year)))
        .sum();
    let before = usize::try_from(month - 1).unwrap();
    let days = years + months[..before].iter().sum::<u64>() + day - 1;
    ((days * 24 + digits(11..13)) * 60 + digits(14..16)) * 60 + digits(17..19)
}

#[test]
fn times() {
    assert_eq!(seconds_of("1970-01-01T00:00:00Z"), 0);
    // date -u -d 2024-03-01T12:34:56Z +%s
    assert_eq!(seconds_of("2024-03-01T12:34:56Z"), 1_709_296_496);
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs()
}

/// The members agree with each other, with the clock and with the gateway.
#[test]
fn members() {
    let client = RegisteredClient::new();
    let before = now();
    let run = client.get_token(&["--quiet", "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    let after = now();
    let number = |name: &str| answer[name].as_u64().unwrap();
    assert_eq!(answer["access_token"], client.token());
    assert_eq!(answer["token_type"], "Bearer");
    let at = number("expires_at");
    assert_eq!(
        seconds_of(answer["expires_at_rfc3339"].as_str().unwrap()),
        at
    );
    // The gateway says 599 s.
    assert!((before + 599..=after + 599).contains(&at), "{at}");
    let left = number("expires_in");
    assert!((at - after..=at - before).contains(&left), "{left}");
}

/// What is left counts down, and the time of the end stays.
#[test]
fn from_the_cache() {
    let client = RegisteredClient::new();
    let get = || -> Value {
        let run = client.get_token(&["--quiet", "--format", "json"]);
        serde_json::from_str(&run.finish().succeeds()).unwrap()
    };
    let first = get();
    let second = get();
    assert_eq!(first["expires_at"], second["expires_at"]);
    assert!(second["expires_in"].as_u64() <= first["expires_in"].as_u64());
    assert_eq!(client.gateway.issued_tokens(), 1);
}

/// What the gateway doesn't tell isn't there; what it tells in passing is.
#[test]
fn what_a_gateway_tells() {
    let body = r#"{"access_token":"a","token_type":"bearer","scope":"read write"}"#;
    let server = Loopback::json("200 OK", body);
    let machine = Machine::new();
    let run = server.get_token(&machine, &["--quiet", "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    assert_eq!(answer["scope"], "read write");
    for name in ["expires_in", "expires_at", "expires_at_rfc3339"] {
        assert_eq!(answer.get(name), None);
    }
}
