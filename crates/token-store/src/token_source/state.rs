use alloc::sync::Arc;
use core::time::Duration;

use super::FreshToken;
use super::flight::Flight;
use super::moment::Moment;
use crate::Error;

/// What all threads share, behind one lock that is never held while a request
/// is made, the clock is read or a thread waits.
///
/// Why there is one request at a time: a flight is entered here by the thread
/// that found none, under the lock, and taken out, under the lock, together
/// with entering what came of it. So each thread sees either the flight or its
/// outcome, and departs only where it sees neither a flight, nor a token that
/// will do, nor a setback that holds. The thread that entered a flight owns the
/// [`Landing`](super::landing::Landing) that ends it, even by a panic.
///
/// Why nothing blocks for good: of the three kinds of locks, this one comes
/// before those of the shards, and that of a flight is taken alone; and each
/// wait has an end of its own, see [`Flight::wait`].
#[derive(Default)]
pub(super) struct State {
    pub(super) token: Option<FreshToken>,
    pub(super) flight: Option<Arc<Flight>>,
    pub(super) setback: Option<Setback>,
}

/// What follows from the last request having failed.
pub(super) struct Setback {
    pub(super) error: Arc<Error>,
    /// No request before this, by the monotonic clock.
    pub(super) resume_at: Duration,
    /// The number of the attempt in its series. After a series that failed,
    /// each attempt is the last of its own.
    pub(super) attempt: u32,
    /// The series that have failed in a row, this one included if it has.
    pub(super) failed_series: u32,
    /// The series is over: callers get the error rather than wait.
    pub(super) is_final: bool,
    /// Holds only while the token before is still good: the pause was ours to
    /// choose, and there was no hurry.
    pub(super) is_for_renewal: bool,
    /// From then on, by the monotonic clock, a failure is the first one again.
    pub(super) forget_at: Duration,
}

/// What a caller does next.
pub(super) enum Step {
    Take(FreshToken),
    Fail(Arc<Error>),
    Await(Arc<Flight>),
    PauseUntil(Duration),
    Send(Departure),
}

/// A request that the caller is to make, for all.
pub(super) struct Departure {
    pub(super) flight: Arc<Flight>,
    pub(super) at: Moment,
    /// The time that the request may take.
    pub(super) limit: Duration,
    pub(super) attempt: u32,
    pub(super) failed_series: u32,
}

impl State {
    pub(super) fn next_step(&mut self, now: Moment, deadline: Duration) -> Step {
        let unexpired = self
            .token
            .as_ref()
            .filter(|token| token.is_unexpired(now))
            .cloned();
        if unexpired.is_none() {
            self.token = None;
            self.setback.take_if(|setback| setback.is_for_renewal);
        }
        self.setback.take_if(|it| it.forget_at <= now.monotonic);
        let setback = self.setback.as_ref();
        let resting = setback.filter(|it| it.resume_at > now.monotonic);
        let time_left = deadline.saturating_sub(now.monotonic);
        match (unexpired, &self.flight, resting) {
            (Some(token), None, None) if !token.is_fresh(now) && !time_left.is_zero() => {
                // Whoever renews could do without: not for too long, then.
                let longest = token.lifetime().expires_at.distance_from(now) / 2;
                Step::Send(self.depart(now, time_left.min(longest)))
            }
            (Some(token), _, _) => Step::Take(token),
            (None, Some(flight), _) => Step::Await(Arc::clone(flight)),
            (None, None, Some(setback)) if setback.is_final || setback.resume_at >= deadline => {
                Step::Fail(Arc::clone(&setback.error))
            }
            (None, None, Some(setback)) => Step::PauseUntil(setback.resume_at),
            (None, None, None) if time_left.is_zero() => Step::Fail(setback.map_or_else(
                || Arc::new(Error::DeadlinePassed),
                |setback| Arc::clone(&setback.error),
            )),
            (None, None, None) => Step::Send(self.depart(now, time_left)),
        }
    }

    fn depart(&mut self, at: Moment, limit: Duration) -> Departure {
        let flight = Arc::new(Flight::new());
        self.flight = Some(Arc::clone(&flight));
        let (attempt, failed_series) = match &self.setback {
            // A server that was down for a whole series is probed, not besieged.
            Some(setback) if setback.is_final => (u32::MAX, setback.failed_series),
            Some(setback) => (setback.attempt.saturating_add(1), setback.failed_series),
            None => (1, 0),
        };
        Departure {
            flight,
            at,
            limit,
            attempt,
            failed_series,
        }
    }
}
