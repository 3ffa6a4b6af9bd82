//! Who takes a token, who waits, and who asks for a new one.

use std::thread;
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use tokenring_assertion::NumericDate;

use crate::cache_entry::{self, StoredToken};
use crate::claim::Claim;
use crate::directory::{Directory, Draft, Lock, LockState};
use crate::field_hash::hex;
use crate::file_kind;
use crate::holder_note::HolderNote;
use crate::waiting::Waiter;
use crate::{
    Attempt, CacheKey, CachedToken, Error, FetchFailure, Lookup, Mode, Outcome, PastFailure,
    Source, Unusable, sweep,
};

/// What the files of a key say.
struct Snapshot {
    stored: Option<StoredToken>,
    failure: Option<PastFailure>,
}

impl Snapshot {
    fn read(directory: &Directory, key: &CacheKey) -> Self {
        let hash = key.as_str();
        let stored = directory.read(&file_kind::token(hash));
        let failure = directory.read(&file_kind::failure(hash));
        Self {
            stored: stored.and_then(|bytes| cache_entry::read(key, &bytes)),
            failure: failure.and_then(|bytes| PastFailure::read(hash, &bytes)),
        }
    }
}

/// What follows from a snapshot.
enum Step {
    Take(CachedToken, Source),
    /// The token is good, but not for long.
    Renew(CachedToken),
    GiveUp(PastFailure),
    Fetch,
}

/// One call.
pub(crate) struct Renewal<'a> {
    directory: &'a Directory,
    lookup: &'a Lookup<'a>,
    started: Instant,
    /// What there was when the call began: whatever differs from it later was
    /// done meanwhile, and no clock is needed to tell.
    first: Snapshot,
}

/// A request that is shared by all: who makes it, what is written meanwhile.
struct SharedRequest<'a> {
    claim: Claim<'a>,
    draft: Draft<'a>,
}

/// Pauses between two looks at what the holder of the lock has done.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

impl<'a> Renewal<'a> {
    pub(crate) fn new(directory: &'a Directory, lookup: &'a Lookup<'a>) -> Self {
        Self {
            directory,
            lookup,
            started: Instant::now(),
            first: Snapshot::read(directory, lookup.key),
        }
    }

    pub(crate) fn run<E>(
        self,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        match self.next_step(&self.first) {
            Step::Take(token, source) => Ok(Outcome::new(token, source)),
            Step::GiveUp(failure) => Err(Error::RecentFailure(failure)),
            Step::Renew(token) => self.renew_early(token, fetch),
            Step::Fetch => self.wait_and_fetch(fetch),
        }
    }

    fn next_step(&self, snapshot: &Snapshot) -> Step {
        let (lookup, now) = (self.lookup, self.now());
        let cooling = snapshot
            .failure
            .as_ref()
            .filter(|failure| lookup.mode == Mode::Normal && failure.is_cooling(now));
        let acceptable = snapshot.stored.as_ref().filter(|stored| {
            let rejected = lookup.rejected.as_ref().map(|token| token.secret());
            rejected != Some(stored.token.access_token().secret())
        });
        if let Some(StoredToken { id, token }) = acceptable {
            let is_new = self.first.stored.as_ref().is_none_or(|old| old.id != *id);
            if is_new {
                return Step::Take(token.clone(), Source::OtherProcess);
            }
            let remaining = token.remaining(now);
            let is_good = !remaining.is_zero() && remaining >= lookup.minimum;
            if lookup.mode == Mode::Normal && is_good {
                let window = lookup.window.min(token.lifetime() / 2);
                return if remaining > window || cooling.is_some() {
                    Step::Take(token.clone(), Source::Cache)
                } else {
                    Step::Renew(token.clone())
                };
            }
        }
        let is_new = |failure: &&PastFailure| {
            let first = self.first.failure.as_ref();
            first.is_none_or(|first| !first.is(failure))
        };
        match cooling.or(snapshot.failure.as_ref().filter(is_new)) {
            Some(failure) => Step::GiveUp(failure.clone()),
            None => Step::Fetch,
        }
    }

    /// Renews a good token if nobody else does, and falls back on it.
    fn renew_early<E>(
        &self,
        old: CachedToken,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        let keep = |warning| Ok(Outcome::new(old.clone(), Source::Cache).with_warning(warning));
        let lock = match self.directory.try_lock(&file_kind::lock(self.hash())) {
            Ok(LockState::Held(lock)) => lock,
            Ok(LockState::Busy(_)) => return keep(None),
            Err(reason) => return keep(Some(reason)),
        };
        // Whoever held the lock just before may have renewed the token.
        match self.next_step(&Snapshot::read(self.directory, self.lookup.key)) {
            Step::Take(token, source) => return Ok(Outcome::new(token, source)),
            Step::GiveUp(_) => return keep(None),
            Step::Renew(_) | Step::Fetch => {}
        }
        let attempt = Attempt {
            timeout: self.time_left().min(self.lookup.renewal_timeout),
            is_early: true,
        };
        let request = match self.prepare(Claim::of_key(lock), &attempt) {
            Ok(request) => request,
            Err(reason) => return keep(Some(reason)),
        };
        match fetch(attempt) {
            Ok(token) => Ok(self.store(token, request)),
            Err(failure) => {
                self.record(&failure, request.draft);
                let mut outcome = Outcome::new(old, Source::Cache);
                outcome.failed_renewal = Some(failure.error);
                Ok(outcome)
            }
        }
    }

    /// Waits for the lock, or for what its holder brings; see [`crate::waiting`].
    ///
    /// Waiting is polling: a lock that is waited for in the kernel has no
    /// time-out, and the token is there to be read before the lock is free.
    fn wait_and_fetch<E>(
        &self,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        let mut waiter = Waiter::new(self.lookup.timeout);
        let mut pause = FIRST_PAUSE;
        let reason = loop {
            let state = match self.directory.try_lock(&file_kind::lock(self.hash())) {
                Ok(state) => state,
                Err(reason) => break reason,
            };
            if let Some(found) = self.find() {
                return found;
            }
            let claim = match state {
                LockState::Held(lock) => Some(Claim::of_key(lock)),
                LockState::Busy(holder) => {
                    let next = waiter.look(holder, self.started.elapsed(), self.now());
                    match Claim::past(holder, next, self.directory, self.hash()) {
                        Ok(claim) => claim,
                        Err(reason) => break reason,
                    }
                }
            };
            if let Some(claim) = claim {
                if claim.overtaken().is_some() {
                    // The last moment for the holder to bring it is over now.
                    if let Some(found) = self.find() {
                        return found;
                    }
                }
                // Room is made sure of first: where there is none, the others
                // shall not wait for a token that never gets to them.
                let attempt = self.attempt();
                match self.prepare(claim, &attempt) {
                    Ok(request) => return self.fetch_for_all(fetch, attempt, request),
                    Err(reason) => break reason,
                }
            }
            let left = self.time_left();
            if left.is_zero() {
                return Err(Error::TimedOut);
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        self.fetch_alone(fetch, reason)
    }

    /// What there is to take by now, if there is something.
    fn find<E>(&self) -> Option<Result<Outcome<E>, Error<E>>> {
        match self.next_step(&Snapshot::read(self.directory, self.lookup.key)) {
            Step::Take(token, source) => Some(Ok(Outcome::new(token, source))),
            Step::Renew(token) => Some(Ok(Outcome::new(token, Source::Cache))),
            Step::GiveUp(failure) => Some(Err(Error::RecentFailure(failure))),
            Step::Fetch => None,
        }
    }

    /// Tells the others for how long, and makes sure that there is room.
    fn prepare(&self, claim: Claim<'a>, attempt: &Attempt) -> Result<SharedRequest<'a>, Unusable> {
        let lock: &Lock = claim.lock();
        lock.announce(&HolderNote::new(self.now(), attempt.timeout))?;
        let name = file_kind::draft(self.hash(), lock.inode());
        let draft = self.directory.draft(&name)?;
        Ok(SharedRequest { claim, draft })
    }

    /// Fetches for everybody.
    fn fetch_for_all<E>(
        &self,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
        attempt: Attempt,
        request: SharedRequest<'_>,
    ) -> Result<Outcome<E>, Error<E>> {
        match fetch(attempt) {
            Ok(token) => Ok(self.store(token, request)),
            Err(failure) => {
                let SharedRequest { claim, draft } = request;
                if claim.is_aside() {
                    // The holder may have brought it meanwhile.
                    if let Some(Ok(found)) = self.find::<E>() {
                        return Ok(found);
                    }
                }
                // That its own time is over is nothing to those who have more of it and wait
                // for the holder.
                if !claim.is_aside() || self.time_left() > self.lookup.timeout / 16 {
                    self.record(&failure, draft);
                }
                Err(Error::Fetch(failure.error))
            }
        }
    }

    /// Fetches without a word to anybody, because the cache can't be used.
    fn fetch_alone<E>(
        &self,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
        reason: Unusable,
    ) -> Result<Outcome<E>, Error<E>> {
        match fetch(self.attempt()) {
            Ok(token) => Ok(Outcome::new(token, Source::Fetch).with_warning(Some(reason))),
            Err(failure) => Err(Error::Fetch(failure.error)),
        }
    }

    fn store<E>(&self, token: CachedToken, request: SharedRequest<'_>) -> Outcome<E> {
        let SharedRequest { claim, draft } = request;
        let stored = StoredToken {
            id: new_id(),
            token,
        };
        let mut warning = None;
        if !claim.is_aside() || !self.has_new_token() {
            let file = cache_entry::write(self.lookup.key, &stored);
            let published = draft.publish(&file, &file_kind::token(self.hash()));
            if matches!(published, Ok(true)) {
                // It would be over soon by itself.
                let _ = self.directory.remove(&file_kind::failure(self.hash()));
                if claim.is_aside() {
                    claim.outrun_holder(self.directory, self.hash());
                } else {
                    sweep::some(self.directory, self.now(), self.hash(), &stored.id);
                }
            }
            warning = published.err();
        }
        let mut outcome = Outcome::new(stored.token, Source::Fetch).with_warning(warning);
        outcome.overtaken = claim.into_overtaken();
        outcome
    }

    /// Whether a token has come since the call began.
    fn has_new_token(&self) -> bool {
        let id = |snapshot: &Snapshot| snapshot.stored.as_ref().map(|stored| stored.id.clone());
        let now = id(&Snapshot::read(self.directory, self.lookup.key));
        now.is_some() && now != id(&self.first)
    }

    fn record<E>(&self, failure: &FetchFailure<E>, draft: Draft<'_>) {
        let Some(shared) = &failure.shared else {
            return;
        };
        let failure = PastFailure::new(
            new_id(),
            shared.kind,
            &shared.note,
            self.now(),
            shared.cool_down,
        );
        // Untold, the others find out for themselves.
        let file = failure.write(self.lookup.key);
        let _ = draft.publish(&file, &file_kind::failure(self.hash()));
    }

    fn hash(&self) -> &'a str {
        self.lookup.key.as_str()
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            timeout: self.time_left(),
            is_early: false,
        }
    }

    fn time_left(&self) -> Duration {
        self.lookup.timeout.saturating_sub(self.started.elapsed())
    }

    /// The caller's time, and what went by since.
    fn now(&self) -> NumericDate {
        let passed = self.started.elapsed().as_secs();
        NumericDate::from_seconds(self.lookup.now.as_seconds().saturating_add(passed))
    }
}

/// Tells one writing of a file from the next.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness two writings look alike, and a process asks once more.
    let _ = SystemRandom::new().fill(&mut bytes);
    hex(&bytes)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use tokenring_oauth::AccessToken;

    use super::*;

    fn token(text: &str, now: NumericDate) -> CachedToken {
        CachedToken::new(AccessToken::new(text).unwrap(), now)
            .with_lifetime(Duration::from_secs(600))
    }

    /// One call has looked; before it gets the lock, another one renews.
    #[test]
    fn looks_again_with_the_lock_in_hand() {
        for (age, mode) in [(580, Mode::Normal), (600, Mode::Normal), (0, Mode::Refresh)] {
            let folder = tempfile::tempdir().unwrap();
            let directory = Directory::open(folder.path()).unwrap();
            let key = CacheKey::builder("https://gateway.example/", "client-1").build();
            let start = NumericDate::from_seconds(1_700_000_000);
            let now = NumericDate::from_seconds(start.as_seconds() + age);
            let first = Lookup::new(&key, start);
            let fetch = |_| Ok::<_, FetchFailure<()>>(token("old", start));
            Renewal::new(&directory, &first).run(fetch).unwrap();

            let lookup = Lookup::new(&key, now).with_mode(mode);
            let late = Renewal::new(&directory, &lookup);
            let fetch = |_| Ok::<_, FetchFailure<()>>(token("new", now));
            let outcome = Renewal::new(&directory, &lookup).run(fetch).unwrap();
            assert_eq!(outcome.source, Source::Fetch);
            let fetch = |_| Ok::<_, FetchFailure<()>>(token("newer", now));
            let outcome = late.run(fetch).unwrap();
            assert_eq!(outcome.source, Source::OtherProcess);
            assert_eq!(outcome.token.access_token().secret(), "new");
        }
    }
}
