//! A pause that a server has asked one process for, which others keep as well.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokenring_oauth::Clock as _;
use tokenring_token_store::{DirectoryStore, Error, Lookup, Mode, PastFailure, Source, Store};

use crate::scratch::key;
use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{Answer, Arrival, SimulatedGateway, busy, token};
use crate::simulated_source::SimulatedSource;

/// Processes of one user, and a server that they ask.
struct Machine {
    clock: Arc<SimulatedClock>,
    gateway: Arc<SimulatedGateway>,
    folder: tempfile::TempDir,
}

impl Machine {
    fn new(answer: impl Fn(Arrival) -> Answer + Send + Sync + 'static) -> Self {
        let clock = Arc::new(SimulatedClock::new());
        Self {
            gateway: SimulatedGateway::new(&clock, answer),
            clock,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// One more process, which opens the directory for itself.
    fn process(&self) -> SimulatedSource {
        let store: Arc<dyn Store> =
            Arc::new(DirectoryStore::open(&self.folder.path().join("tokens")).unwrap());
        SimulatedSource::new(&self.clock, &self.gateway).with_store(&store, key())
    }

    fn note(&self) -> PathBuf {
        let name = format!("{}.failure", key().as_str());
        self.folder.path().join("tokens").join(name)
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn recent(process: &SimulatedSource) -> PastFailure {
    match process.token() {
        Err(Error::RecentFailure(failure)) => failure,
        other => unreachable!("{other:?}"),
    }
}

/// All come for a token within two seconds, and are told to wait for twelve: they wait, and one of
/// them asks for all.
#[test]
fn those_with_time_wait_for_its_end() {
    for status in [429, 503, 500] {
        let machine = Machine::new(move |arrival| match arrival.number {
            1 => busy(status, "12"),
            number => token(number, 600),
        });
        let waited = Arc::new(Mutex::new(Vec::new()));
        let processes: [_; 3] = std::array::from_fn(|_| {
            let waited = Arc::clone(&waited);
            machine.process().with_pause_listener(move |failure| {
                waited.lock().unwrap().push(failure.ends_at());
            })
        });
        let start = machine.clock.monotonic();
        let tokens = machine.clock.simulate(3, |number| {
            machine.clock.spend(seconds(number.try_into().unwrap()));
            processes[number].token().unwrap().secret().to_owned()
        });
        assert_eq!(tokens, ["token-2"; 3]);
        let arrivals = machine.gateway.arrivals();
        assert_eq!(arrivals, [start, start + seconds(12)]);
        // Whoever was told heard it from the server.
        assert_eq!(waited.lock().unwrap().len(), 2);
        assert!(!machine.note().exists());
    }
}

#[test]
fn those_without_fail_at_once() {
    let machine = Machine::new(|arrival| match arrival.number {
        1 => busy(503, "600"),
        number => token(number, 600),
    });
    let (one, other) = (machine.process(), machine.process());
    let start = machine.clock.monotonic();
    assert!(matches!(one.token(), Err(Error::Fetch(_))));
    let failure = recent(&other);
    assert!(failure.is_stated_pause());
    assert_eq!(failure.place(), Some(machine.note().as_path()));
    let now = failure.failed_at();
    assert!(failure.cools_for(now) >= seconds(600));
    assert!(failure.note().contains("503"), "{failure}");
    assert_eq!(machine.clock.monotonic(), start);
    // Memory knows of it, too, and both come back when the time is there.
    machine.clock.advance(seconds(570));
    recent(&other);
    assert_eq!(machine.gateway.count(), 1);
    machine.clock.advance(seconds(5));
    let tokens = machine.clock.simulate(1, |_| other.token().unwrap());
    assert_eq!(tokens[0].secret(), "token-2");
    let arrived = machine.gateway.arrivals()[1] - start;
    assert!(
        arrived >= seconds(600) && arrived <= seconds(602),
        "{arrived:?}"
    );
    // One that comes later finds the token.
    assert_eq!(machine.process().token().unwrap().secret(), "token-2");
}

/// A server that is busy again is asked once in each of its pauses.
#[test]
fn a_pause_after_a_pause() {
    let machine = Machine::new(|arrival| match arrival.number {
        1..=2 => busy(429, "8"),
        number => token(number, 600),
    });
    let processes: [_; 4] = std::array::from_fn(|_| machine.process());
    let start = machine.clock.monotonic();
    let tokens = machine.clock.simulate(4, |number| {
        processes[number].token().unwrap().secret().to_owned()
    });
    assert_eq!(tokens, ["token-3"; 4]);
    let gaps = machine.gateway.arrivals();
    assert_eq!(gaps.len(), 3);
    assert!(gaps[1] - start >= seconds(8) && gaps[2] - gaps[1] >= seconds(8));
    assert!(gaps[2] - start < seconds(19), "{gaps:?}");
}

#[test]
fn a_refresh_asks_anyway() {
    let machine = Machine::new(|arrival| match arrival.number {
        1 => busy(429, "600"),
        number => token(number, 600),
    });
    assert!(machine.process().token().is_err());
    let refresh = Lookup::new().with_mode(Mode::Refresh);
    let outcome = machine.process().get(&refresh).unwrap();
    assert_eq!(outcome.source(), Source::Fetch);
    let bypass = Lookup::new().with_mode(Mode::Bypass);
    assert!(machine.process().get(&bypass).is_ok());
}

/// An hour at most, whatever the server says.
#[test]
fn a_pause_without_end() {
    let machine = Machine::new(|arrival| match arrival.number {
        1 => busy(429, "999999999999"),
        number => token(number, 600),
    });
    assert!(machine.process().token().is_err());
    let failure = recent(&machine.process());
    assert_eq!(failure.cool_down(), PastFailure::LONGEST_STATED_PAUSE);
    machine.clock.advance(seconds(3600));
    assert!(machine.process().token().is_ok());
}

/// A note that is not as it was written, or from the future, keeps nobody from asking.
#[test]
fn notes_that_do_not_count() {
    #[track_caller]
    fn check(change: impl Fn(&Machine)) {
        let machine = Machine::new(|arrival| match arrival.number {
            1 => busy(429, "600"),
            number => token(number, 600),
        });
        assert!(machine.process().token().is_err());
        recent(&machine.process());
        change(&machine);
        assert_eq!(machine.process().token().unwrap().secret(), "token-2");
    }
    check(|machine| fs::write(machine.note(), "").unwrap());
    check(|machine| fs::write(machine.note(), "{}").unwrap());
    check(|machine| {
        let text = fs::read_to_string(machine.note()).unwrap();
        let text = text.replacen("\"cool_down\":600", "\"cool_down\":3600", 1);
        assert!(text.contains("3600"), "{text}");
        fs::write(machine.note(), text).unwrap();
    });
    check(|machine| {
        let text = fs::read_to_string(machine.note()).unwrap();
        fs::write(machine.note(), &text[..text.len() / 2]).unwrap();
    });
    check(|machine| machine.clock.jump(Duration::ZERO, -7_200_000));
    check(|machine| fs::remove_file(machine.note()).unwrap());
}
