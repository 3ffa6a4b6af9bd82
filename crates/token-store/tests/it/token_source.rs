use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use tokenring_oauth::{AccessToken, Clock as _};
use tokenring_token_store::Token;

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{SimulatedGateway, token};
use crate::simulated_source::{Failure, SimulatedSource};

const THREADS: usize = 64;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn one_request_serves_all_calls() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 600));
    let source = SimulatedSource::new(&clock, &gateway);
    assert!(source.fresh().is_none());
    assert_eq!(source.due_in(), Duration::ZERO);
    assert_eq!(gateway.count(), 0);

    for _ in 0..100 {
        assert_eq!(source.token().unwrap().secret(), "token-1");
    }
    let held = source.token_within(Duration::ZERO).unwrap();
    assert_eq!(held.access_token().secret(), "token-1");
    assert_eq!(held.scope(), None);
    assert_eq!(held.expires_at().unwrap().as_seconds(), 1_700_000_600);
    assert_eq!(source.due_in(), seconds(570));
    assert_eq!(source.fresh().unwrap().secret(), "token-1");

    clock.advance(seconds(570));
    assert!(source.fresh().is_none());
    assert_eq!(source.unexpired().unwrap().secret(), "token-1");
    assert_eq!(source.due_in(), Duration::ZERO);
    // Without time, nothing is requested.
    let hurried = source.token_within(Duration::ZERO).unwrap();
    assert_eq!(hurried.secret(), "token-1");
    assert_eq!(source.token().unwrap().secret(), "token-2");

    clock.advance(seconds(600));
    assert!(source.unexpired().is_none());
    let hurried = source.token_within(Duration::ZERO).unwrap_err();
    assert!(matches!(hurried, Failure::DeadlinePassed), "{hurried:?}");
    assert_eq!(gateway.count(), 2);
    assert_eq!(source.token().unwrap().secret(), "token-3");
}

/// All threads call at every whole second, for twenty tokens. A request takes a
/// tenth of a second.
#[test]
fn one_request_in_each_lifetime() {
    #[track_caller]
    fn check(early_renewal: u64, lifetime: u64, waiting: usize) {
        const REQUEST: Duration = Duration::from_millis(100);
        let clock = Arc::new(SimulatedClock::new());
        let slow = Arc::clone(&clock);
        let gateway = SimulatedGateway::new(&clock, move |arrival| {
            slow.spend(REQUEST);
            token(arrival.number, 10)
        });
        let source =
            SimulatedSource::new(&clock, &gateway).with_early_renewal(seconds(early_renewal));
        let start = clock.monotonic();
        let calls = clock.simulate(THREADS, |_| {
            let call = |second| {
                let called = start + seconds(second);
                clock.spend_until(called);
                let token = source.token().unwrap();
                (token, clock.monotonic() - called)
            };
            (0..20 * lifetime).map(call).collect::<Vec<_>>()
        });

        assert_eq!(gateway.count(), 20);
        let expected: Vec<_> = (0..20).map(|n| start + seconds(n * lifetime)).collect();
        assert_eq!(gateway.arrivals(), expected);
        for second in 0..usize::try_from(20 * lifetime).unwrap() {
            let waited = calls.iter().map(|calls| calls[second].1);
            let waited: Vec<_> = waited.filter(|it| !it.is_zero()).collect();
            let is_first = second == 0;
            let is_due = second % usize::try_from(lifetime).unwrap() == 0;
            let expected = match (is_first, is_due) {
                (true, _) => THREADS,
                (false, true) => waiting,
                (false, false) => 0,
            };
            assert_eq!(waited, vec![REQUEST; expected], "second {second}");
        }
    }
    // Half the lifetime before the end: one thread waits, the others don't.
    check(30, 5, 1);
    // Not before the end: all wait, for the one request.
    check(0, 10, THREADS);
}

/// Threads that do not wait for each other while the clock moves: no call may
/// see a token beyond its end, and none may cause a second request.
#[test]
fn stress() {
    let clock = Arc::new(SimulatedClock::with_random_numbers(1));
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 10));
    let source = SimulatedSource::new(&clock, &gateway).with_early_renewal(Duration::ZERO);
    let (begin, end) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut before: Option<Token> = None;
                for _ in 0..200 {
                    begin.wait();
                    for _ in 0..20 {
                        let called = clock.wall().as_secs();
                        let token = source.token().unwrap();
                        assert!(token.expires_at().unwrap().as_seconds() > called);
                        // A late complaint drops no newer token.
                        if let Some(before) = before.replace(token.clone()) {
                            if before.secret() != token.secret() {
                                source.invalidate(before.access_token());
                            }
                        }
                    }
                    end.wait();
                }
            });
        }
        for _ in 0..200 {
            begin.wait();
            // In the midst of their calls.
            clock.advance(seconds(1));
            end.wait();
        }
    });
    // Of 201 seconds, all but the last one end in a call.
    assert!((20..=21).contains(&gateway.count()), "{}", gateway.count());
}

#[test]
fn invalidation() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 600));
    let source = SimulatedSource::new(&clock, &gateway);
    let first = source.token().unwrap();
    source.invalidate(&AccessToken::new("token-0").unwrap());
    assert_eq!(source.token().unwrap().secret(), "token-1");

    // All threads were refused with the first token.
    let tokens = clock.simulate(THREADS, |_| {
        source.invalidate(first.access_token());
        source.token().unwrap().secret().to_owned()
    });
    assert_eq!(tokens, vec!["token-2"; THREADS]);
    assert_eq!(gateway.count(), 2);
    // The one that was handed out is still the caller's.
    assert_eq!(first.secret(), "token-1");
    let second = source.token().unwrap();
    source.invalidate(second.access_token());
    assert!(source.unexpired().is_none());
}

/// Programs that start together do not renew together.
#[test]
fn renewals_are_spread() {
    let clock = Arc::new(SimulatedClock::with_random_numbers(2));
    let gateway = SimulatedGateway::new(&clock, |arrival| token(arrival.number, 600));
    let due = (0..100).map(|_| {
        let source = SimulatedSource::new(&clock, &gateway);
        source.token().unwrap();
        source.due_in().as_millis()
    });
    let due: BTreeSet<u128> = due.collect();
    assert!(due.len() > 90, "{due:?}");
    assert!(due.first().is_some_and(|first| *first >= 570_000));
    assert!(due.last().is_some_and(|last| *last < 577_500));
}
