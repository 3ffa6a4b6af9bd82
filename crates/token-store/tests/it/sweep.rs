//! What is of no use any more goes, a little at a time or when it is asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use tokenring_assertion::NumericDate;
use tokenring_token_store::{CacheKey, Mode, Source};

use crate::scratch::{Call, START, Scratch, at, key};

fn other(number: usize) -> CacheKey {
    CacheKey::builder("https://other.example/token", &number.to_string()).build()
}

fn name(key: &CacheKey, extension: &str) -> String {
    format!("{}.{extension}", key.as_str())
}

fn write(path: &Path, contents: &str) {
    fs::write(path, contents).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Prepares the files of another key, and has a token requested so many seconds later.
#[track_caller]
fn check(seconds: u64, prepare: impl Fn(&Scratch, &CacheKey), expected: &[&str]) {
    let left = |act: &dyn Fn(&Scratch)| {
        let scratch = Scratch::new();
        let other = other(0);
        prepare(&scratch, &other);
        act(&scratch);
        let prefix = format!("{}.", other.as_str());
        let mut names = scratch.names();
        names.retain(|name| name.starts_with(&prefix));
        names
            .iter()
            .map(|name| name[prefix.len()..].to_owned())
            .collect::<Vec<_>>()
    };
    let request = |scratch: &Scratch| {
        let outcome = scratch.get(&Call::new(&key(), at(seconds))).unwrap();
        assert_eq!(outcome.source(), Source::Fetch);
    };
    assert_eq!(left(&request), expected, "after {seconds} s");
    let clear = |scratch: &Scratch| {
        scratch.cache.clear_expired(at(seconds)).unwrap();
    };
    assert_eq!(left(&clear), expected, "cleared after {seconds} s");
}

fn token(scratch: &Scratch, key: &CacheKey) {
    scratch.get(&Call::new(key, at(0))).unwrap();
}

fn failure(scratch: &Scratch, key: &CacheKey) {
    scratch.fail(&Call::new(key, at(0)), 60).unwrap_err();
}

#[test]
fn what_no_call_would_take_is_removed() {
    check(599, token, &["json", "lock"]);
    check(600, token, &[]);
    check(59, failure, &["failure", "lock"]);
    check(60, failure, &[]);
    let both = |scratch: &Scratch, key: &CacheKey| {
        token(scratch, key);
        let lookup = Call::new(key, at(0)).with_mode(Mode::Refresh);
        scratch.fail(&lookup, 60).unwrap_err();
    };
    check(59, both, &["failure", "json", "lock"]);
    check(60, both, &["json", "lock"]);
    check(600, both, &[]);
    // One of unknown lifetime, which those that wait for it may just be reading.
    let unknown = |scratch: &Scratch, key: &CacheKey| {
        scratch.get_for(&Call::new(key, at(20)), None).unwrap();
    };
    check(25, unknown, &["json", "lock"]);
    check(40, unknown, &[]);
    // From the future, as the clock was set back.
    let year_2107 = |scratch: &Scratch, key: &CacheKey| {
        let now = NumericDate::from_seconds(4_323_456_000);
        scratch.get(&Call::new(key, now)).unwrap();
    };
    check(0, year_2107, &[]);
    check(4_323_456_000 - START, year_2107, &["json", "lock"]);
}

#[test]
fn what_was_left_behind_is_removed() {
    for extension in ["new", "1f.new", "lock", "1.lock"] {
        let leave = |scratch: &Scratch, key: &CacheKey| {
            write(&scratch.path().join(name(key, extension)), "left");
        };
        check(0, leave, &[]);
    }
    for damage in ["", "{}", "garbage"] {
        let damaged = |scratch: &Scratch, key: &CacheKey| {
            token(scratch, key);
            write(&scratch.path().join(name(key, "json")), damage);
        };
        check(0, damaged, &[]);
    }
    // What can't be read is no business of ours.
    let unreadable = |scratch: &Scratch, key: &CacheKey| {
        fs::create_dir(scratch.path().join(name(key, "json"))).unwrap();
    };
    check(0, unreadable, &["json"]);
}

#[test]
fn files_of_other_names_stay() {
    let scratch = Scratch::new();
    let names = ["notes.txt", "stranger.json", "a.lock"];
    for name in names {
        write(&scratch.path().join(name), "");
    }
    assert_eq!(scratch.cache.clear_expired(at(0)).unwrap(), 0);
    scratch.get(&Call::new(&key(), at(0))).unwrap();
    assert!(names.iter().all(|name| scratch.path().join(name).exists()));
}

/// A request that is being made keeps its lock and its draft, and its old token too.
#[test]
fn a_running_request_is_not_disturbed() {
    let scratch = Scratch::new();
    let key = key();
    scratch.get(&Call::new(&key, at(0))).unwrap();
    let before = scratch.names().len();
    let lookup = Call::new(&key, at(700));
    let fetch = |_| {
        assert_eq!(scratch.cache.clear_expired(at(700)).unwrap(), 0);
        scratch.get(&Call::new(&other(0), at(700))).unwrap();
        assert_eq!(scratch.names().len(), before + 3);
        Ok(crate::scratch::token(at(700), Some(600)))
    };
    let outcome = lookup.get_or_fetch::<()>(&scratch.cache, fetch).unwrap();
    assert!(outcome.warning().is_none());
    assert_eq!(scratch.get(&lookup).unwrap().source(), Source::Store);
}

#[test]
fn ten_thousand_files() {
    const DAMAGED: usize = 9_600;
    const EXPIRED: usize = 100;
    const GOOD: usize = 100;

    let scratch = Scratch::new();
    for number in 0..EXPIRED {
        token(&scratch, &other(number));
    }
    let good = Scratch::new();
    for number in EXPIRED + DAMAGED..EXPIRED + DAMAGED + GOOD {
        good.get(&Call::new(&other(number), at(600))).unwrap();
    }
    for name in good.names() {
        fs::rename(good.path().join(&name), scratch.path().join(&name)).unwrap();
    }
    for number in EXPIRED..EXPIRED + DAMAGED {
        write(&scratch.path().join(name(&other(number), "json")), "{}");
    }
    let key = key();
    let quick = |what: &str, act: &dyn Fn()| {
        let started = Instant::now();
        act();
        let elapsed = started.elapsed();
        println!("{what}: {elapsed:?}");
        assert!(elapsed < Duration::from_secs(10), "{what}: {elapsed:?}");
    };
    let files = || scratch.names().len();
    let before = files();
    assert_eq!(before, DAMAGED + 2 * (EXPIRED + GOOD));
    quick("a request", &|| {
        let outcome = scratch.get(&Call::new(&key, at(700))).unwrap();
        assert_eq!(outcome.source(), Source::Fetch);
    });
    // It adds two files, and removes no more than a few.
    let after = files();
    assert!((before - 40..before).contains(&after), "{before} {after}");
    quick("a hit", &|| {
        let outcome = scratch.get(&Call::new(&key, at(700))).unwrap();
        assert_eq!(outcome.source(), Source::Store);
    });
    assert_eq!(files(), after);
    quick("list", &|| {
        assert!(scratch.cache.list().unwrap().len() > GOOD)
    });
    quick("clear_expired", &|| {
        let removed = scratch.cache.clear_expired(at(700)).unwrap();
        let all = DAMAGED + EXPIRED;
        assert!((all - 16..=all).contains(&removed), "{removed}");
    });
    assert_eq!(scratch.cache.list().unwrap().len(), GOOD + 1);
    assert_eq!(files(), 2 * (GOOD + 1));
    quick("clear", &|| {
        assert_eq!(scratch.cache.clear().unwrap(), GOOD + 1)
    });
    assert_eq!(files(), 0);
}

/// However many good tokens there are, what is expired goes in the end.
#[test]
fn every_file_has_its_turn() {
    let scratch = Scratch::new();
    for number in 0..60 {
        token(&scratch, &other(number));
    }
    for number in 1..60 {
        let other = other(number);
        let lookup = Call::new(&other, at(599)).with_mode(Mode::Refresh);
        scratch.get(&lookup).unwrap();
    }
    let expired = scratch.path().join(name(&other(0), "json"));
    assert!(expired.exists());
    let key = key();
    let lookup = Call::new(&key, at(650)).with_mode(Mode::Refresh);
    let mut requests = 0;
    while expired.exists() {
        scratch.get(&lookup).unwrap();
        requests += 1;
        // Each chooses 16 of 120 files: the chance to miss it so often is 1e-58.
        assert!(requests < 1000);
    }
}
