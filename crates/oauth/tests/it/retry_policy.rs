use std::time::Duration;

use tokenring_oauth::{Clock as _, Error, Retry, RetryPolicy, TransportErrorKind};

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{Answer, SimulatedGateway, busy, failure, refusal, request, token};

/// Seconds from the start to each attempt and to the end.
#[track_caller]
fn check(policy: &RetryPolicy, answer: fn() -> Answer, expected: &[f64], end: f64) {
    let clock = std::sync::Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, move |_| answer());
    let start = clock.monotonic();
    clock.simulate(1, |_| {
        let result = policy.run(&clock, |attempt| {
            let number = u128::from(attempt.number());
            request(number).send_within(&gateway, attempt.time_left())
        });
        assert_eq!(result.is_ok(), answer().is_ok_and(|it| it.status() == 200));
    });
    let since = |at: Duration| (at - start).as_secs_f64();
    let arrivals: Vec<f64> = gateway.arrivals().into_iter().map(since).collect();
    assert_eq!(arrivals, expected);
    assert_eq!(since(clock.monotonic()), end);
}

#[test]
fn only_what_is_safe_is_repeated() {
    let policy = RetryPolicy::new();
    let four = [0.0, 0.5, 1.5, 3.5];
    check(&policy, || failure(TransportErrorKind::Connect), &four, 3.5);
    let unresolved = || failure(TransportErrorKind::NameResolution);
    check(&policy, unresolved, &four, 3.5);
    check(&policy, || refusal(429), &four, 3.5);
    check(&policy, || refusal(408), &four, 3.5);
    check(&policy, || refusal(502), &four, 3.5);
    check(&policy, || refusal(503), &four, 3.5);
    check(&policy, || refusal(504), &four, 3.5);

    let once: [fn() -> Answer; 17] = [
        || token(1, 599),
        || refusal(400),
        || refusal(401),
        || refusal(403),
        || refusal(404),
        || refusal(500),
        || refusal(501),
        || refusal(505),
        || failure(TransportErrorKind::Tls),
        || failure(TransportErrorKind::TimedOut),
        || failure(TransportErrorKind::TooLarge),
        || failure(TransportErrorKind::Truncated),
        || failure(TransportErrorKind::UnsupportedEncoding),
        || failure(TransportErrorKind::Proxy),
        || failure(TransportErrorKind::Protocol),
        || failure(TransportErrorKind::RequestBody),
        || failure(TransportErrorKind::Other),
    ];
    for once in once {
        let clock = std::sync::Arc::new(SimulatedClock::new());
        let gateway = SimulatedGateway::new(&clock, move |_| once());
        let _ = policy.run(&*clock, |_| request(1).send(&*gateway));
        assert_eq!(gateway.count(), 1);
    }
}

#[test]
fn limits() {
    let policy = RetryPolicy::new();
    let connect = || failure(TransportErrorKind::Connect);
    check(&policy.clone().with_attempts(1), connect, &[0.0], 0.0);
    check(&policy.clone().with_attempts(0), connect, &[0.0], 0.0);
    // The deadline: no pause that would end beyond it is begun.
    let hurried = policy.clone().with_timeout(Duration::from_secs(3));
    check(&hurried, connect, &[0.0, 0.5, 1.5], 1.5);
    let hurried = policy.clone().with_timeout(Duration::from_millis(500));
    check(&hurried, connect, &[0.0], 0.0);
    // The longest pause.
    let flat = policy.with_backoff(Duration::from_secs(1), Duration::from_secs(2));
    check(&flat, connect, &[0.0, 1.0, 3.0, 5.0], 5.0);
}

#[test]
fn retry_after() {
    let policy = RetryPolicy::new();
    let minute = policy.clone().with_timeout(Duration::from_secs(600));
    check(&policy, || busy(503, "7"), &[0.0, 7.0, 14.0, 21.0], 21.0);
    check(&policy, || busy(429, "12"), &[0.0, 12.0, 24.0], 24.0);
    check(&policy, || busy(500, "12"), &[0.0, 12.0, 24.0], 24.0);
    check(&policy, || busy(408, "12"), &[0.0, 12.0, 24.0], 24.0);
    // Shorter than our own pause.
    check(&policy, || busy(503, "0"), &[0.0, 0.5, 1.5, 3.5], 3.5);
    // Longer than there is time.
    check(&policy, || busy(503, "30"), &[0.0], 0.0);
    // Capped.
    check(
        &minute,
        || busy(503, "86400"),
        &[0.0, 60.0, 120.0, 180.0],
        180.0,
    );
    // Not with a refusal.
    check(&minute, || busy(401, "1"), &[0.0], 0.0);
}

#[test]
fn chance() {
    let policy = RetryPolicy::new().with_attempts(u32::MAX);
    let pause = |number, random| {
        let pause = policy.pause_after(number, Retry::AfterPause, random);
        pause.unwrap().as_millis()
    };
    assert_eq!(pause(1, 0), 500);
    assert_eq!(pause(1, 1 << 63), 375);
    assert_eq!(pause(1, u64::MAX), 250);
    assert_eq!(pause(5, 0), 8_000);
    assert_eq!(pause(6, 0), 10_000);
    assert_eq!(pause(u32::MAX - 1, 0), 10_000);
    assert_eq!(pause(u32::MAX - 1, u64::MAX), 5_000);
    // Never earlier than the server asked for.
    for random in [0, 1 << 63, u64::MAX] {
        let asked = Duration::from_secs(20);
        let pause = policy.pause_after(1, Retry::After(asked), random).unwrap();
        assert!(pause >= asked && pause <= asked + Duration::from_millis(500));
    }
    assert_eq!(policy.pause_after(u32::MAX, Retry::AfterPause, 0), None);
    assert_eq!(policy.pause_after(1, Retry::Never, 0), None);
}

/// The time left shrinks, and reaches the transport.
#[test]
fn time_left() {
    let clock = std::sync::Arc::new(SimulatedClock::new());
    let slow = std::sync::Arc::clone(&clock);
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        slow.spend(Duration::from_secs(9));
        let left = 30.0 - [0.0, 9.5, 19.5][arrival.number - 1];
        assert_eq!(arrival.limit.as_secs_f64(), left);
        failure(TransportErrorKind::Connect)
    });
    let results = clock.simulate(1, |_| {
        RetryPolicy::new().run(&*clock, |attempt| {
            let number = u128::from(attempt.number());
            request(number).send_within(&gateway, attempt.time_left())
        })
    });
    assert!(matches!(results.as_slice(), [Err(Error::Transport(_))]));
    assert_eq!(gateway.count(), 3);
}

#[test]
fn attempts_are_an_interval_apart() {
    let interval = Duration::from_secs(2);
    let policy = RetryPolicy::new().with_interval(interval);
    let pause = |number| policy.pause_after(number, Retry::AfterPause, u64::MAX);
    assert_eq!(pause(1), Some(interval));
    assert_eq!(pause(2), Some(interval));
    let later = policy.pause_after(3, Retry::AfterPause, 0);
    assert!(later.is_some_and(|later| later >= interval), "{later:?}");
    let asked = policy.pause_after(1, Retry::After(Duration::from_secs(7)), 0);
    assert!(asked.is_some_and(|asked| asked >= Duration::from_secs(7)));
}
