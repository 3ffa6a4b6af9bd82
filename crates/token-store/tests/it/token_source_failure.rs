use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokenring_oauth::{Clock as _, RetryPolicy, TransportErrorKind};
use tokenring_token_store::{FetchFailure, TokenSource};

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{SimulatedGateway, busy, failure, refusal, token};
use crate::simulated_source::{Failure, SimulatedSource};

const THREADS: usize = 64;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A refusal is asked for again after 5, 10, 20, 40, 60, 60... seconds, however
/// many callers there are; in between they get the very same error.
#[test]
fn cool_down() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |_| refusal(401));
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.monotonic();
    let mut last = source.token().unwrap_err();
    let refusal = last.source().unwrap();
    assert_eq!(
        refusal.to_string(),
        "the token endpoint refused the request"
    );
    let words = refusal.source().unwrap().to_string();
    assert!(words.contains("invalid_client"));
    for _ in 0..2_000 {
        let before = gateway.count();
        let error = source.token().unwrap_err();
        assert_eq!(is_same(&error, &last), gateway.count() == before);
        last = error;
        clock.advance(Duration::from_millis(100));
    }
    let since = |at: Duration| (at - start).as_secs();
    let arrivals: Vec<u64> = gateway.arrivals().into_iter().map(since).collect();
    assert_eq!(arrivals, [0, 5, 15, 35, 75, 135, 195]);
    assert_eq!(source.due_in(), seconds(55));
}

#[test]
fn cool_down_of_the_servers_choice() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |_| busy(403, "42"));
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.monotonic();
    while clock.monotonic() < start + seconds(100) {
        assert!(source.token().is_err());
        clock.advance(seconds(1));
    }
    let arrivals = gateway.arrivals();
    assert_eq!(arrivals, [0, 42, 84].map(|it| start + seconds(it)));
}

/// A failure of long ago does not count.
#[test]
fn success_and_time_heal() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| match arrival.number {
        5 => token(5, 10),
        _ => refusal(401),
    });
    let source = SimulatedSource::new(&clock, &gateway).with_early_renewal(Duration::ZERO);
    for expected in [5, 10, 20, 40] {
        assert!(source.token().is_err());
        assert_eq!(source.due_in(), seconds(expected));
        clock.advance(seconds(expected));
    }
    assert!(source.token().is_ok());
    clock.advance(seconds(10));
    assert!(source.token().is_err());
    assert_eq!(source.due_in(), seconds(5));
    clock.advance(seconds(1_000));
    assert!(source.token().is_err());
    assert_eq!(source.due_in(), seconds(5));
}

/// What is safe to repeat is repeated, for all who wait.
#[test]
fn passing_trouble() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| match arrival.number {
        1 => failure(TransportErrorKind::Connect),
        2 => busy(503, "4"),
        number => token(number, 600),
    });
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.monotonic();
    let tokens = clock.simulate(THREADS, |_| source.token().unwrap().secret().to_owned());
    assert_eq!(tokens, vec!["token-3"; THREADS]);
    let at = [0, 500, 4_500].map(|it| start + Duration::from_millis(it));
    assert_eq!(gateway.arrivals(), at);
}

/// Each caller has its own deadline, and the request none. Only the thread that
/// makes it is late.
#[test]
fn request_that_hangs() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(seconds(100));
        token(arrival.number, 600)
    });
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.monotonic();
    let late = clock.simulate(THREADS, |index| {
        let limit = Duration::from_millis(100) * u32::try_from(index + 1).unwrap();
        match source.token_within(limit) {
            Ok(_) => {
                assert_eq!(clock.monotonic() - start, seconds(100));
                1
            }
            Err(error) => {
                assert!(matches!(error, Failure::DeadlinePassed), "{error:?}");
                assert_eq!(clock.monotonic() - start, limit);
                0
            }
        }
    });
    assert_eq!(late.iter().sum::<usize>(), 1);
    assert_eq!(gateway.count(), 1);
    // It was not for nothing.
    assert_eq!(source.token().unwrap().secret(), "token-1");
}

/// With a transport that knows limits, nobody is late; and a caller without
/// patience does not spoil it for those who have more.
#[test]
fn limited_request() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(arrival.limit.min(seconds(2)));
        if arrival.limit < seconds(2) {
            return failure(TransportErrorKind::TimedOut);
        }
        token(arrival.number, 600)
    });
    let source = SimulatedSource::new(&clock, &gateway);
    let start = clock.monotonic();
    let results = clock.simulate(THREADS, |index| {
        let patience = if index < THREADS / 2 { 1 } else { 20 };
        let result = source.token_within(seconds(patience));
        let waited = clock.monotonic() - start;
        assert!(waited <= seconds(patience), "{waited:?}");
        (patience, result)
    });
    for (patience, result) in results {
        assert!(patience == 1 || result.is_ok(), "{result:?}");
    }
    assert!(gateway.count() <= 2);
}

/// Whether it is the error of the very same request.
fn is_same(one: &Failure, other: &Failure) -> bool {
    match (one, other) {
        (Failure::Fetch(one), Failure::Fetch(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

/// The caller's own code fails: it is not called again before the cool-down is over.
#[test]
fn preparation() {
    let calls = AtomicU64::new(0);
    let clock = Arc::new(SimulatedClock::new());
    let source = TokenSource::new().with_clock(Arc::clone(&clock));
    let fetch = |_| {
        calls.fetch_add(1, Ordering::SeqCst);
        Err(FetchFailure::own(io::Error::other("no key")))
    };
    for (second, expected) in [(0, 1), (4, 1), (1, 2)] {
        clock.advance(seconds(second));
        for _ in 0..10 {
            let error = source.token(fetch).unwrap_err();
            assert_eq!(error.source().unwrap().to_string(), "no key");
        }
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
}

#[test]
fn panic() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(seconds(1));
        assert!(arrival.number > 1, "simulated");
        token(arrival.number, 600)
    });
    let source = SimulatedSource::new(&clock, &gateway);
    let panics = clock.simulate(THREADS, |_| {
        match catch_unwind(AssertUnwindSafe(|| source.token())) {
            Ok(result) => {
                let error = result.unwrap_err();
                assert!(matches!(error, Failure::FetchPanicked), "{error:?}");
                0
            }
            Err(_) => 1,
        }
    });
    assert_eq!(panics.iter().sum::<usize>(), 1);
    assert!(source.token().is_err());
    clock.advance(seconds(5));
    let tokens = clock.simulate(THREADS, |_| source.token().unwrap().secret().to_owned());
    assert_eq!(tokens, vec!["token-2"; THREADS]);
}

/// Even a source that is told not to wait at all does not spin.
#[test]
fn no_cool_down() {
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, |arrival| match arrival.number {
        1 => token(1, 600),
        _ => failure(TransportErrorKind::Connect),
    });
    let policy = RetryPolicy::new().with_backoff(Duration::ZERO, Duration::ZERO);
    let source = SimulatedSource::new(&clock, &gateway)
        .with_retry(policy)
        .with_cool_down(Duration::ZERO, Duration::ZERO);
    source.token().unwrap();
    clock.advance(seconds(570));
    for _ in 0..10 {
        assert!(source.token().is_ok());
    }
    assert_eq!(gateway.count(), 11);
    clock.advance(seconds(30));
    assert!(source.token().is_err());
    assert_eq!(gateway.count(), 15);
}
