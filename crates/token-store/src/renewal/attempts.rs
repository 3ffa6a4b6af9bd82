//! The requests of a renewal, and what follows from their outcome.

use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokenring_oauth::Retry;

use super::{Action, Ending, Failed, Fetched, Found, Phase, Renewal};
use crate::field_hash::hex;
use crate::token_source::Moment;
use crate::{
    Attempt, FetchFailure, Lease, LeaseKind, PastFailure, Record, Snapshot, Source, StoredToken,
    Token, Unusable,
};

impl<E> Renewal<E> {
    pub(super) fn fetch(&mut self, now: Moment) -> Action<E> {
        if self.deadline <= self.started {
            return self.finish(Ending::NoTime);
        }
        let attempt = self.next_attempt(now);
        self.sent_at = now;
        self.phase = Phase::Fetch(attempt);
        Action::Fetch(attempt)
    }

    pub(super) fn fetched(&mut self, token: Token) -> Action<E> {
        if self.is_beside() {
            return self.look(Phase::LookBeside(Box::new(Fetched::Token(token))));
        }
        self.put_token(token)
    }

    fn put_token(&mut self, token: Token) -> Action<E> {
        let ending = Ending::Token(token.clone(), Source::Fetch);
        let (id, token) = (new_id(), token.to_stored());
        self.put(Some(Record::Token(StoredToken { id, token })), ending)
    }

    pub(super) fn failed(
        &mut self,
        failure: FetchFailure<E>,
        now: Moment,
        random: u64,
    ) -> Action<E> {
        let attempt = match self.take_phase() {
            Phase::Fetch(attempt) => attempt,
            _ => self.next_attempt(now),
        };
        let policy = &self.rules.retry;
        // That a request ran out of time that had little of it says nothing about
        // the server: a caller with more time may try.
        let was_short = failure.is_time_out && attempt.time_left < policy.timeout() / 2;
        let retry = match failure.retry {
            Retry::Never if was_short => Retry::AfterPause,
            retry => retry,
        };
        let pause = policy.pause_after(self.attempt, retry, random);
        let resume_at = now.monotonic.saturating_add(pause.unwrap_or_default());
        if pause.is_some() && !attempt.is_early && resume_at < self.deadline {
            if let Some((lease, note)) = self.note_of_pause(&failure, now) {
                self.own_note = Some(note.id().to_owned());
                self.phase = Phase::Noting(attempt, Box::new(failure), resume_at);
                return Action::Put(lease, Record::Failure(note));
            }
            let error = Arc::clone(&failure.error);
            self.phase = Phase::BackOff(attempt, Box::new(failure));
            return Action::BackOffUntil(resume_at, error);
        }
        self.conclude(failure, attempt, pause, now, random)
    }

    /// The note of a pause that the server has asked for, and the lease to write it with. Whoever
    /// writes beside another process keeps to itself.
    fn note_of_pause(
        &mut self,
        failure: &FetchFailure<E>,
        now: Moment,
    ) -> Option<(Lease, PastFailure)> {
        let (kind, note) = failure.shared.as_ref()?;
        if !failure.is_stated_pause() || self.is_beside() {
            return None;
        }
        let lease = self.lease.take()?;
        let note = PastFailure::new(new_id(), *kind, note, now.date(), Duration::ZERO);
        Some((lease, note.with_stated_pause(until(failure.cool_down, now))))
    }

    /// The next attempt, unless the pause has taken all the time that was left.
    pub(super) fn resume(
        &mut self,
        failure: FetchFailure<E>,
        attempt: Attempt,
        is_noted: bool,
        now: Moment,
        random: u64,
    ) -> Action<E> {
        if self.time_left(now).is_zero() {
            return self.conclude(failure, attempt, Some(Duration::ZERO), now, random);
        }
        self.attempt = self.attempt.saturating_add(1);
        match is_noted {
            true => self.request_lease(Phase::Lease, LeaseKind::Exclusive, now),
            false => self.fetch(now),
        }
    }

    /// Ends the call. Without a pause, the series of attempts is over for all.
    fn conclude(
        &mut self,
        failure: FetchFailure<E>,
        attempt: Attempt,
        pause: Option<Duration>,
        now: Moment,
        random: u64,
    ) -> Action<E> {
        let is_final = pause.is_none();
        let failed_series = self.failed_series.saturating_add(u32::from(is_final));
        let wished = match failure.cool_down {
            Duration::ZERO => Retry::AfterPause,
            wished => Retry::After(wished),
        };
        let (first, longest) = self.rules.cool_down;
        let retry = self.rules.retry.clone();
        let cool_downs = retry.with_attempts(u32::MAX).with_longest_retry_after(
            match failure.is_stated_pause() {
                true => PastFailure::LONGEST_STATED_PAUSE,
                false => PastFailure::LONGEST_COOL_DOWN,
            },
        );
        let cool_downs = match (is_final, wished) {
            (true, _) => cool_downs.with_backoff(first, longest),
            (false, _) => cool_downs.with_backoff(Duration::ZERO, Duration::ZERO),
        };
        let cool_down = cool_downs
            .pause_after(failed_series, wished, random)
            .unwrap_or_default();
        // A series that others may go on with is not delayed by more than its pause.
        let rest = pause.unwrap_or(cool_down);
        let is_stated = failure.is_stated_pause();
        let record = failure.shared.map(|(kind, note)| {
            let rest = match cool_down {
                Duration::ZERO => rest,
                cool_down => cool_down,
            };
            let whole = whole_seconds(rest);
            let note = PastFailure::new(new_id(), kind, &note, now.date(), whole);
            Record::Failure(match is_stated {
                true => note.with_stated_pause(until(rest, now)),
                false => note,
            })
        });
        let failed = Failed {
            error: failure.error,
            attempt: self.attempt,
            failed_series,
            is_final,
            is_for_renewal: attempt.is_early && matches!(wished, Retry::AfterPause),
            resume_at: now.monotonic.saturating_add(rest),
        };
        if attempt.is_early {
            let ending = match self.old.take() {
                Some(old) => Ending::KeptAfter(old.token, old.source, failed),
                None => Ending::Failed(failed),
            };
            return self.put(record, ending);
        }
        if self.is_beside() {
            // That its own time is over is nothing to those who have more of it and wait
            // for the holder.
            let allowed = self.deadline.saturating_sub(self.started);
            let record = record.filter(|_| self.time_left(now) > allowed / 16);
            return self.look(Phase::LookBeside(Box::new(Fetched::Failed(failed, record))));
        }
        self.put(record, Ending::Failed(failed))
    }

    /// The holder may have brought a token while this call made its own request.
    pub(super) fn looked_beside(
        &mut self,
        fetched: Fetched<E>,
        snapshot: &Snapshot,
        now: Moment,
    ) -> Action<E> {
        match fetched {
            Fetched::Token(token) => {
                let id = snapshot.token().map(StoredToken::id);
                if id.is_some() && id != self.first.token.as_deref() {
                    return self.finish(Ending::Token(token, Source::Fetch));
                }
                self.put_token(token)
            }
            Fetched::Failed(failed, record) => match self.judge(snapshot, now) {
                Found::Take(token, source) => self.finish(Ending::Token(token, source)),
                Found::Renew(token) => self.finish(Ending::Token(token, Source::Store)),
                Found::GiveUp(_) | Found::Nothing => self.put(record, Ending::Failed(failed)),
            },
        }
    }

    /// The store cannot be read any more.
    pub(super) fn keep_or_fail(&mut self, fetched: Fetched<E>) -> Action<E> {
        match fetched {
            Fetched::Token(token) => self.finish(Ending::Token(token, Source::Fetch)),
            Fetched::Failed(failed, _) => self.finish(Ending::Failed(failed)),
        }
    }

    pub(super) fn stored(&mut self, result: Result<bool, Unusable>) -> Action<E> {
        match self.take_phase() {
            Phase::Put(ending) => {
                // Untold of a failure, the others find out for themselves.
                if let (Err(reason), Ending::Token(..)) = (result, &ending) {
                    self.warning = Some(reason);
                }
                self.finish(ending)
            }
            Phase::Noting(attempt, failure, resume_at) => {
                let error = Arc::clone(&failure.error);
                self.phase = Phase::NotedBackOff(attempt, failure);
                Action::BackOffUntil(resume_at, error)
            }
            _ => self.finish(Ending::TimedOut),
        }
    }

    fn put(&mut self, record: Option<Record>, ending: Ending<E>) -> Action<E> {
        match (self.lease.take(), record) {
            (Some(lease), Some(record)) => {
                self.phase = Phase::Put(ending);
                Action::Put(lease, record)
            }
            _ => self.finish(ending),
        }
    }

    pub(super) fn next_attempt(&self, now: Moment) -> Attempt {
        let left = self.time_left(now);
        let old = self.old.as_ref();
        Attempt {
            // A single attempt that follows a cool-down is the first one of its series.
            number: if self.attempt == u32::MAX {
                1
            } else {
                self.attempt
            },
            time_left: old.map_or(left, |old| left.min(old.longest)),
            is_early: old.is_some(),
        }
    }

    fn is_beside(&self) -> bool {
        let lease = self.lease.as_ref();
        lease.is_some_and(|lease| lease.beside().is_some())
    }
}

/// A note counts whole seconds: the next one, so that nobody is too early.
fn whole_seconds(duration: Duration) -> Duration {
    let seconds = duration.as_secs();
    let part = u64::from(duration.subsec_nanos() > 0);
    Duration::from_secs(seconds.saturating_add(part))
}

/// What a note has to say so that nobody is too early, as it counts from the second that has begun.
fn until(pause: Duration, now: Moment) -> Duration {
    let begun = Duration::from_nanos(now.wall.subsec_nanos().into());
    whole_seconds(pause.saturating_add(begun))
}

/// Tells one writing of a record from the next.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness two writings look alike, and a process asks once more.
    let _ = SystemRandom::new().fill(&mut bytes);
    hex(&bytes)
}
