use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::AccessToken;

use super::flight::Flight;
use super::held_token::HeldToken;
use super::moment::Moment;
use crate::{CacheKey, Error, Lookup, Mode, Token};

/// What all threads share, behind one lock that is never held while a request
/// is made, a store is asked, the clock is read or a thread waits.
///
/// Why there is one request at a time: a flight is entered here by the thread
/// that found none, under the lock, and taken out, under the lock, together
/// with entering what came of it. So each thread sees either the flight or its
/// outcome, and leads only where it sees neither a flight, nor a token that
/// will do, nor a setback that holds. The thread that entered a flight owns the
/// [`InFlight`](super::in_flight::InFlight) that ends it, even by a panic.
///
/// Why nothing blocks for good: of the three kinds of locks, this one comes
/// before those of the shards, and that of a flight is taken alone; and each
/// wait has an end of its own, see [`Flight::look`].
pub(crate) struct State<E> {
    pub(crate) key: Option<Arc<CacheKey>>,
    pub(crate) token: Option<HeldToken>,
    pub(crate) flight: Option<Arc<Flight<E>>>,
    pub(crate) setback: Option<Setback<E>>,
    /// The last one that an API rejected or that has expired. A store may have it still,
    /// and knows the wall clock only.
    pub(crate) dropped: Option<AccessToken>,
}

/// What follows from the last request having failed.
pub(crate) struct Setback<E> {
    pub(crate) error: Error<E>,
    /// No request before this, by the monotonic clock.
    pub(crate) resume_at: Duration,
    /// The same by the wall clock, as the other one stands still while a machine is suspended.
    pub(crate) resume_by_wall: Duration,
    /// The number of the attempt in its series.
    pub(crate) attempt: u32,
    /// The series that have failed in a row, this one included if it has.
    pub(crate) failed_series: u32,
    /// The series is over: callers get the error rather than wait.
    pub(crate) is_final: bool,
    /// Holds only while the token before is still valid: the pause was ours to
    /// choose, and there was no hurry.
    pub(crate) is_for_renewal: bool,
    /// From then on, by the monotonic clock, a failure is the first one again.
    pub(crate) forget_at: Duration,
}

/// What a caller does next.
pub(crate) enum Step<E> {
    Take(Token),
    Fail(Error<E>),
    Await(Arc<Flight<E>>),
    PauseUntil(Duration),
    Lead(Departure<E>),
}

/// A look at the store, and a request if need be, that the caller is to make for all.
pub(crate) struct Departure<E> {
    pub(crate) flight: Arc<Flight<E>>,
    pub(crate) key: Option<Arc<CacheKey>>,
    /// The valid token to fall back on, which is soon to expire.
    pub(crate) old: Option<HeldToken>,
    pub(crate) dropped: Option<AccessToken>,
    pub(crate) attempt: u32,
    pub(crate) failed_series: u32,
}

impl<E> State<E> {
    pub(crate) const fn new(key: Option<Arc<CacheKey>>) -> Self {
        Self {
            key,
            token: None,
            flight: None,
            setback: None,
            dropped: None,
        }
    }

    pub(crate) fn next_step(
        &mut self,
        now: Moment,
        deadline: Duration,
        lookup: &Lookup,
    ) -> Step<E> {
        let expired = self.token.take_if(|token| !token.is_unexpired(now));
        if let Some(expired) = expired {
            self.dropped = Some(expired.token.access_token().clone());
        }
        if self.token.is_none() {
            self.setback.take_if(|setback| setback.is_for_renewal);
        }
        self.setback.take_if(|it| it.forget_at <= now.monotonic);
        let token = self.token.as_ref();
        let suitable = token.filter(|token| token.suits(lookup, now));
        let setback = self.setback.as_ref();
        let resting = setback.filter(|it| {
            it.resume_at > now.monotonic
                && it.resume_by_wall > now.wall
                && lookup.mode != Mode::Refresh
                && (suitable.is_some() || !it.is_for_renewal)
        });
        let has_time = deadline > now.monotonic;
        match (suitable, &self.flight, resting) {
            (Some(token), None, None) if !token.is_fresh(now) && has_time => {
                let token = token.clone();
                Step::Lead(self.depart(Some(token), lookup))
            }
            (Some(token), _, _) => Step::Take(token.token.clone()),
            (None, Some(flight), _) => Step::Await(Arc::clone(flight)),
            (None, None, Some(setback)) if setback.is_final || setback.resume_at >= deadline => {
                Step::Fail(setback.error.clone())
            }
            (None, None, Some(setback)) => Step::PauseUntil(setback.resume_at),
            // A look into a store takes hardly any.
            (None, None, None) if !has_time && self.key.is_none() => {
                Step::Fail(setback.map_or(Error::DeadlinePassed, |setback| setback.error.clone()))
            }
            (None, None, None) => Step::Lead(self.depart(None, lookup)),
        }
    }

    pub(crate) fn has_dropped(&self, token: &Token) -> bool {
        let dropped = self.dropped.as_ref();
        dropped.is_some_and(|dropped| dropped.secret() == token.secret())
    }

    fn depart(&mut self, old: Option<HeldToken>, lookup: &Lookup) -> Departure<E> {
        let flight = Arc::new(Flight::new());
        self.flight = Some(Arc::clone(&flight));
        let (attempt, failed_series) = match &self.setback {
            _ if lookup.mode == Mode::Refresh => (1, 0),
            // A server that was down for a whole series is probed, not besieged.
            Some(setback) if setback.is_final && setback.failed_series > 0 => {
                (u32::MAX, setback.failed_series)
            }
            Some(setback) if setback.is_final => (1, 0),
            Some(setback) => (setback.attempt.saturating_add(1), setback.failed_series),
            None => (1, 0),
        };
        Departure {
            flight,
            key: self.key.clone(),
            old,
            dropped: self.dropped.clone(),
            attempt,
            failed_series,
        }
    }
}
