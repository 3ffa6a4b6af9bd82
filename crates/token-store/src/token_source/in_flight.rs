use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::TokenSource;
use super::flight::{Flight, Landed};
use super::held_token::HeldToken;
use super::moment::Moment;
use super::state::{Departure, Setback};
use crate::renewal::{Action, Ending, Event, Failed, LEFT_TO_OTHERS, Renewal};
use crate::{CacheKey, Error, Lookup, Outcome, Source, Token};

/// The part of the one who leads. Ends a flight, come what may: dropped without an
/// ending, the fetch has panicked or its task was aborted, and nobody must wait for it
/// any longer.
pub(crate) struct InFlight<'a, E> {
    source: &'a TokenSource<E>,
    pub(crate) key: Option<Arc<CacheKey>>,
    /// None if memory plays no part.
    flight: Option<Arc<Flight<E>>>,
    renewal: Renewal<E>,
    attempt: u32,
    failed_series: u32,
}

impl<'a, E> InFlight<'a, E> {
    pub(crate) fn new(
        source: &'a TokenSource<E>,
        departure: Departure<E>,
        lookup: &Lookup,
        now: Moment,
        deadline: Duration,
    ) -> Self {
        let has_store = source.store.is_some() && departure.key.is_some();
        let mut lookup = lookup.clone();
        // The store may still have what memory has dropped.
        lookup.rejected = lookup.rejected.or(departure.dropped);
        let mut renewal = Renewal::new(source.rules.clone(), lookup, now, deadline)
            .with_store(has_store)
            .with_series(departure.attempt, departure.failed_series);
        if let Some(HeldToken { token, lifetime }) = departure.old {
            renewal = renewal.with_old(token, lifetime.expires_at.distance_from(now));
        }
        Self {
            source,
            key: departure.key,
            flight: Some(departure.flight),
            renewal,
            attempt: departure.attempt,
            failed_series: departure.failed_series,
        }
    }

    /// One that nobody knows of.
    pub(crate) fn bypass(
        source: &'a TokenSource<E>,
        lookup: &Lookup,
        now: Moment,
        deadline: Duration,
    ) -> Self {
        Self {
            source,
            key: None,
            flight: None,
            renewal: Renewal::new(source.rules.clone(), lookup.clone(), now, deadline),
            attempt: 1,
            failed_series: 0,
        }
    }

    pub(crate) fn step(&mut self, event: Event<E>) -> Action<E> {
        let (now, random) = (self.source.now(), self.source.clock.random());
        let action = self.renewal.step(event, now, random);
        let pause = match &action {
            Action::BackOffUntil(then, error) => Some((Error::Fetch(Arc::clone(error)), *then)),
            Action::HeedUntil(then, failure) => {
                self.source.tell_of_pause(failure);
                Some((Error::RecentFailure(failure.clone()), *then))
            }
            _ => None,
        };
        if let (Some((error, then)), Some(flight)) = (pause, &self.flight) {
            flight.pause(error, then);
        }
        action
    }

    /// Enters what came of it, and tells everybody.
    pub(crate) fn land(mut self, ending: Ending<E>) -> Result<Outcome<E>, Error<E>> {
        let flight = self.flight.take();
        let warning = self.renewal.warning.take();
        // Whoever found a token in the end has overtaken nobody.
        let overtaken = self.renewal.overtaken.take();
        let overtaken = overtaken.filter(|_| matches!(ending, Ending::Token(_, Source::Fetch)));
        let mut failed_renewal = None;
        let (token, source) = match ending {
            Ending::Token(token, source) => {
                if let Some(flight) = flight {
                    self.keep(&token, source);
                    flight.land(Landed::Token(token.clone(), source));
                }
                (token, source)
            }
            Ending::Kept(token, source, until) => {
                if let Some(flight) = flight {
                    self.keep_old(&token, source);
                    self.leave(until);
                    flight.land(Landed::Token(token.clone(), source));
                }
                (token, source)
            }
            Ending::KeptAfter(token, source, failed) => {
                failed_renewal = Some(Arc::clone(&failed.error));
                if let Some(flight) = flight {
                    self.keep_old(&token, source);
                    self.set_back(Error::Fetch(Arc::clone(&failed.error)), &failed);
                    flight.land(Landed::Token(token.clone(), source));
                }
                (token, source)
            }
            Ending::Failed(failed) => {
                let error = Error::Fetch(Arc::clone(&failed.error));
                if let Some(flight) = flight {
                    let landed = match failed.is_final {
                        true => Landed::Failed(error.clone()),
                        false => Landed::Passing,
                    };
                    self.set_back(error.clone(), &failed);
                    flight.land(landed);
                }
                return Err(error);
            }
            Ending::Recent(failure) => {
                let now = self.source.now();
                let error = Error::RecentFailure(failure.clone());
                if let Some(flight) = flight {
                    let rest = failure.cools_for(now.date());
                    let is_final = !failure.is_stated_pause();
                    self.rest(error.clone(), now.monotonic.saturating_add(rest), is_final);
                    flight.land(Landed::Failed(error.clone()));
                }
                return Err(error);
            }
            // Those who have more time may go on.
            Ending::TimedOut | Ending::NoTime => {
                if let Some(flight) = flight {
                    self.source.state().flight = None;
                    flight.land(Landed::Passing);
                }
                return Err(match ending {
                    Ending::NoTime => Error::DeadlinePassed,
                    _ => Error::TimedOut,
                });
            }
        };
        Ok(Outcome {
            warning,
            overtaken,
            failed_renewal,
            ..Outcome::new(token, source)
        })
    }

    fn keep(&self, token: &Token, source: Source) {
        let held = self.hold(token, source);
        let now = self.source.now();
        if source == Source::Store && held.is_unexpired(now) && !held.is_fresh(now) {
            self.keep_old(token, source);
            return self.leave(now.monotonic.saturating_add(LEFT_TO_OTHERS));
        }
        let mut state = self.source.state();
        state.flight = None;
        state.setback = None;
        if source == Source::Fetch {
            // Even if the server has given the same one again.
            state.dropped = None;
        }
        let is_dropped = state.has_dropped(token);
        // One without a lifetime goes to those who waited for it, and no further.
        if held.is_unexpired(now) && !is_dropped {
            self.source.set_shards(&held);
            state.token = Some(held);
        }
    }

    /// What was in memory is there still, unless it was rejected meanwhile.
    fn keep_old(&self, token: &Token, source: Source) {
        if source != Source::Memory {
            let held = self.hold(token, source);
            let mut state = self.source.state();
            if !state.has_dropped(token) {
                self.source.set_shards(&held);
                state.token = Some(held);
            }
        }
    }

    /// Leaves the renewal to others until then.
    fn leave(&self, until: Duration) {
        let resume_by_wall = self.by_wall(until);
        let mut state = self.source.state();
        state.flight = None;
        state.setback = Some(Setback {
            error: Error::TimedOut,
            resume_at: until,
            resume_by_wall,
            // Where another failure is remembered, it counts on.
            attempt: self.attempt.saturating_sub(1),
            failed_series: self.failed_series,
            is_final: self.attempt == u32::MAX,
            is_for_renewal: true,
            forget_at: self.forget_at(until),
        });
    }

    fn set_back(&self, error: Error<E>, failed: &Failed<E>) {
        let resume_by_wall = self.by_wall(failed.resume_at);
        let mut state = self.source.state();
        state.flight = None;
        state.setback = Some(Setback {
            error,
            resume_at: failed.resume_at,
            resume_by_wall,
            attempt: failed.attempt,
            failed_series: failed.failed_series,
            is_final: failed.is_final,
            is_for_renewal: failed.is_for_renewal,
            forget_at: self.forget_at(failed.resume_at),
        });
    }

    /// After a failure that this process did not make.
    fn rest(&self, error: Error<E>, resume_at: Duration, is_final: bool) {
        let resume_by_wall = self.by_wall(resume_at);
        let mut state = self.source.state();
        state.flight = None;
        state.setback = Some(Setback {
            error,
            resume_at,
            resume_by_wall,
            attempt: 0,
            failed_series: self.failed_series,
            is_final,
            is_for_renewal: false,
            forget_at: self.forget_at(resume_at),
        });
    }

    /// The same moment by the wall clock.
    fn by_wall(&self, resume_at: Duration) -> Duration {
        let now = self.source.now();
        now.wall
            .saturating_add(resume_at.saturating_sub(now.monotonic))
    }

    fn forget_at(&self, resume_at: Duration) -> Duration {
        let rules = &self.source.rules;
        resume_at
            .saturating_add(rules.cool_down.1)
            .saturating_add(rules.retry.timeout())
    }

    fn hold(&self, token: &Token, source: Source) -> HeldToken {
        let random = self.source.clock.random();
        let lifetimes = &self.source.rules.lifetimes;
        let lifetime = if source == Source::Fetch {
            let stated = token.expires_at().map(|_| token.lifetime());
            lifetimes.of(stated, self.renewal.sent_at, random)
        } else {
            lifetimes.of_stored(token, self.source.now(), random)
        };
        HeldToken {
            token: token.clone(),
            lifetime,
        }
    }

    /// The fetch has panicked: the next one has to wait.
    fn crash(&self) {
        let now = self.source.now();
        let (first, longest) = self.source.rules.cool_down;
        let series = self.failed_series.saturating_add(1);
        let random = self.source.clock.random();
        let rest = self
            .source
            .rules
            .retry
            .clone()
            .with_attempts(u32::MAX)
            .with_backoff(first, longest)
            .pause_after(series, tokenring_oauth::Retry::AfterPause, random);
        let resume_at = now.monotonic.saturating_add(rest.unwrap_or(first));
        let resume_by_wall = self.by_wall(resume_at);
        let mut state = self.source.state();
        state.flight = None;
        state.setback = Some(Setback {
            error: Error::FetchPanicked,
            resume_at,
            resume_by_wall,
            attempt: self.attempt,
            failed_series: series,
            is_final: true,
            is_for_renewal: state.token.is_some(),
            forget_at: self.forget_at(resume_at),
        });
    }
}

impl<E> Drop for InFlight<'_, E> {
    fn drop(&mut self) {
        let Some(flight) = self.flight.take() else {
            return;
        };
        if thread::panicking() {
            self.crash();
            flight.land(Landed::Failed(Error::FetchPanicked));
        } else {
            // Aborted: that says nothing, and one of those who wait goes on at once.
            self.source.state().flight = None;
            flight.land(Landed::Passing);
        }
    }
}
