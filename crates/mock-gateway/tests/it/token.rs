//! The success answer, and how long its token is good for, as NHSDigital/identity-service-api has it.

use std::time::Duration;

use serde_json::Value;
use tokenring_mock_gateway::ApiAccess;

use crate::bench::Bench;
use crate::http::get;

fn api_status(bench: &Bench, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    let target = ApiAccess::Bearer.path();
    get(
        bench.address(),
        target,
        &[("Authorization", &authorization)],
    )
    .status
}

#[test]
fn every_member_of_the_answer_is_a_string() {
    let bench = Bench::start();
    bench.advance(Duration::from_millis(7));
    let answer = bench.send(&bench.attempt());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    let members = body.as_object().unwrap();
    let token = members["access_token"].as_str().unwrap();
    assert_eq!(token.len(), 28);
    let rest: Vec<(&str, &Value)> = members
        .iter()
        .filter(|(name, _)| *name != "access_token")
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    assert_eq!(
        rest,
        [
            ("expires_in", &Value::from("599")),
            ("issued_at", &Value::from("1764000000007")),
            ("token_type", &Value::from("Bearer")),
        ]
    );
}

#[test]
fn a_token_is_good_for_ten_minutes() {
    let bench = Bench::start();
    let token = bench.token();
    assert_eq!(api_status(&bench, &token), 200);
    bench.advance(Duration::from_millis(599_999));
    assert_eq!(api_status(&bench, &token), 200);
    bench.advance(Duration::from_millis(1));
    assert_eq!(api_status(&bench, &token), 401);
}

#[test]
fn a_token_can_be_had_for_a_shorter_time_and_no_longer() {
    for (asked, expires_in, milliseconds) in [
        ("100000", "99", 100_000),
        ("500000", "499", 500_000),
        ("700000", "599", 600_000),
        ("1000000", "599", 600_000),
        ("99999999999999999999999", "599", 600_000),
        ("-1", "599", 600_000),
        ("soon", "599", 600_000),
        ("1", "0", 1),
    ] {
        let bench = Bench::start();
        let attempt = bench
            .attempt()
            .with_parameter("_access_token_expiry_ms", asked);
        let body = bench.send(&attempt).json();
        assert_eq!(body["expires_in"], expires_in, "{asked}");
        let token = body["access_token"].as_str().unwrap();
        bench.advance(Duration::from_millis(milliseconds - 1));
        assert_eq!(api_status(&bench, token), 200, "{asked}");
        bench.advance(Duration::from_millis(1));
        assert_eq!(api_status(&bench, token), 401, "{asked}");
    }
}

#[test]
fn a_token_is_another_each_time_and_of_one_gateway_only() {
    let (one, two) = (Bench::start(), Bench::start());
    let token = one.token();
    assert_ne!(token, one.token());
    assert_eq!(api_status(&one, &token), 200);
    assert_eq!(api_status(&two, &token), 401);
}

/// Clients measure their clock by this header.
#[test]
fn the_date_header_tells_the_time_of_the_rules() {
    let bench = Bench::start();
    bench.advance(Duration::from_secs(3600));
    let answer = bench.send(&bench.attempt());
    assert_eq!(answer.header("date"), Some("Mon, 24 Nov 2025 17:00:00 GMT"));
}
