//! A pause that a server has asked one process for, which others keep as well.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokenring_oauth::Clock as _;
use tokenring_token_store::{
    CacheKey, DirectoryStore, Error, Lookup, Mode, PastFailure, Source, Store,
};

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
        self.process_for(key())
    }

    /// One that wants the token of another key.
    fn process_for(&self, key: CacheKey) -> SimulatedSource {
        let store: Arc<dyn Store> =
            Arc::new(DirectoryStore::open(&self.folder.path().join("tokens")).unwrap());
        SimulatedSource::new(&self.clock, &self.gateway).with_store(&store, key)
    }

    fn note(&self) -> PathBuf {
        self.note_of(key().as_str())
    }

    fn note_of(&self, hash: &str) -> PathBuf {
        let name = format!("{hash}.failure");
        self.folder.path().join("tokens").join(name)
    }

    /// Changes both notes of a pause: that of the key, and that of its client.
    fn change_notes(&self, change: impl Fn(String) -> String) {
        for hash in [key().as_str(), key().pause_hash()] {
            let text = fs::read_to_string(self.note_of(hash)).unwrap();
            fs::write(self.note_of(hash), change(text)).unwrap();
        }
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
    check(|machine| machine.change_notes(|_| String::new()));
    check(|machine| machine.change_notes(|_| "{}".to_owned()));
    check(|machine| {
        machine.change_notes(|text| {
            let changed = text.replacen("\"cool_down\":600", "\"cool_down\":3600", 1);
            assert_ne!(changed, text);
            changed
        });
    });
    check(|machine| machine.change_notes(|text| text[..text.len() / 2].to_owned()));
    check(|machine| machine.clock.jump(Duration::ZERO, -7_200_000));
    check(|machine| {
        fs::remove_file(machine.note()).unwrap();
        fs::remove_file(machine.note_of(key().pause_hash())).unwrap();
    });
}

fn other_key(endpoint: &str, client_id: &str, scope: &str) -> CacheKey {
    let builder = CacheKey::builder(endpoint, client_id);
    builder.with_scope(scope).build()
}

/// Servers count the requests of a client: its other scopes wait too, other clients and other
/// servers do not.
#[test]
fn a_pause_holds_for_the_client_at_its_endpoint() {
    #[track_caller]
    fn check(endpoint: &str, client_id: &str, keeps: bool) {
        let machine = Machine::new(|arrival| match arrival.number {
            1 => busy(429, "600"),
            number => token(number, 600),
        });
        let first = other_key("https://gateway.example/token", "client", "a");
        assert!(machine.process_for(first.clone()).token().is_err());
        let other = machine.process_for(other_key(endpoint, client_id, "b"));
        match keeps {
            true => {
                let failure = recent(&other);
                assert!(failure.is_stated_pause());
                let place = machine.note_of(first.pause_hash());
                assert_eq!(failure.place(), Some(place.as_path()));
                assert_eq!(machine.gateway.count(), 1);
            }
            false => assert_eq!(other.token().unwrap().secret(), "token-2"),
        }
    }
    check("https://gateway.example/token", "client", true);
    check("https://gateway.example/token", "another", false);
    check("https://gateway.example/token/2", "client", false);
}

/// One that has the time waits for the end of the pause, and its token ends it for all.
#[test]
fn another_scope_waits_for_its_end() {
    let machine = Machine::new(|arrival| match arrival.number {
        1 => busy(503, "12"),
        number => token(number, 600),
    });
    let keys = ["a", "b"].map(|scope| other_key("https://gateway.example/token", "client", scope));
    let start = machine.clock.monotonic();
    let [first, other] = keys.clone().map(|key| machine.process_for(key));
    assert!(first.token_within(seconds(2)).is_err());
    let tokens = machine.clock.simulate(1, |_| other.token().unwrap());
    assert_eq!(tokens[0].secret(), "token-2");
    assert_eq!(machine.gateway.arrivals(), [start, start + seconds(12)]);
    assert!(!machine.note_of(keys[0].pause_hash()).exists());
}

/// What lies under the client's name is taken only as the pause of that very client.
#[test]
fn foreign_notes_stop_nobody() {
    #[track_caller]
    fn check(plant: impl Fn(&Machine, &CacheKey)) {
        let machine = Machine::new(|arrival| match arrival.number {
            1 => busy(429, "600"),
            number => token(number, 600),
        });
        let [first, other] =
            ["first", "other"].map(|id| other_key("https://gateway.example/token", id, "a"));
        assert!(machine.process_for(first.clone()).token().is_err());
        fs::remove_file(machine.note_of(first.as_str())).unwrap();
        plant(&machine, &other);
        let token = machine.process_for(other).token().unwrap();
        assert_eq!(token.secret(), "token-2");
    }
    let first = other_key("https://gateway.example/token", "first", "a");
    // That of another client, by copy or link.
    check(|machine, other| {
        let from = machine.note_of(first.pause_hash());
        fs::copy(from, machine.note_of(other.pause_hash())).unwrap();
    });
    check(|machine, other| {
        let from = machine.note_of(first.pause_hash());
        std::os::unix::fs::symlink(from, machine.note_of(other.pause_hash())).unwrap();
    });
    // One that others can write to.
    check(|machine, other| {
        let mine = machine.process_for(other_key("https://gateway.example/token", "first", "b"));
        recent(&mine);
        let note = machine.note_of(other.pause_hash());
        fs::copy(machine.note_of(first.pause_hash()), &note).unwrap();
        fs::set_permissions(&note, fs::Permissions::from_mode(0o666)).unwrap();
    });
    check(|machine, other| fs::create_dir(machine.note_of(other.pause_hash())).unwrap());
}
