//! Tokens from memory, a store or the gateway.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokenring_oauth::{ClientIdMask, RetryPolicy, TransportErrorKind};
use tokenring_token_store::{
    Attempt, DirectoryStore, Error as SourceError, FailureKind, FetchFailure, Lookup, Mode,
    Outcome, PastFailure, Source, Store, Token, TokenSource, default_directory,
};

#[cfg(feature = "async")]
mod asynchronous;

use crate::assertion_clock::AssertionClock;
use crate::client_core::Core;
use crate::client_key::ClientKey;
use crate::error::chain;
use crate::options::{ConnectionOptions, StoreChoice, StoreOptions};
use crate::request_failure::RequestFailure;
use crate::{ClockSkewPolicy, EffectiveValue, Error, Event, Parameter, ValueSource, clock};

pub(crate) struct TokenProvider {
    store: StoreOptions,
    attempts: Option<u32>,
    policy: ClockSkewPolicy,
    /// Opened when it is needed first: that makes the folder.
    source: OnceLock<TokenSource<Error>>,
    /// Whether a token has come since a new one was wanted.
    is_refreshed: AtomicBool,
}

/// How a request was repeated at once: each way is tried once.
#[derive(Default)]
struct Again {
    with_nonce: bool,
    by_clock: bool,
}

/// Where tokens are shared.
enum Place {
    Given(Arc<dyn Store>),
    Directory(PathBuf),
}

/// How long before its end a token is renewed, and at most half its lifetime.
const EARLY_RENEWAL: Duration = Duration::from_secs(30);
/// How long a request that failed is not repeated by any process, the first time and at most. Long
/// enough that many together don't become a storm, short enough that a person who has fixed
/// something doesn't notice.
const COOL_DOWN: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));

impl TokenProvider {
    pub(crate) fn new(
        connection: &ConnectionOptions,
        store: StoreOptions,
        effective: &mut Vec<EffectiveValue>,
    ) -> Self {
        let platform = matches!(store.choice, StoreChoice::Platform) && !store.is_off;
        if let Some(path) = platform.then(default_directory).flatten() {
            effective.push(EffectiveValue::new(
                Parameter::CacheDirectory,
                path.display().to_string(),
                ValueSource::Platform,
            ));
        }
        Self {
            store,
            attempts: connection.attempts,
            policy: connection.clock_skew,
            source: OnceLock::new(),
            is_refreshed: AtomicBool::new(false),
        }
    }

    /// One that knows no token yet, for a process whose parent may have been using this one.
    pub(crate) fn for_child_process(&self) -> Self {
        Self {
            store: self.store.clone(),
            attempts: self.attempts,
            policy: self.policy,
            source: OnceLock::new(),
            is_refreshed: AtomicBool::new(self.is_refreshed.load(Ordering::Relaxed)),
        }
    }

    pub(crate) fn token_in_memory(&self) -> Option<Token> {
        let minimum = self.store.minimum_lifetime;
        let token = self.source.get()?.fresh()?;
        let lasts = minimum.is_zero() || token.remaining(clock::now().ok()?) >= minimum;
        lasts.then_some(token)
    }

    /// What a caller without special wishes looks for.
    pub(crate) fn lookup(&self) -> Lookup {
        let mode = match self.is_refreshed.load(Ordering::Relaxed) {
            true => Mode::Normal,
            false => self.store.mode,
        };
        Lookup::new()
            .with_mode(mode)
            .with_minimum_lifetime(self.store.minimum_lifetime)
    }

    /// The token in memory, if it is valid.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn fresh(&self) -> Option<Token> {
        self.source.get()?.fresh()
    }

    /// How long before its end a token of this lifetime is renewed.
    pub(crate) fn early_renewal(&self, lifetime: Duration) -> Duration {
        let minimum = self.store.minimum_lifetime;
        EARLY_RENEWAL.max(minimum).min(lifetime / 2)
    }

    pub(crate) fn token(&self, core: &Core, lookup: &Lookup) -> Result<(Token, Source), Error> {
        let source = match self.source.get() {
            Some(source) => source,
            None => {
                let opened = self.open(core, self.open_store(core)?)?;
                self.source.get_or_init(|| opened)
            }
        };
        self.follow_rotation(core, source)?;
        let mut clock = AssertionClock::default();
        let outcome = source.get_or_fetch(lookup, |attempt| self.fetch(core, attempt, &mut clock));
        self.conclude(core, outcome)
    }

    /// Looks under another key of the store when a new private key has become active.
    fn follow_rotation(&self, core: &Core, source: &TokenSource<Error>) -> Result<(), Error> {
        if core.follow_rotation() && source.fresh().is_none() {
            source.change_key(core.plan.cache_key(&core.key())?);
        }
        Ok(())
    }

    /// Tells of what happened on the way.
    fn conclude(
        &self,
        core: &Core,
        outcome: Result<Outcome<Error>, SourceError<Error>>,
    ) -> Result<(Token, Source), Error> {
        let outcome = outcome.map_err(to_error)?;
        let listener = &core.listener;
        if let Some(reason) = outcome.warning() {
            listener.tell(|| Event::CacheUnavailable {
                reason: reason.to_string(),
            });
        }
        if let Some(overtaken) = outcome.overtaken() {
            listener.tell(|| Event::HolderOvertaken(overtaken.clone()));
        }
        if let Some(error) = outcome.failed_renewal() {
            listener.tell(|| Event::RenewalFailed(error.clone()));
        }
        let found = outcome.source();
        let token = outcome.into_token();
        if found != Source::Memory {
            self.is_refreshed.store(true, Ordering::Relaxed);
            let minimum = self.store.minimum_lifetime;
            if !minimum.is_zero() {
                let remaining = token.remaining(clock::now()?);
                if remaining < minimum {
                    listener.tell(|| Event::ShortLifetime { remaining });
                }
            }
        }
        Ok((token, found))
    }

    fn open(
        &self,
        core: &Core,
        store: Option<Arc<dyn Store>>,
    ) -> Result<TokenSource<Error>, Error> {
        let mut policy = RetryPolicy::new()
            .with_timeout(core.connection.timeout)
            .with_longest_retry_after(PastFailure::LONGEST_STATED_PAUSE);
        if let Some(attempts) = self.attempts {
            policy = policy.with_attempts(attempts);
        }
        let target = &core.plan.factory().target;
        if let Some(limit) = target.gateway().request().rate_limit() {
            policy = policy.with_interval(limit.interval());
        }
        let listener = core.listener.clone();
        let source = TokenSource::new()
            .with_retry(policy)
            .with_pause_listener(move |failure| {
                listener.tell(|| Event::WaitingForGateway(failure.clone()));
            })
            .with_early_renewal(EARLY_RENEWAL)
            .with_cool_down(COOL_DOWN.0, COOL_DOWN.1);
        Ok(match store {
            Some(store) => source.with_store(store, core.plan.cache_key(&core.key())?),
            None => source,
        })
    }

    /// Where tokens are shared, if they are.
    fn place(&self) -> Option<Place> {
        if self.store.is_off {
            return None;
        }
        Some(match &self.store.choice {
            StoreChoice::Given(store) => Place::Given(Arc::clone(store)),
            StoreChoice::Directory(path) => Place::Directory(path.clone()),
            StoreChoice::Platform => Place::Directory(default_directory()?),
        })
    }

    /// The store, unless there is none or it cannot be used.
    fn open_store(&self, core: &Core) -> Result<Option<Arc<dyn Store>>, Error> {
        let listener = &core.listener;
        let path = match self.place_for(core)? {
            None => return Ok(None),
            Some(Place::Given(store)) => return Ok(Some(store)),
            Some(Place::Directory(path)) => path,
        };
        Ok(match DirectoryStore::open(&path) {
            Ok(store) => {
                if let Some(dpop) = core.plan.binding().dpop() {
                    dpop.nonces().share(&path);
                }
                Some(Arc::new(store))
            }
            Err(reason) => {
                listener.tell(|| Event::CacheUnavailable {
                    reason: if path.as_os_str().is_empty() {
                        reason.to_string()
                    } else {
                        format!("{}: {reason}", path.display())
                    },
                });
                None
            }
        })
    }

    /// Where tokens are shared, if others could use them: not without the key that they are bound
    /// to.
    fn place_for(&self, core: &Core) -> Result<Option<Place>, Error> {
        match core.plan.binding().dpop() {
            Some(dpop) if !dpop.is_kept(&core.key())? => Ok(None),
            _ => Ok(self.place()),
        }
    }

    /// Asks the gateway once, and once more by another clock where that is worth a try. That clock
    /// is kept for the attempts that follow, and no other is tried.
    fn fetch(
        &self,
        core: &Core,
        attempt: Attempt,
        clock: &mut AssertionClock,
    ) -> Result<Token, FetchFailure<Error>> {
        let started = std::time::Instant::now();
        let key = core.key();
        let limit = attempt.time_left();
        let number = attempt.number();
        let mut result = send(core, &key, limit, *clock, number);
        let mut again = Again::default();
        while let Err(failure) = &result {
            if !self.goes_on(core, failure, clock, &mut again) {
                break;
            }
            let left = limit.saturating_sub(started.elapsed());
            result = send(core, &key, left, *clock, 1);
        }
        result.map_err(|failure| to_fetch_failure(core, &key, failure))
    }

    /// Whether the request is sent once more at once: with the nonce that the server wants, or by
    /// another clock.
    fn goes_on(
        &self,
        core: &Core,
        failure: &RequestFailure,
        clock: &mut AssertionClock,
        again: &mut Again,
    ) -> bool {
        if failure.asks_for_nonce() && !again.with_nonce {
            again.with_nonce = true;
            core.listener.tell(|| Event::NonceWanted {
                url: core.plan.shown_url(),
            });
            return true;
        }
        let next = match again.by_clock {
            true => None,
            false => self.next_clock(core, failure, *clock),
        };
        let Some(next) = next else {
            return false;
        };
        again.by_clock = true;
        *clock = next;
        if let Some(event) = next.event() {
            core.listener.tell(|| event);
        }
        true
    }

    fn next_clock(
        &self,
        core: &Core,
        failure: &RequestFailure,
        tried: AssertionClock,
    ) -> Option<AssertionClock> {
        if tried != AssertionClock::Own {
            return None;
        }
        let next = failure.next_clock(&core.plan, self.policy)?;
        // Who wants one attempt wants no other guess.
        let is_wanted = matches!(next, AssertionClock::Corrected(_)) || self.attempts != Some(1);
        is_wanted.then_some(next)
    }
}

fn send(
    core: &Core,
    key: &Arc<ClientKey>,
    limit: Duration,
    clock: AssertionClock,
    attempt: u32,
) -> Result<Token, RequestFailure> {
    if let Some(token) = core.plan.signed_token(key, &core.listener)? {
        return Ok(token);
    }
    core.listener.tell(|| Event::Requesting {
        url: core.plan.shown_url(),
        attempt,
    });
    let (request, begun) = core.plan.begin(key, clock)?;
    let result = request.send_within(&*core.connection.token, limit);
    core.plan.conclude(begun, result, &core.listener)
}

/// What other threads and processes should know of a failure.
fn to_fetch_failure(core: &Core, key: &ClientKey, failure: RequestFailure) -> FetchFailure<Error> {
    let retry = failure.retry(&core.plan);
    let error = failure.into_error(&core.plan, key);
    let kind = match &error {
        Error::Rejected(_) | Error::UnusableAnswer { .. } => FailureKind::Refused,
        error if error.is_of_network() => FailureKind::Unreachable,
        _ => return FetchFailure::own(error).with_retry(retry),
    };
    let is_time_out = matches!(
        &error,
        Error::Unreachable { source, .. }
            if source.kind() == TransportErrorKind::TimedOut
    );
    let note = note(&error, &core.plan.factory().client_id);
    let failure = FetchFailure::shared(error, kind, note).with_retry(retry);
    match is_time_out {
        true => failure.with_time_out(),
        false => failure,
    }
}

/// What other processes get to read of a failure: nothing that names the client.
fn note(error: &Error, client_id: &str) -> String {
    const CLIENT_ID: &str = "[client ID]";
    let mask = ClientIdMask::new(client_id);
    let text = chain(error).replace(&mask.shortened(), CLIENT_ID);
    mask.hide(&text, CLIENT_ID)
        .unwrap_or_else(|| "the words of this failure name the client".into())
}

fn to_error(error: SourceError<Error>) -> Error {
    match error {
        SourceError::Fetch(error) => Arc::unwrap_or_clone(error),
        SourceError::RecentFailure(failure) => Error::RecentFailure(failure),
        SourceError::FetchPanicked => Error::RequestPanicked,
        _ => Error::TimedOut,
    }
}
