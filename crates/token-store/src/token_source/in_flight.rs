use alloc::sync::Arc;
use core::time::Duration;

use super::TokenSource;
use super::flight::Outcome;
use super::fresh_token::FreshToken;
use super::moment::Moment;
use super::state::{Departure, Setback};
use crate::retry_policy::backoff;
use crate::{Error, Retry, Retryable as _, TokenResponse, TransportErrorKind};

/// Ends a flight, come what may: dropped without an outcome, the request has
/// panicked, and nobody must wait for it any longer.
pub(super) struct Landing<'a> {
    source: &'a TokenSource,
    departure: Departure,
    has_landed: bool,
}

impl<'a> Landing<'a> {
    pub(super) const fn new(source: &'a TokenSource, departure: Departure) -> Self {
        Self {
            source,
            departure,
            has_landed: false,
        }
    }

    pub(super) fn land(mut self, result: Result<TokenResponse, Error>) -> Outcome {
        self.settle(result)
    }

    fn settle(&mut self, result: Result<TokenResponse, Error>) -> Outcome {
        self.has_landed = true;
        let random = self.source.clock.random();
        let now = Moment::of(&*self.source.clock);
        let outcome = match result {
            Ok(response) => Outcome::Token(self.succeed(response, now, random)),
            Err(error) => self.fail(error, now, random),
        };
        self.departure.flight.land(outcome.clone());
        outcome
    }

    fn succeed(&self, response: TokenResponse, now: Moment, random: u64) -> FreshToken {
        let stated = response.expires_in();
        let lifetime = self.source.lifetimes.of(stated, self.departure.at, random);
        let token = FreshToken::new(response, lifetime);
        let mut state = self.source.state();
        state.flight = None;
        state.setback = None;
        // One without a lifetime goes to those who waited for it, and no further.
        if token.is_unexpired(now) {
            self.source.shards.set(Some(&token));
            state.token = Some(token.clone());
        }
        token
    }

    fn fail(&self, error: Error, now: Moment, random: u64) -> Outcome {
        let retry = self.retry_of(&error);
        let retry_after = retry_after_of(&error);
        let policy = &self.source.retry;
        let pause = policy.pause_after(self.departure.attempt, retry, random);
        let is_final = pause.is_none();
        let failed_series = self
            .departure
            .failed_series
            .saturating_add(u32::from(is_final));
        let (first, longest) = self.source.cool_down;
        let pause = pause.unwrap_or_else(|| {
            let cool_down = backoff(first, longest, failed_series, random);
            cool_down.max(retry_after.map_or(Duration::ZERO, |wait| policy.capped(wait, random)))
        });
        let resume_at = now.monotonic.saturating_add(pause);
        let error = Arc::new(error);
        let mut state = self.source.state();
        state.flight = None;
        let unexpired = state
            .token
            .as_ref()
            .filter(|token| token.is_unexpired(now))
            .cloned();
        state.setback = Some(Setback {
            error: Arc::clone(&error),
            resume_at,
            attempt: self.departure.attempt,
            failed_series,
            is_final,
            is_for_renewal: unexpired.is_some() && retry_after.is_none(),
            forget_at: resume_at
                .saturating_add(longest)
                .saturating_add(policy.timeout()),
        });
        match unexpired {
            Some(token) => Outcome::Token(token),
            None if is_final => Outcome::Failed(error),
            None => Outcome::Passing,
        }
    }

    /// That a request ran out of time that had little of it says nothing about
    /// the server: a caller with more time may try.
    fn retry_of(&self, error: &Error) -> Retry {
        match error {
            Error::Transport(error)
                if error.kind() == TransportErrorKind::TimedOut
                    && self.departure.limit < self.source.retry.timeout() / 2 =>
            {
                Retry::AfterPause
            }
            error => error.retry(),
        }
    }
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        if !self.has_landed {
            let _ = self.settle(Err(Error::RequestPanicked));
        }
    }
}

fn retry_after_of(error: &Error) -> Option<Duration> {
    match error {
        Error::Refused(response) => response.retry_after(),
        _ => None,
    }
}
