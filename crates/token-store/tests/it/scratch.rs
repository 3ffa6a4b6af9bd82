//! A cache in a folder of its own, and fetches that count themselves.

use std::cell::Cell;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokenring_assertion::NumericDate;
use tokenring_oauth::AccessToken;
use tokenring_token_store::{
    Attempt, CacheKey, CachedToken, Error, FailureKind, FetchFailure, Lookup, Outcome, TokenCache,
};

/// Where the tests' clocks begin.
pub(crate) const START: u64 = 1_700_000_000;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Down;

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gateway is down")
    }
}

impl std::error::Error for Down {}

pub(crate) struct Scratch {
    folder: TempDir,
    pub(crate) cache: TokenCache,
    fetches: Cell<u32>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = TokenCache::open(&folder.path().join("cache")).unwrap();
        Self {
            folder,
            cache,
            fetches: Cell::new(0),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    pub(crate) fn file(&self, extension: &str) -> PathBuf {
        self.path().join(format!("{}.{extension}", key().as_str()))
    }

    /// The draft of whoever holds the lock next.
    pub(crate) fn draft(&self) -> PathBuf {
        let lock = self.file("lock");
        let mut options = OpenOptions::new();
        options.create(true).append(true).mode(0o600);
        let inode = options.open(lock).unwrap().metadata().unwrap().ino();
        self.file(&format!("{inode:x}.new"))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// How many fetches there were since the last question.
    pub(crate) fn fetches(&self) -> u32 {
        self.fetches.take()
    }

    /// A fetch that brings a token good for ten minutes.
    pub(crate) fn get(&self, lookup: &Lookup<'_>) -> Result<Outcome<Down>, Error<Down>> {
        self.get_for(lookup, Some(600))
    }

    pub(crate) fn get_for(
        &self,
        lookup: &Lookup<'_>,
        lifetime: Option<u64>,
    ) -> Result<Outcome<Down>, Error<Down>> {
        let now = lookup.now();
        self.cache.get_or_fetch(lookup, |_| {
            self.count();
            Ok(token(now, lifetime))
        })
    }

    /// A fetch that fails, and says so to all for a time in seconds.
    pub(crate) fn fail(
        &self,
        lookup: &Lookup<'_>,
        cool_down: u64,
    ) -> Result<Outcome<Down>, Error<Down>> {
        self.cache.get_or_fetch(lookup, |_: Attempt| {
            self.count();
            Err(down(cool_down))
        })
    }

    pub(crate) fn count(&self) {
        self.fetches.set(self.fetches.get() + 1);
    }
}

pub(crate) fn down(cool_down: u64) -> FetchFailure<Down> {
    let cool_down = Duration::from_secs(cool_down);
    FetchFailure::shared(
        Down,
        FailureKind::Unreachable,
        "connection refused",
        cool_down,
    )
}

pub(crate) fn key() -> CacheKey {
    CacheKey::builder("https://gateway.example/oauth2/token", "client-1")
        .with_gateway("example")
        .with_environment("int")
        .with_scope("read")
        .build()
}

pub(crate) fn at(seconds: u64) -> NumericDate {
    NumericDate::from_seconds(START + seconds)
}

/// A token that no other call gives.
pub(crate) fn token(now: NumericDate, lifetime: Option<u64>) -> CachedToken {
    use std::sync::atomic::{AtomicU32, Ordering};

    static SERIAL: AtomicU32 = AtomicU32::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let text = format!("test-token-{}-{serial}", std::process::id());
    let token = CachedToken::new(AccessToken::new(&text).unwrap(), now);
    match lifetime {
        Some(seconds) => token.with_lifetime(Duration::from_secs(seconds)),
        None => token,
    }
}

pub(crate) fn secret(outcome: &Outcome<Down>) -> String {
    outcome.token().access_token().secret().to_owned()
}
