use std::fs;
use std::time::Duration;

use tokenring_token_store::{Error, FailureKind, FetchFailure, Mode, PastFailure, Source};

use crate::scratch::{Call, Down, Scratch, at, key};

#[test]
fn nobody_notices_an_outage_while_the_old_token_is_good() {
    let scratch = Scratch::new();
    let key = key();
    scratch.get(&Call::new(&key, at(0))).unwrap();
    scratch.fetches();
    let mut failed = 0;
    for second in 570..600 {
        for _ in 0..10 {
            let outcome = scratch.fail(&Call::new(&key, at(second)), 5).unwrap();
            assert_eq!(outcome.source(), Source::Store);
            failed += u32::from(outcome.failed_renewal().is_some());
        }
    }
    // One in five seconds, of 300 calls in 30 seconds.
    assert_eq!((scratch.fetches(), failed), (6, 6));
    // And the first that gets through mends it.
    assert_eq!(
        scratch.get(&Call::new(&key, at(600))).unwrap().source(),
        Source::Fetch
    );
    assert!(!scratch.file("failure").exists());
}

#[test]
fn past_it_everybody_gets_the_error_and_the_server_one_request() {
    let scratch = Scratch::new();
    let key = key();
    let first = scratch.fail(&Call::new(&key, at(0)), 5);
    assert!(matches!(first, Err(Error::Fetch(_))));
    for second in 0..5 {
        let Err(Error::RecentFailure(failure)) = scratch.fail(&Call::new(&key, at(second)), 5)
        else {
            unreachable!("the fetch was repeated");
        };
        assert_eq!(failure.kind(), FailureKind::Unreachable);
        assert_eq!(failure.note(), "connection refused");
        assert_eq!(failure.failed_at(), at(0));
        assert_eq!(failure.cool_down(), Duration::from_secs(5));
    }
    assert_eq!(scratch.fetches(), 1);
    let after = scratch.fail(&Call::new(&key, at(5)), 5);
    assert!(matches!(after, Err(Error::Fetch(_))));
}

#[test]
fn a_refresh_waits_for_no_cool_down() {
    let scratch = Scratch::new();
    let key = key();
    let _ = scratch.fail(&Call::new(&key, at(0)), 60);
    let lookup = Call::new(&key, at(1)).with_mode(Mode::Refresh);
    assert_eq!(scratch.get(&lookup).unwrap().source(), Source::Fetch);
}

#[test]
fn a_cool_down_survives_no_jump_of_the_clock() {
    let scratch = Scratch::new();
    let key = key();
    let _ = scratch.fail(&Call::new(&key, at(3600)), 60);
    assert_eq!(
        scratch.get(&Call::new(&key, at(0))).unwrap().source(),
        Source::Fetch
    );
}

#[test]
fn a_cool_down_has_an_end() {
    let scratch = Scratch::new();
    let key = key();
    let _ = scratch.fail(&Call::new(&key, at(0)), u64::MAX);
    let end = PastFailure::LONGEST_COOL_DOWN.as_secs();
    let outcome = scratch.get(&Call::new(&key, at(end)));
    assert_eq!(outcome.unwrap().source(), Source::Fetch);
}

#[test]
fn a_failure_of_ones_own_is_told_to_nobody() {
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0));
    let result = lookup.get_or_fetch(&scratch.cache, |_| Err(FetchFailure::own(Down)));
    assert!(matches!(result, Err(Error::Fetch(_))));
    assert_eq!(scratch.get(&lookup).unwrap().source(), Source::Fetch);
}

#[test]
fn a_damaged_note_is_none() {
    let key = key();
    for damage in ["", "{}", "garbage"] {
        let scratch = Scratch::new();
        let _ = scratch.fail(&Call::new(&key, at(0)), 60);
        fs::write(scratch.file("failure"), damage).unwrap();
        assert_eq!(
            scratch.get(&Call::new(&key, at(0))).unwrap().source(),
            Source::Fetch
        );
    }
    let scratch = Scratch::new();
    let _ = scratch.fail(&Call::new(&key, at(0)), 60);
    let text = fs::read_to_string(scratch.file("failure")).unwrap();
    let text = text.replacen("connection", "\\u001b[31mconn", 1);
    fs::write(scratch.file("failure"), text).unwrap();
    assert_eq!(
        scratch.get(&Call::new(&key, at(0))).unwrap().source(),
        Source::Fetch
    );
}

#[test]
fn a_fetch_knows_its_time() {
    let scratch = Scratch::new();
    let key = key();
    let lookup = |second| Call::new(&key, at(second)).with_timeout(Duration::from_secs(20));
    let mut seen = Vec::new();
    for second in [0, 580] {
        let fetch = |attempt: tokenring_token_store::Attempt| {
            let seconds = attempt.time_left().as_secs_f64().ceil();
            seen.push((seconds, attempt.is_early()));
            Ok(crate::scratch::token(at(second), Some(600)))
        };
        lookup(second)
            .get_or_fetch::<Down>(&scratch.cache, fetch)
            .unwrap();
    }
    assert_eq!(seen, [(20.0, false), (5.0, true)]);
}
