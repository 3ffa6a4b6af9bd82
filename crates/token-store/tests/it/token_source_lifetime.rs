use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::{Clock as _, HttpResponse};
use tokenring_token_store::TokenSource;

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{SimulatedGateway, token};
use crate::simulated_source::SimulatedSource;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How long a token is handed out whose response states this, in seconds;
/// nothing if it is handed out once.
#[track_caller]
fn check_expires_in(expires_in: &'static str, expected: Option<u64>) {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, move |arrival| match expires_in {
        "absent" => {
            let body = br#"{"access_token":"token-1","token_type":"Bearer"}"#;
            Ok(HttpResponse::new(200, Vec::new(), body.to_vec()))
        }
        json => token(arrival.number, json),
    });
    let source = SimulatedSource::new(&clock, &gateway).with_early_renewal(Duration::ZERO);
    assert_eq!(source.token().unwrap().secret(), "token-1");
    let Some(expected) = expected else {
        assert!(source.unexpired().is_none());
        assert_eq!(source.token().unwrap().secret(), "token-2");
        assert_eq!(gateway.count(), 2);
        return;
    };
    assert_eq!(source.due_in(), seconds(expected));
    clock.advance(seconds(expected) - Duration::from_millis(1));
    assert!(source.token().is_ok());
    assert_eq!(gateway.count(), 1);
    clock.advance(Duration::from_millis(1));
    assert!(source.unexpired().is_none());
    assert!(source.token().is_ok());
    assert_eq!(gateway.count(), 2);
}

#[test]
fn expires_in_of_every_shape() {
    const DAY: Option<u64> = Some(86_400);
    assert_eq!(TokenSource::<()>::LONGEST_LIFETIME, seconds(86_400));
    check_expires_in("599", Some(599));
    check_expires_in(r#""599""#, Some(599));
    check_expires_in("599.9", Some(599));
    check_expires_in("1", Some(1));
    check_expires_in("absent", Some(60));
    check_expires_in("null", Some(60));
    check_expires_in(r#""soon""#, Some(60));
    check_expires_in(r#""""#, Some(60));
    check_expires_in("0", None);
    check_expires_in(r#""0""#, None);
    check_expires_in("-1", None);
    check_expires_in(r#""-3600""#, None);
    check_expires_in("86400", DAY);
    check_expires_in("3600000", DAY);
    check_expires_in("2147483647", DAY);
    // Beyond 68 years it says nothing.
    check_expires_in("2147483648", Some(60));
    check_expires_in("18446744073709551615", Some(60));
    check_expires_in("1e308", Some(60));
    check_expires_in(r#""99999999999999999999999999""#, Some(60));
}

/// Those who wait for a token without a lifetime share it.
#[test]
fn without_lifetime_for_many() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(Duration::from_millis(100));
        token(arrival.number, 0)
    });
    let source = SimulatedSource::new(&clock, &gateway);
    for number in ["token-1", "token-2"] {
        let tokens = clock.simulate(64, |_| source.token().unwrap().secret().to_owned());
        assert_eq!(tokens, vec![number; 64]);
    }
}

/// A token's time runs from before its request was sent.
#[test]
fn slow_answer() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(seconds(20));
        token(arrival.number, 100)
    });
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.wall().as_secs();
    clock.simulate(1, |_| {
        let expires_at = source.token().unwrap().expires_at().unwrap().as_seconds();
        assert_eq!(expires_at, start + 100);
        assert_eq!(source.due_in(), seconds(50));
    });
}

#[test]
fn default_lifetime() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, "null"));
    let source = SimulatedSource::new(&clock, &gateway).with_default_lifetime(seconds(300));
    source.token().unwrap();
    assert_eq!(source.due_in(), seconds(270));
}

/// Moves the clocks by these seconds after the first request of a token for
/// 600 seconds, renewed 30 before; then counts the requests of two calls.
#[track_caller]
fn check_jump(monotonic: u64, wall: i64, requests: usize) {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 600));
    let source = SimulatedSource::new(&clock, &gateway);
    source.token().unwrap();
    clock.jump(seconds(monotonic), wall * 1_000);
    for _ in 0..10 {
        source.token().unwrap();
    }
    assert_eq!(gateway.count(), requests);
    // Whatever the jump has led to, it is over.
    assert_eq!(source.fresh().is_some(), source.due_in() > Duration::ZERO);
    clock.advance(seconds(1));
    source.token().unwrap();
    clock.advance(seconds(600));
    source.token().unwrap();
    assert_eq!(gateway.count(), requests + 1);
}

#[test]
fn clocks_that_jump() {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 86_400;
    check_jump(1, 1, 1);
    check_jump(570, 570, 2);
    // Set back by an hour: the token lasts no longer.
    check_jump(10, -HOUR, 1);
    check_jump(560, -HOUR, 1);
    check_jump(570, -HOUR, 2);
    check_jump(600, -HOUR, 2);
    check_jump(700, -HOUR, 2);
    // Set forward by a day: one request, not one for each call.
    check_jump(0, DAY, 2);
    check_jump(10, DAY, 2);
    // Suspended: the monotonic clock stands still.
    check_jump(0, 560, 1);
    check_jump(0, 570, 2);
    check_jump(0, 600, 2);
    check_jump(0, 8 * HOUR, 2);
}

/// Suspended past the end, while the token was due for renewal: the end counts.
#[test]
fn no_token_beyond_its_end() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 600));
    let source = SimulatedSource::new(&clock, &gateway);
    source.token().unwrap();
    clock.jump(seconds(571), 571_000);
    assert!(source.unexpired().is_some());
    clock.jump(Duration::ZERO, 29_000);
    assert!(source.unexpired().is_none());
    clock.jump(Duration::ZERO, -3_600_000);
    assert!(source.unexpired().is_some());
    clock.jump(seconds(29), 0);
    assert!(source.unexpired().is_none());
}
