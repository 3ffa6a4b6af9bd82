use std::fs;
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_jwk::KeyId;
use tokenring_token_store::{CacheKey, Source};

use crate::scratch::{Call, Scratch, at, key};

#[test]
fn lists_what_a_person_may_know() {
    let scratch = Scratch::new();
    let other = CacheKey::builder("https://other.example/token", "client-2")
        .with_key_id(&KeyId::new("int-1"))
        .build();
    scratch.get(&Call::new(&key(), at(0))).unwrap();
    scratch.get(&Call::new(&other, at(7))).unwrap();
    fs::write(scratch.path().join("stranger.json"), "{}").unwrap();
    fs::write(
        scratch.path().join(format!("{}.json", "a".repeat(64))),
        "{}",
    )
    .unwrap();
    let entries = scratch.cache.list().unwrap();
    assert_eq!(entries.len(), 2);
    let find = |key: &CacheKey| entries.iter().find(|entry| entry.hash() == key.as_str());
    let entry = find(&key()).unwrap();
    assert_eq!(entry.gateway(), Some("example"));
    assert_eq!(entry.environment(), Some("int"));
    assert_eq!(
        entry.token_endpoint(),
        Some("https://gateway.example/oauth2/token")
    );
    assert_eq!(entry.requested_scope(), Some("read"));
    assert_eq!(entry.key_id(), None);
    assert_eq!(entry.obtained_at(), at(0));
    assert_eq!(entry.expires_at(), Some(at(600)));
    let entry = find(&other).unwrap();
    assert_eq!((entry.gateway(), entry.key_id()), (None, Some("int-1")));
}

#[test]
fn clears_its_own_files_alone() {
    let scratch = Scratch::new();
    let key = key();
    scratch.get(&Call::new(&key, at(0))).unwrap();
    fs::write(scratch.file("new"), "left by a killed process").unwrap();
    fs::write(scratch.file("failure"), "").unwrap();
    fs::write(scratch.path().join("stranger.json"), "{}").unwrap();
    assert_eq!(scratch.cache.clear().unwrap(), 1);
    assert_eq!(scratch.names(), ["stranger.json"]);
    assert_eq!(scratch.cache.clear().unwrap(), 0);
    assert_eq!(
        scratch.get(&Call::new(&key, at(0))).unwrap().source(),
        Source::Fetch
    );
}

#[test]
fn clearing_leaves_a_running_request_its_lock() {
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0));
    let fetch = |_| {
        scratch.cache.clear().unwrap();
        assert!(scratch.file("lock").exists());
        Ok(crate::scratch::token(at(0), Some(600)))
    };
    let outcome = lookup.get_or_fetch::<()>(&scratch.cache, fetch).unwrap();
    assert!(outcome.warning().is_none());
    assert_eq!(scratch.get(&lookup).unwrap().source(), Source::Store);
}

/// A query may hold a secret, and neither a file nor the list does.
#[test]
fn no_value_of_a_query_is_kept() {
    let scratch = Scratch::new();
    let url = "https://other.example/token?api-version=1&code=test-query-secret";
    let builder = CacheKey::builder(url, "client");
    assert!(!format!("{builder:?}").contains("test-query-secret"));
    let key = builder.build();
    // It makes another token all the same.
    let other = CacheKey::builder(&format!("{url}s"), "client").build();
    assert_ne!(key.as_str(), other.as_str());
    scratch.get(&Call::new(&key, at(0))).unwrap();
    scratch.fail(&Call::new(&other, at(0)), 60).unwrap_err();
    for name in scratch.names() {
        let contents = fs::read_to_string(scratch.path().join(name)).unwrap();
        assert!(!contents.contains("test-query-secret"), "{contents}");
    }
    let entries = scratch.cache.list().unwrap();
    let url = entries[0].token_endpoint().unwrap();
    assert_eq!(url, "https://other.example/token?api-version=…&code=…");
}

/// What no call would take has no time left in the list either.
#[test]
fn a_token_from_the_future_has_no_time_left() {
    let scratch = Scratch::new();
    let year_2107 = NumericDate::from_seconds(4_323_456_000);
    scratch.get(&Call::new(&key(), year_2107)).unwrap();
    let entry = scratch.cache.list().unwrap().remove(0);
    for (now, expected) in [(at(0), 0), (year_2107, 600)] {
        assert_eq!(entry.remaining(now), Duration::from_secs(expected));
        let token = scratch.get(&Call::new(&key(), year_2107)).unwrap();
        assert_eq!(entry.remaining(now), token.token().remaining(now));
    }
}
