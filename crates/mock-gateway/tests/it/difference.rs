//! What a person is told of a broken rule: the value that is there, and the one that is wanted.

use tokenring_jwk::Algorithm;

use crate::attempt::Attempt;
use crate::bench::{Bench, CLIENT, START};
use crate::draft::Draft;
use crate::http::get;
use crate::preset::{Preset, key_set};

#[track_caller]
fn check(bench: &Bench, attempt: &Attempt, rule: &str, found: &str, wanted: &str) {
    assert!(bench.send(attempt).status >= 400);
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!(event.refusal().unwrap().rule(), rule);
    assert_eq!(event.found(), Some(found), "{rule}");
    assert_eq!(event.wanted(), Some(wanted), "{rule}");
}

#[test]
fn each_value_has_the_one_that_is_wanted() {
    let bench = Bench::start();
    let good = || bench.attempt();
    let url = bench.gateway.token_url();
    let typ = good().with_header("typ", "\"at+jwt\"");
    check(&bench, &typ, "type", "\"at+jwt\"", "\"JWT\"");
    let algorithm = good().with_header("alg", "\"RS256\"");
    check(&bench, &algorithm, "algorithm", "\"RS256\"", "\"RS512\"");
    let expired = good().with_claim("exp", &(START - 7).to_string());
    let limit = format!("at least {START}");
    check(&bench, &expired, "expired", "1763999993", &limit);
    let late = good().with_claim("exp", &(START + 400).to_string());
    // 300 seconds, and ten of leeway.
    check(
        &bench,
        &late,
        "expiry-too-late",
        "1764000400",
        "at most 1764000310",
    );
    let text = good().with_claim("exp", "\"1764000100\"");
    let number = "whole seconds since 1970, a number";
    check(&bench, &text, "expiry-form", "\"1764000100\"", number);
    let audience = good().with_claim("aud", &format!("[\"{url}\"]"));
    let quoted = format!("\"{url}\"");
    check(
        &bench,
        &audience,
        "audience",
        &format!("[{quoted}]"),
        &quoted,
    );
    let mut absent = good();
    absent.remove_claim("jti");
    check(&bench, &absent, "jwt-id-absent", "absent", "the claim jti");
    let mut grant = good();
    grant.set_parameter("grant_type", "password");
    check(
        &bench,
        &grant,
        "grant-type",
        "\"password\"",
        "\"client_credentials\"",
    );
    let key = good().with_header("kid", "\"test-2\"");
    let registered = "a kid that is registered: \"test-1\"";
    check(&bench, &key, "unknown-key-id", "\"test-2\"", registered);
    let issuer = good().with_claim("iss", "\"app-id\"");
    let both = format!("iss \"app-id\", sub \"{CLIENT}\"");
    check(
        &bench,
        &issuer,
        "issuer-not-subject",
        &both,
        "the client ID in both",
    );
}

#[test]
fn what_keeps_all_rules_differs_in_nothing() {
    let bench = Bench::start();
    bench.send(&bench.attempt());
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!((event.found(), event.wanted()), (None, None));
    assert_eq!(event.called_url(), Some(bench.gateway.token_url().as_str()));
}

/// A query is a part of the URL, which is what this gateway wants as audience.
#[test]
fn a_query_is_seen_without_its_values() {
    let bench = Bench::start();
    let url = bench.gateway.token_url();
    let mut attempt = bench.attempt();
    attempt.target = "/oauth2/token?version=2&key=hunter2".to_owned();
    let (found, wanted) = (format!("\"{url}\""), format!("\"{url}?version=…&key=…\""));
    check(&bench, &attempt, "audience", &found, &wanted);
    let told = get(bench.address(), "/-/events", &[]);
    let event = &told.json()["events"][0];
    assert_eq!(event["calledUrl"], format!("{url}?version=…&key=…"));
    assert_eq!(
        (&event["found"], &event["wanted"]),
        (&found.into(), &wanted.into())
    );
    assert!(!told.text().contains("hunter2"));
}

/// Whatever stands in the place of a value, no more is told of it than of a claim.
#[test]
fn no_token_is_told_as_a_value() {
    let bench = Bench::start();
    let mut attempt = bench.attempt();
    let assertion = attempt.assertion();
    attempt.set_parameter("client_assertion_type", &assertion);
    bench.send(&attempt);
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!(
        event.found(),
        Some(format!("\"{}…\"", &assertion[..4]).as_str())
    );
    let attempt = bench
        .attempt()
        .with_claim("aud", &format!("\"{assertion}\""));
    bench.send(&attempt);
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!(
        event.found(),
        Some(format!("\"{}…\"", &assertion[..4]).as_str())
    );
}

/// Whoever has several issuers to compare with sees all that would have been taken.
#[test]
fn all_that_would_be_taken_is_told() {
    let preset = Preset::start("helseid", key_set(&[Algorithm::Rs256]));
    let draft = Draft::new(&preset, Algorithm::Rs256, "https://another.example");
    let draft = draft.claim("iat", preset.now()).claim("nbf", preset.now());
    draft.header("kid", "test-1").send(&preset);
    let event = preset.gateway.events().pop().unwrap();
    assert_eq!(event.refusal().unwrap().rule(), "audience");
    assert_eq!(event.found(), Some("\"https://another.example\""));
    let issuer = preset.gateway.issuer().unwrap();
    assert!(
        event.wanted().unwrap().contains(issuer),
        "{:?}",
        event.wanted()
    );
}
