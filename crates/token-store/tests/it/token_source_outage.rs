use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::{Clock as _, TransportErrorKind};

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{Answer, SimulatedGateway, failure, refusal, token};
use crate::simulated_source::{Failure, SimulatedSource};

const THREADS: usize = 64;
const STEP: Duration = Duration::from_millis(500);

/// What a gateway answers that is down in one way or another.
const FAILURES: [fn() -> Answer; 4] = [
    || failure(TransportErrorKind::Connect),
    || failure(TransportErrorKind::TimedOut),
    || refusal(503),
    || refusal(401),
];

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Down from the renewal until just before the end: every call gets a token,
/// without delay but for the time of a request.
#[test]
fn unnoticed() {
    for failure in FAILURES {
        for early_renewal in [30, 300] {
            let clock = Arc::new(SimulatedClock::with_random_numbers(early_renewal));
            let start = clock.monotonic();
            let slow = Arc::clone(&clock);
            let gateway = SimulatedGateway::new(&clock, move |arrival| {
                slow.spend(Duration::from_millis(50));
                let is_down = start + seconds(2) < arrival.at && arrival.at < start + seconds(599);
                if is_down {
                    return failure();
                }
                token(arrival.number, 600)
            });
            let source =
                SimulatedSource::new(&clock, &gateway).with_early_renewal(seconds(early_renewal));
            clock.simulate(THREADS, |_| {
                let mut at = start;
                while at < start + seconds(700) {
                    clock.spend_until(at);
                    let called = clock.monotonic();
                    let token = source.token().unwrap();
                    assert!(clock.monotonic() - called <= Duration::from_millis(50));
                    let expires_at = seconds(token.expires_at().unwrap().as_seconds());
                    assert!(expires_at >= Duration::from_secs(clock.wall().as_secs()));
                    // Only the time around the outage is worth a closer look.
                    at += if at < start + seconds(560) {
                        seconds(7)
                    } else {
                        STEP
                    };
                }
            });
            // One for each of the two tokens, and the failed ones.
            let failed = gateway.count() - 2;
            let most = if early_renewal == 30 { 12 } else { 45 };
            assert!((1..=most).contains(&failed), "{failed} failed");
        }
    }
}

/// Down past the end: one error for each call, in time, and no storm.
#[test]
fn noticed() {
    for failure in FAILURES {
        let clock = Arc::new(SimulatedClock::with_random_numbers(7));
        let start = clock.monotonic();
        let slow = Arc::clone(&clock);
        let gateway = SimulatedGateway::new(&clock, move |arrival| {
            slow.spend(Duration::from_millis(50).min(arrival.limit));
            if start + seconds(2) < arrival.at && arrival.at < start + seconds(1_200) {
                return failure();
            }
            token(arrival.number, 600)
        });
        let source = SimulatedSource::new(&clock, &gateway);
        let errors = clock.simulate(THREADS, |index| {
            let limit = Duration::from_millis(200) * u32::try_from(index + 1).unwrap();
            let mut errors = 0;
            let mut at = start;
            while at < start + seconds(1_300) {
                clock.spend_until(at);
                let called = clock.monotonic();
                let result = source.token_within(limit);
                let waited = clock.monotonic() - called;
                assert!(waited <= limit, "{waited:?} of {limit:?}");
                if let Err(error) = result {
                    assert!(!matches!(error, Failure::FetchPanicked));
                    assert!(called >= start + seconds(600) && called < start + seconds(1_265));
                    errors += 1;
                }
                at = clock.monotonic().max(at + seconds(1));
            }
            errors
        });
        assert!(errors.iter().all(|errors| *errors > 20), "{errors:?}");
        // Ten minutes for 64 callers: one series of attempts, then one attempt
        // for each cool-down; and those of the renewal before.
        let count = gateway.count();
        assert!(count <= 40, "{count} requests");
    }
}
