use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, HttpResponse, TokenResponse};
use tokenring_token_store::{Error, Mode, Source, Token, default_directory};

use crate::scratch::{Call, START, Scratch, at, key, secret};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// What a second call meets, so many seconds after a token for ten minutes.
#[track_caller]
fn check(seconds: i64, change: fn(Call) -> Call, expected: Source) {
    let scratch = Scratch::new();
    let key = key();
    scratch.get(&Call::new(&key, at(0))).unwrap();
    let now = NumericDate::from_seconds(START.checked_add_signed(seconds).unwrap());
    let outcome = scratch.get(&change(Call::new(&key, now))).unwrap();
    assert_eq!(outcome.source(), expected, "after {seconds} s");
    assert!(outcome.failed_renewal().is_none());
    // And whatever happened, the next call finds a good token.
    let outcome = scratch.get(&Call::new(&key, now)).unwrap();
    assert_eq!(outcome.source(), Source::Store, "after {seconds} s");
}

fn unchanged(lookup: Call) -> Call {
    lookup
}

#[test]
fn a_token_is_renewed_before_it_expires() {
    check(0, unchanged, Source::Store);
    check(569, unchanged, Source::Store);
    check(570, unchanged, Source::Fetch);
    check(600, unchanged, Source::Fetch);
    check(
        299,
        |lookup| lookup.with_early_renewal(Duration::from_secs(9999)),
        Source::Store,
    );
    check(
        300,
        |lookup| lookup.with_early_renewal(Duration::from_secs(9999)),
        Source::Fetch,
    );
}

#[test]
fn a_clock_that_jumps_makes_a_miss() {
    check(-10, unchanged, Source::Store);
    check(-11, unchanged, Source::Fetch);
    check(-3600, unchanged, Source::Fetch);
    check(86_400, unchanged, Source::Fetch);
    check(i64::MAX / 2, unchanged, Source::Fetch);
    check(-1_700_000_000, unchanged, Source::Fetch);
}

#[test]
fn a_clock_that_jumps_there_and_back_leaves_no_token_for_ever() {
    let scratch = Scratch::new();
    let key = key();
    let sources: Vec<Source> = [0, DAY, DAY + 1, 1, 2, HOUR, 0]
        .map(|seconds| scratch.get(&Call::new(&key, at(seconds))).unwrap().source())
        .into();
    let (cache, fetch) = (Source::Store, Source::Fetch);
    assert_eq!(sources, [fetch, fetch, cache, fetch, cache, fetch, fetch]);
}

#[test]
fn a_minimum_is_met_or_the_token_is_new() {
    check(
        100,
        |lookup| lookup.with_minimum_lifetime(Duration::from_secs(500)),
        Source::Store,
    );
    check(
        101,
        |lookup| lookup.with_minimum_lifetime(Duration::from_secs(500)),
        Source::Fetch,
    );
    check(
        0,
        |lookup| lookup.with_minimum_lifetime(Duration::MAX),
        Source::Fetch,
    );
}

#[test]
fn a_refresh_takes_no_token_that_was_there() {
    check(0, |lookup| lookup.with_mode(Mode::Refresh), Source::Fetch);
}

#[test]
fn a_bypass_leaves_no_trace() {
    check(0, |lookup| lookup.with_mode(Mode::Bypass), Source::Fetch);
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0)).with_mode(Mode::Bypass);
    scratch.get(&lookup).unwrap();
    assert!(matches!(scratch.fail(&lookup, 60), Err(Error::Fetch(_))));
    assert!(scratch.names().is_empty());
}

#[test]
fn a_rejected_token_is_dropped_and_no_other() {
    let scratch = Scratch::new();
    let key = key();
    let first = secret(&scratch.get(&Call::new(&key, at(0))).unwrap());
    let rejected = || {
        let token = AccessToken::new(&first).unwrap();
        Call::new(&key, at(1)).with_rejected_token(token)
    };
    let outcome = scratch.get(&rejected()).unwrap();
    assert_eq!(outcome.source(), Source::Fetch);
    assert_eq!(scratch.get(&rejected()).unwrap().source(), Source::Store);
}

#[test]
fn a_token_of_unknown_or_no_lifetime_is_not_kept() {
    for lifetime in [None, Some(0)] {
        let scratch = Scratch::new();
        let key = key();
        for _ in 0..2 {
            let outcome = scratch.get_for(&Call::new(&key, at(0)), lifetime).unwrap();
            assert_eq!(outcome.source(), Source::Fetch);
        }
    }
}

#[test]
fn a_huge_lifetime_overflows_nothing() {
    let scratch = Scratch::new();
    let key = key();
    scratch
        .get_for(&Call::new(&key, at(0)), Some(u64::MAX))
        .unwrap();
    let outcome = scratch.get(&Call::new(&key, at(DAY))).unwrap();
    assert_eq!(outcome.source(), Source::Store);
    let end = Call::new(&key, NumericDate::from_seconds(u64::MAX));
    assert_eq!(scratch.get(&end).unwrap().source(), Source::Fetch);
}

#[test]
fn what_the_server_said_of_a_token_comes_back() {
    let body = br#"{"access_token":"mF_9.B5f-4.1JqM","token_type":"bearer","expires_in":"599",
        "scope":"read \"write\" \u00e9"}"#;
    let response = TokenResponse::parse(&HttpResponse::new(200, vec![], body.to_vec())).unwrap();
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0));
    let fetch = |_| Ok(Token::from_response(&response, at(0)));
    lookup.get_or_fetch::<()>(&scratch.cache, fetch).unwrap();
    let token = scratch.get(&lookup).unwrap().into_token();
    assert_eq!(token.access_token().secret(), "mF_9.B5f-4.1JqM");
    assert_eq!(token.token_type(), "bearer");
    assert_eq!(token.scope(), Some("read \"write\" \u{e9}"));
    assert_eq!(token.obtained_at(), at(0));
    assert_eq!(token.expires_at(), Some(at(599)));
    assert_eq!(token.remaining(at(99)), Duration::from_secs(500));
}

#[test]
fn the_platform_has_a_place_for_it() {
    assert!(default_directory().unwrap().ends_with("tokenring"));
}
