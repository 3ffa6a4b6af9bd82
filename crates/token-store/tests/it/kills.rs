//! Processes that are killed in the midst of a renewal.

use std::collections::HashSet;
use std::fs;
use std::hint;
use std::path::Path;
use std::time::{Duration, Instant};

use tokenring_token_store::DirectoryStore;

use crate::process::Task;
use crate::scratch::{Call, Down, at, key, token};

const KILLS: usize = 1000;
/// Processes that run together, and are killed one after the other.
const TOGETHER: usize = 2;
const SEED: u64 = 0x746f_6b65_6e72_696e;

/// Pseudo-random microseconds (xorshift), below a bound.
fn micros(state: &mut u64, bound: u64) -> Duration {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    Duration::from_micros(*state % bound)
}

fn spin(duration: Duration) {
    let started = Instant::now();
    while started.elapsed() < duration {
        hint::spin_loop();
    }
}

fn extensions(path: &Path) -> HashSet<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    fs::read_dir(path)
        .unwrap()
        .map(|entry| name(entry.unwrap()).replacen(key().as_str(), "", 1))
        .collect()
}

#[test]
fn a_thousand_kills_leave_nothing_to_clean_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let cache = DirectoryStore::open(&path).unwrap();
    let task = Task::new(&path)
        .mode("churn")
        .fetch(Duration::from_micros(50));
    let key = key();
    let mut seed = SEED;
    let own = format!("test-token-{}-", std::process::id());
    let (mut drafts, mut tokens, mut slowest) = (0, HashSet::new(), Duration::ZERO);
    for _ in 0..KILLS / TOGETHER {
        let mut all: Vec<_> = (0..TOGETHER).map(|_| task.start()).collect();
        for running in &mut all {
            running.wait_until_ready();
        }
        for running in &mut all {
            running.go();
        }
        for running in &mut all {
            spin(micros(&mut seed, 3000));
            running.child.kill().unwrap();
        }
        for running in &mut all {
            running.child.wait().unwrap();
        }
        let left = extensions(&path);
        drafts += usize::from(left.iter().any(|end| end.ends_with(".new")));
        // What stands there is whole.
        let entries = cache.list().unwrap();
        assert_eq!(entries.len(), usize::from(left.contains(".json")));
        // And the next call works: it reads a token that somebody fetched, or
        // gets the lock at once.
        let started = Instant::now();
        let lookup = Call::new(&key, at(0)).with_timeout(Duration::from_secs(10));
        let fetch = |_| Ok(token(at(0), Some(600)));
        let outcome = lookup.get_or_fetch::<Down>(&cache, fetch).unwrap();
        assert!(outcome.warning().is_none());
        let text = outcome.token().access_token().secret().to_owned();
        if !text.starts_with(&own) {
            tokens.insert(text);
        }
        let renewal = lookup.with_mode(tokenring_token_store::Mode::Refresh);
        let outcome = renewal.get_or_fetch::<Down>(&cache, fetch).unwrap();
        assert!(outcome.warning().is_none());
        slowest = slowest.max(started.elapsed());
        assert_eq!(
            extensions(&path),
            HashSet::from([".json".into(), ".lock".into()])
        );
    }
    println!(
        "{KILLS} kills: {drafts} rounds left a draft, {} tokens of \
         killed processes were read back, \
         the slowest look and renewal after a kill took {slowest:?}",
        tokens.len()
    );
    assert!(tokens.iter().all(|token| token.starts_with("test-token-")));
    assert!(
        tokens.len() > KILLS / 10,
        "hardly any process got to store a token"
    );
    assert!(drafts > 0, "no kill fell into a renewal");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}
