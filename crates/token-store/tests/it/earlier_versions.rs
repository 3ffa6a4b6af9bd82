//! Entries that an earlier version wrote: used or swept, never an error. See
//! `PROVENANCE.md` in their folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_jwk::KeyId;
use tokenring_token_store::{CacheEntry, CacheKey, Error, FailureKind, Source};

use crate::scratch::{Call, Scratch, at, secret};

/// A cache as the earlier version left it.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    let entries = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/d07893e");
    for entry in fs::read_dir(entries).unwrap() {
        let entry = entry.unwrap();
        let path = scratch.path().join(entry.file_name());
        fs::copy(entry.path(), &path).unwrap();
        // A version control system keeps no such modes.
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
    scratch
}

/// The key of an entry; the program that wrote them gave each a scope.
fn entry(scope: &str) -> CacheKey {
    let url = "https://gateway.example/token?api-version=1&code=test-query-secret";
    CacheKey::builder(url, "client-1")
        .with_gateway("example")
        .with_environment("int")
        .with_key_id(&KeyId::new("int-1"))
        .with_scope(scope)
        .build()
}

#[track_caller]
fn check(scope: &str, now: NumericDate, expected: Source) {
    let scratch = scratch();
    let key = entry(scope);
    let outcome = scratch.get(&Call::new(&key, now)).unwrap();
    assert_eq!(outcome.source(), expected, "{scope}");
    assert!(outcome.warning().is_none() && outcome.overtaken().is_none());
    let is_old = secret(&outcome) == format!("test-token-{scope}");
    assert_eq!(is_old, expected == Source::Store);
    let again = scratch.get(&Call::new(&key, now)).unwrap();
    assert_eq!(again.source(), Source::Store);
    if expected == Source::Fetch {
        let drafts = scratch
            .names()
            .into_iter()
            .filter(|name| name.ends_with(".new"));
        assert_eq!(drafts.count(), 0);
    }
}

#[test]
fn a_good_token_is_used() {
    check("good", at(0), Source::Store);
    check("good", at(569), Source::Store);
    check(
        "year-2107",
        NumericDate::from_seconds(4_323_456_001),
        Source::Store,
    );
}

#[test]
fn any_other_is_replaced() {
    check("good", at(600), Source::Fetch);
    check("expired", at(0), Source::Fetch);
    check("year-2107", at(0), Source::Fetch);
    check("no-lifetime", at(0), Source::Fetch);
    check("killed", at(0), Source::Fetch);
    check("refused", at(60), Source::Fetch);
}

#[test]
fn a_failure_cools_down() {
    let Err(Error::RecentFailure(failure)) = scratch().get(&Call::new(&entry("refused"), at(59)))
    else {
        unreachable!("the request was repeated");
    };
    assert_eq!(failure.kind(), FailureKind::Refused);
    assert_eq!(failure.failed_at(), at(0));
}

#[test]
fn the_list_shows_no_value_of_a_query() {
    let entries = scratch().cache.list().unwrap();
    assert_eq!(entries.len(), 4);
    for entry in &entries {
        let url = entry.token_endpoint().unwrap();
        assert_eq!(url, "https://gateway.example/token?api-version=…&code=…");
        assert!(!format!("{entry:?}").contains("test-query-secret"));
    }
    let find = |scope: &str| {
        let of_scope = |found: &&_| CacheEntry::requested_scope(found) == Some(scope);
        entries.iter().find(of_scope).unwrap().remaining(at(0))
    };
    assert_eq!(find("good"), Duration::from_secs(600));
    for scope in ["expired", "year-2107", "no-lifetime"] {
        assert_eq!(find(scope), Duration::ZERO, "{scope}");
    }
}

#[test]
fn what_is_of_no_use_is_swept() {
    let good = entry("good");
    let left = [
        format!("{}.json", good.as_str()),
        format!("{}.lock", good.as_str()),
    ];
    let swept = scratch();
    assert_eq!(swept.cache.clear_expired(at(100)).unwrap(), 3);
    assert_eq!(swept.names(), left);

    // Fewer than one request looks at.
    let swept = scratch();
    let key = entry("new");
    swept.get(&Call::new(&key, at(100))).unwrap();
    let names = swept.names();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(left.iter().all(|name| names.contains(name)));

    let cleared = scratch();
    assert_eq!(cleared.cache.clear().unwrap(), 4);
    assert!(cleared.names().is_empty());
}
