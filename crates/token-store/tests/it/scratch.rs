//! A cache in a folder of its own, and fetches that count themselves.

use std::cell::Cell;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, Clock, RetryPolicy, SystemClock};
use tokenring_token_store::{
    Attempt, CacheKey, DirectoryStore, Error, FailureKind, FetchFailure, Lookup, Mode, Outcome,
    Token, TokenSource,
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

/// A process that asks once, at a time of the test's choice.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    key: CacheKey,
    now: NumericDate,
    lookup: Lookup,
    early_renewal: Duration,
}

impl Call {
    pub(crate) fn new(key: &CacheKey, now: NumericDate) -> Self {
        Self {
            key: key.clone(),
            now,
            lookup: Lookup::new(),
            early_renewal: Duration::from_secs(30),
        }
    }

    pub(crate) fn with_mode(mut self, mode: Mode) -> Self {
        self.lookup = self.lookup.with_mode(mode);
        self
    }

    pub(crate) fn with_minimum_lifetime(mut self, minimum: Duration) -> Self {
        self.lookup = self.lookup.with_minimum_lifetime(minimum);
        self
    }

    pub(crate) fn with_early_renewal(mut self, before_end: Duration) -> Self {
        self.early_renewal = before_end;
        self
    }

    pub(crate) fn with_timeout(mut self, timeout: Duration) -> Self {
        self.lookup = self.lookup.with_timeout(timeout);
        self
    }

    pub(crate) fn with_rejected_token(mut self, token: AccessToken) -> Self {
        self.lookup = self.lookup.with_rejected_token(token);
        self
    }

    /// A source whose memory is empty, with a cool-down as long as the failure has it.
    pub(crate) fn source<E>(&self, store: &DirectoryStore) -> TokenSource<E> {
        let clock = ClockFrom(SystemClock::new(), self.now);
        TokenSource::new()
            .with_store(Arc::new(store.clone()), self.key.clone())
            .with_clock(clock)
            .with_early_renewal(self.early_renewal)
            .with_retry(RetryPolicy::new().with_longest_retry_after(Duration::MAX))
            .with_cool_down(Duration::ZERO, Duration::ZERO)
    }

    pub(crate) fn get_or_fetch<E>(
        &self,
        store: &DirectoryStore,
        fetch: impl FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        self.source(store).get_or_fetch(&self.lookup, fetch)
    }
}

/// The machine's clock, whose wall side begins at another time.
struct ClockFrom(SystemClock, NumericDate);

impl Clock for ClockFrom {
    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn wall(&self) -> Duration {
        Duration::from_secs(self.1.as_seconds()).saturating_add(self.0.monotonic())
    }

    fn pause(&self, longest: Duration) {
        self.0.pause(longest);
    }

    fn random(&self) -> u64 {
        0
    }
}

pub(crate) struct Scratch {
    folder: TempDir,
    pub(crate) cache: DirectoryStore,
    fetches: Cell<u32>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = DirectoryStore::open(&folder.path().join("cache")).unwrap();
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
    pub(crate) fn get(&self, call: &Call) -> Result<Outcome<Down>, Error<Down>> {
        self.get_for(call, Some(600))
    }

    pub(crate) fn get_for(
        &self,
        call: &Call,
        lifetime: Option<u64>,
    ) -> Result<Outcome<Down>, Error<Down>> {
        call.get_or_fetch(&self.cache, |_| {
            self.count();
            Ok(token(call.now, lifetime))
        })
    }

    /// A fetch that fails, and says so to all for a time in seconds.
    pub(crate) fn fail(&self, call: &Call, cool_down: u64) -> Result<Outcome<Down>, Error<Down>> {
        call.get_or_fetch(&self.cache, |_: Attempt| {
            self.count();
            Err(down(cool_down))
        })
    }

    pub(crate) fn count(&self) {
        self.fetches.set(self.fetches.get() + 1);
    }
}

pub(crate) fn down(cool_down: u64) -> FetchFailure<Down> {
    FetchFailure::shared(Down, FailureKind::Unreachable, "connection refused")
        .with_cool_down(Duration::from_secs(cool_down))
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
pub(crate) fn token(now: NumericDate, lifetime: Option<u64>) -> Token {
    use std::sync::atomic::{AtomicU32, Ordering};

    static SERIAL: AtomicU32 = AtomicU32::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let text = format!("test-token-{}-{serial}", std::process::id());
    let token = Token::new(AccessToken::new(&text).unwrap(), now);
    match lifetime {
        Some(seconds) => token.with_lifetime(Duration::from_secs(seconds)),
        None => token,
    }
}

pub(crate) fn secret(outcome: &Outcome<Down>) -> String {
    outcome.token().access_token().secret().to_owned()
}
