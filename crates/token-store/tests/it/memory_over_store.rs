//! Several sources, as several processes have them, over one store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokenring_oauth::{Clock as _, TransportErrorKind};
use tokenring_token_store::{Error, Lookup, Mode, Source, Store};

use crate::map_store::MapStore;
use crate::scratch::key;
use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{Answer, Arrival, SimulatedGateway, busy, failure, refusal, token};
use crate::simulated_source::SimulatedSource;

struct Stage {
    clock: Arc<SimulatedClock>,
    gateway: Arc<SimulatedGateway>,
    map: MapStore,
    store: Arc<dyn Store>,
}

impl Stage {
    fn new(answer: impl Fn(Arrival) -> Answer + Send + Sync + 'static) -> Self {
        let clock = Arc::new(SimulatedClock::new());
        Self::with_clock(clock, answer)
    }

    fn with_clock(
        clock: Arc<SimulatedClock>,
        answer: impl Fn(Arrival) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let gateway = SimulatedGateway::new(&clock, answer);
        let map = MapStore::default();
        Self {
            store: Arc::new(map.clone()),
            clock,
            gateway,
            map,
        }
    }

    /// One more process.
    fn source(&self) -> SimulatedSource {
        SimulatedSource::new(&self.clock, &self.gateway).with_store(&self.store, key())
    }

    fn looks(&self) -> usize {
        std::mem::take(&mut self.map.contents().looks)
    }
}

fn tokens(arrival: Arrival) -> Answer {
    token(arrival.number, 600)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn check(source: &SimulatedSource, lookup: &Lookup, expected: (Source, &str)) {
    let outcome = source.get(lookup).unwrap();
    let got = (outcome.source(), outcome.token().secret());
    assert_eq!(got, expected);
    assert!(outcome.warning().is_none());
}

#[test]
fn memory_then_store_then_gateway() {
    let stage = Stage::new(tokens);
    let (one, other) = (stage.source(), stage.source());
    let any = Lookup::new();
    check(&one, &any, (Source::Fetch, "token-1"));
    // One look before the request, and one with the lease in hand.
    assert_eq!(stage.looks(), 2);
    check(&one, &any, (Source::Memory, "token-1"));
    assert_eq!(stage.looks(), 0);
    check(&other, &any, (Source::Store, "token-1"));
    assert_eq!(stage.looks(), 1);
    check(&other, &any, (Source::Memory, "token-1"));
    assert_eq!((stage.looks(), stage.gateway.count()), (0, 1));

    // One renews early; the other finds its token in the store when its own is due.
    stage.clock.advance(seconds(570));
    check(&one, &any, (Source::Fetch, "token-2"));
    check(&other, &any, (Source::Store, "token-2"));
    stage.clock.advance(seconds(600));
    check(&other, &any, (Source::Fetch, "token-3"));
    check(&one, &any, (Source::Store, "token-3"));
    assert_eq!(stage.gateway.count(), 3);
}

#[test]
fn what_a_lookup_wants_holds_for_memory_and_store() {
    let stage = Stage::new(tokens);
    let (one, other) = (stage.source(), stage.source());
    let any = Lookup::new();
    let long = Lookup::new().with_minimum_lifetime(seconds(500));
    check(&one, &long, (Source::Fetch, "token-1"));
    stage.clock.advance(seconds(101));
    check(&other, &any, (Source::Store, "token-1"));
    check(&other, &long, (Source::Fetch, "token-2"));
    // In memory is the old one still, and in the store a new one.
    check(&one, &long, (Source::Store, "token-2"));

    let refresh = Lookup::new().with_mode(Mode::Refresh);
    check(&one, &refresh, (Source::Fetch, "token-3"));
    check(&one, &any, (Source::Memory, "token-3"));
    let bypass = Lookup::new().with_mode(Mode::Bypass);
    stage.looks();
    check(&one, &bypass, (Source::Fetch, "token-4"));
    assert_eq!(stage.looks(), 0);
    check(&one, &any, (Source::Memory, "token-3"));

    // Even without time, what is there is found.
    let hurried = Lookup::new().with_timeout(Duration::ZERO);
    check(&stage.source(), &hurried, (Source::Store, "token-3"));
    stage.clock.advance(seconds(600));
    let late = stage.source().get(&hurried).unwrap_err();
    assert!(matches!(late, Error::DeadlinePassed), "{late:?}");
    assert_eq!(stage.gateway.count(), 4);
}

#[test]
fn a_rejected_token_is_replaced_once_for_all() {
    let stage = Stage::new(tokens);
    let (one, other) = (stage.source(), stage.source());
    let any = Lookup::new();
    let first = one.get(&any).unwrap().into_token();
    other.get(&any).unwrap();
    let replace = Lookup::new().with_rejected_token(first.access_token().clone());
    check(&one, &replace, (Source::Fetch, "token-2"));
    check(&other, &replace, (Source::Store, "token-2"));
    check(&one, &replace, (Source::Memory, "token-2"));
    // What was dropped from memory does not come back out of the store.
    let second = one.get(&any).unwrap().into_token();
    one.invalidate(second.access_token());
    check(&one, &any, (Source::Fetch, "token-3"));
    // A gateway that gives the same token again is asked once.
    let same = Stage::new(|_| token(1, 600));
    let source = same.source();
    source.get(&any).unwrap();
    check(&source, &replace, (Source::Fetch, "token-1"));
    for _ in 0..10 {
        check(&source, &any, (Source::Memory, "token-1"));
    }
    assert_eq!(same.gateway.count(), 2);
}

/// Four processes of sixteen threads, for twenty tokens.
#[test]
fn one_request_in_each_lifetime() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let stage = Stage::with_clock(clock, move |arrival| {
        slow.spend(Duration::from_millis(100));
        token(arrival.number, 10)
    });
    let sources: Vec<_> = (0..4)
        .map(|_| stage.source().with_early_renewal(Duration::ZERO))
        .collect();
    let start = stage.clock.monotonic();
    stage.clock.simulate(64, |thread| {
        for second in 0..200 {
            stage.clock.spend_until(start + seconds(second));
            let token = sources[thread % 4].token().unwrap();
            assert_eq!(token.secret(), format!("token-{}", second / 10 + 1));
        }
    });
    assert_eq!(stage.gateway.count(), 20);
}

#[test]
fn the_one_that_renews_is_not_waited_for() {
    let clock = Arc::new(SimulatedClock::new());
    let slow = Arc::clone(&clock);
    let stage = Stage::with_clock(clock, move |arrival| {
        if arrival.number > 1 {
            slow.spend(seconds(3));
        }
        token(arrival.number, 600)
    });
    let sources = [stage.source(), stage.source()];
    for source in &sources {
        source.token().unwrap();
    }
    stage.clock.advance(seconds(580));
    let start = stage.clock.monotonic();
    let waited = stage.clock.simulate(2, |number| {
        // The second one comes while the first one is at it.
        let clock = &stage.clock;
        clock.spend(seconds(u64::try_from(number).unwrap()));
        for _ in 0..10 {
            sources[number].token().unwrap();
        }
        clock.monotonic() - start
    });
    assert_eq!(waited, [seconds(3), seconds(1)]);
    stage.clock.advance(seconds(2));
    check(&sources[1], &Lookup::new(), (Source::Store, "token-2"));
    assert_eq!(stage.gateway.count(), 2);
}

#[test]
fn a_failure_rests_in_memory_and_store() {
    let stage = Stage::new(|_| refusal(401));
    let (one, other) = (stage.source(), stage.source());
    assert!(matches!(one.token(), Err(Error::Fetch(_))));
    stage.looks();
    for _ in 0..10 {
        assert!(matches!(one.token(), Err(Error::Fetch(_))));
        let Err(Error::RecentFailure(past)) = other.token() else {
            unreachable!("the request was repeated");
        };
        assert_eq!(past.cool_down(), seconds(5));
        assert!(past.note().contains("invalid_client"), "{past}");
    }
    // Memory remembers both.
    assert_eq!((stage.looks(), stage.gateway.count()), (1, 1));
    assert_eq!((one.due_in(), other.due_in()), (seconds(5), seconds(5)));
    // Whoever is first makes the next attempt, and the rest is longer.
    stage.clock.advance(seconds(5));
    assert!(matches!(one.token(), Err(Error::Fetch(_))));
    assert!(matches!(other.token(), Err(Error::RecentFailure(_))));
    assert_eq!((one.due_in(), other.due_in()), (seconds(10), seconds(10)));
    // A refresh does not wait for it.
    let refresh = Lookup::new().with_mode(Mode::Refresh);
    assert!(matches!(other.get(&refresh), Err(Error::Fetch(_))));
    assert_eq!(stage.gateway.count(), 3);
}

#[test]
fn a_server_that_is_busy_is_left_alone_by_all() {
    let stage = Stage::new(|_| busy(403, "42"));
    let sources = [stage.source(), stage.source()];
    for second in 0..100 {
        assert!(sources[second % 2].token().is_err());
        stage.clock.advance(seconds(1));
    }
    assert_eq!(stage.gateway.count(), 3);
}

#[test]
fn nobody_notices_an_outage_while_the_token_is_valid() {
    let stage = Stage::new(|arrival| match arrival.number {
        1 => token(1, 600),
        _ => failure(TransportErrorKind::Connect),
    });
    let sources = [stage.source(), stage.source()];
    for source in &sources {
        source.token().unwrap();
    }
    stage.clock.advance(seconds(570));
    stage.looks();
    for _ in 0..290 {
        for source in &sources {
            assert_eq!(source.token().unwrap().secret(), "token-1");
        }
        stage.clock.advance(Duration::from_millis(100));
    }
    assert!((2..=16).contains(&stage.gateway.count()));
    assert!(stage.looks() < 200);
}

/// Whatever fails of a store: the token comes, one request for each source, and renewed
/// early.
#[test]
fn a_store_that_is_broken_is_gone_without() {
    for broken in [&["get"][..], &["lease"], &["put_if"], &["get", "lease"]] {
        let stage = Stage::new(tokens);
        stage.map.contents().broken = broken;
        let source = stage.source();
        for (second, expected) in [(0, "token-1"), (570, "token-2")] {
            stage.clock.advance(seconds(second));
            let outcome = source.get(&Lookup::new()).unwrap();
            assert_eq!(outcome.source(), Source::Fetch, "{broken:?}");
            assert_eq!(outcome.token().secret(), expected, "{broken:?}");
            let warning = outcome.warning().map(ToString::to_string);
            let warning = warning.unwrap_or_default();
            assert!(
                warning.starts_with("the token store cannot be used"),
                "{broken:?}"
            );
            let again = source.get(&Lookup::new()).unwrap();
            assert_eq!(again.source(), Source::Memory, "{broken:?}");
            assert!(again.warning().is_none(), "{broken:?}");
        }
    }
}

#[test]
fn nothing_is_stored_by_a_lease_that_was_taken_away() {
    let map = MapStore::default();
    let taken = map.clone();
    let clock = Arc::new(SimulatedClock::new());
    let gateway = SimulatedGateway::new(&clock, move |arrival| {
        if arrival.number == 1 {
            taken.expire_leases();
        }
        token(arrival.number, 600)
    });
    let store: Arc<dyn Store> = Arc::new(map);
    let source = || SimulatedSource::new(&clock, &gateway).with_store(&store, key());
    check(&source(), &Lookup::new(), (Source::Fetch, "token-1"));
    check(&source(), &Lookup::new(), (Source::Fetch, "token-2"));
    check(&source(), &Lookup::new(), (Source::Store, "token-2"));
}

/// Before the closure is called, memory and store were looked at.
#[test]
fn nothing_is_prepared_before_the_store_was_looked_at() {
    let stage = Stage::new(tokens);
    stage.source().token().unwrap();
    let prepared = AtomicUsize::new(0);
    let source = stage.source();
    let outcome = source.source().token(|attempt| {
        prepared.fetch_add(1, Ordering::SeqCst);
        source.fetch(attempt)
    });
    assert_eq!(outcome.unwrap().source(), Source::Store);
    assert_eq!(prepared.load(Ordering::SeqCst), 0);
}

/// A service whose signing key is replaced goes on with its token, under another key.
#[test]
fn the_key_may_change() {
    let stage = Stage::new(tokens);
    let source = stage.source();
    source.token().unwrap();
    let other = tokenring_token_store::CacheKey::builder("https://other.example/", "b").build();
    source.source().change_key(other);
    check(&source, &Lookup::new(), (Source::Memory, "token-1"));
    stage.clock.advance(seconds(600));
    check(&source, &Lookup::new(), (Source::Fetch, "token-2"));
    check(&stage.source(), &Lookup::new(), (Source::Fetch, "token-3"));
}

/// A store reads one clock, and memory two: the token ends as memory has it.
#[test]
fn a_clock_that_is_set_back_makes_no_token_last_longer() {
    for (second, expected) in [
        (500, Source::Memory),
        (580, Source::Fetch),
        (600, Source::Fetch),
    ] {
        let stage = Stage::new(tokens);
        let source = stage.source();
        source.token().unwrap();
        stage.clock.advance(seconds(second));
        stage.clock.jump(Duration::ZERO, -300_000);
        let outcome = source.get(&Lookup::new()).unwrap();
        assert_eq!(outcome.source(), expected, "after {second} s");
        // Other processes cannot know.
        let outcome = stage.source().get(&Lookup::new()).unwrap();
        assert_eq!(outcome.source(), Source::Store, "after {second} s");
    }
}
