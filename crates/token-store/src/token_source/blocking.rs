//! The driver of the machine for callers that may block their thread.

use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::AccessToken;

use super::TokenSource;
use super::in_flight::InFlight;
use super::state::Step;
use crate::renewal::{Action, Event};
use crate::{
    Attempt, CacheKey, Error, FetchFailure, Lookup, Mode, Outcome, Source, Store, Token, Unusable,
};

impl<E> TokenSource<E> {
    /// Returns a token that is valid now, from memory, the store or the closure.
    ///
    /// Takes the time limit of the [`RetryPolicy`](tokenring_oauth::RetryPolicy) at most, 30 seconds by
    /// default.
    ///
    /// # Errors
    ///
    /// [`Error::Fetch`] with what the last attempt ended with, shared by all that waited
    /// for it, [`Error::RecentFailure`] with what another process has met, and others if
    /// there was not enough time.
    pub fn token<F>(&self, fetch: F) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    {
        self.get_or_fetch(&Lookup::new(), fetch)
    }

    /// Returns a token that is valid now, or an error within this time.
    ///
    /// Without any time, a token that is there is still found.
    ///
    /// # Errors
    ///
    /// Those of [`token`](Self::token).
    pub fn token_within<F>(&self, limit: Duration, fetch: F) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    {
        self.get_or_fetch(&Lookup::new().with_timeout(limit), fetch)
    }

    /// Returns a token with a remaining lifetime of at least this, or a new one.
    ///
    /// # Errors
    ///
    /// Those of [`token`](Self::token).
    #[doc(alias = "min_ttl")]
    pub fn token_valid_for<F>(&self, minimum: Duration, fetch: F) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    {
        self.get_or_fetch(&Lookup::new().with_minimum_lifetime(minimum), fetch)
    }

    /// Returns another token than this one, which an API has rejected (401,
    /// `invalid_token`).
    ///
    /// Of many threads and processes that were rejected with the same token, the first
    /// one causes a request and the others find its token. Who is rejected with a new
    /// token, too, has another problem than its age and should not go on.
    ///
    /// # Errors
    ///
    /// Those of [`token`](Self::token).
    pub fn replace<F>(&self, rejected: &AccessToken, fetch: F) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    {
        self.get_or_fetch(&Lookup::new().with_rejected_token(rejected.clone()), fetch)
    }

    /// Returns a token as a [`Lookup`] wants it, from memory, the store or the closure.
    ///
    /// The closure makes one attempt, within [`Attempt::time_left`].
    ///
    /// # Errors
    ///
    /// Those of [`token`](Self::token).
    pub fn get_or_fetch<F>(&self, lookup: &Lookup, mut fetch: F) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    {
        if let Some(token) = self.find_at_once(lookup) {
            return Ok(Outcome::new(token, Source::Memory));
        }
        let now = self.now();
        let deadline = self.deadline(lookup, now);
        if lookup.mode == Mode::Bypass {
            return self.lead(InFlight::bypass(self, lookup, now, deadline), &mut fetch);
        }
        loop {
            let now = self.now();
            match self.next_step(lookup, now, deadline) {
                Step::Take(token) => return Ok(Outcome::new(token, Source::Memory)),
                Step::Fail(error) => return Err(error),
                Step::PauseUntil(then) => self.pause_until(then),
                Step::Await(flight) => {
                    let landed = flight.wait(&*self.clock, deadline);
                    if let Some(result) = self.landed(lookup, landed) {
                        return result;
                    }
                }
                Step::Lead(departure) => {
                    let in_flight = InFlight::new(self, departure, lookup, now, deadline);
                    return self.lead(in_flight, &mut fetch);
                }
            }
        }
    }

    /// Makes a request for all who want a token, in this thread.
    fn lead(
        &self,
        mut in_flight: InFlight<'_, E>,
        fetch: &mut impl FnMut(Attempt) -> Result<Token, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        let key = in_flight.key.clone();
        let mut event = Event::Begin;
        loop {
            event = match in_flight.step(event) {
                Action::Look => Event::Looked(self.on_store(&key, |store, key| store.get(key))),
                Action::Lease(request) => {
                    let answer = self.on_store(&key, |store, key| store.lease(key, &request));
                    Event::Leased(answer.map(|state| state.taken_for(&request)))
                }
                Action::Put(lease, record) => {
                    Event::Put(self.on_store(&key, |store, key| store.put_if(key, &lease, &record)))
                }
                Action::Fetch(attempt) => Event::Fetched(fetch(attempt)),
                Action::PauseUntil(then)
                | Action::HeedUntil(then, _)
                | Action::BackOffUntil(then, _) => {
                    self.pause_until(then);
                    Event::Paused
                }
                Action::Finish(ending) => return in_flight.land(ending),
            };
        }
    }

    fn on_store<T>(
        &self,
        key: &Option<Arc<CacheKey>>,
        call: impl FnOnce(&dyn Store, &CacheKey) -> Result<T, Unusable>,
    ) -> Result<T, Unusable> {
        match (&self.store, key) {
            (Some(store), Some(key)) => call(&**store, key),
            _ => Err(Unusable::Platform),
        }
    }

    /// Lets time pass until then, by the monotonic clock.
    fn pause_until(&self, then: Duration) {
        loop {
            let left = then.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                return;
            }
            self.clock.pause(left);
        }
    }
}
