//! Who takes a token, who waits, and who requests a new one: the decisions of the one
//! caller of a process that leads, without any input or output.

use std::time::Duration;

use tokenring_oauth::RetryPolicy;

pub(crate) use self::action::{Action, Ending, Event, Failed};
use crate::token_source::{Lifetimes, Moment};
use crate::waiting::{NextMove, Waiter};
use crate::{
    Attempt, FetchFailure, Holder, Lease, LeaseKind, LeaseRequest, LeaseState, Lookup, Mode,
    Overtaken, PastFailure, Record, Snapshot, Source, Token, Unusable,
};

mod action;
mod attempts;
#[cfg(test)]
mod tests;

/// What the machine waits for.
enum Phase<E> {
    FirstLook,
    EarlyLease,
    EarlyLook,
    Lease,
    /// A look while another process has the lease.
    BusyLook(Holder),
    /// A lease past that process: 0 takes over, others are beside it.
    Past(Holder, NextMove, u32),
    /// A look with the lease in hand.
    HeldLook,
    Pause,
    /// A look before going on without the store.
    LastLook,
    Fetch(Attempt),
    /// A note that the server asked for a pause, which ends then, is on its way.
    Noting(Attempt, Box<FetchFailure<E>>, Duration),
    BackOff(Attempt, Box<FetchFailure<E>>),
    /// The same without the lease: others see the note of the pause and wait for its end too.
    NotedBackOff(Attempt, Box<FetchFailure<E>>),
    /// A look at whether the holder has brought a token meanwhile.
    LookBeside(Box<Fetched<E>>),
    Put(Ending<E>),
    Over,
}

enum Fetched<E> {
    Token(Token),
    Failed(Failed<E>, Option<Record>),
}

/// Pauses between two looks at what the holder of the lease has done.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);
/// The longest that an early renewal may take: somebody who could do without waits for it.
const EARLY_LIMIT: Duration = Duration::from_secs(5);
/// How long a token stays in memory that another process is about to renew.
pub(crate) const LEFT_TO_OTHERS: Duration = Duration::from_secs(1);

/// The rules, which do not change from call to call.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) retry: RetryPolicy,
    pub(crate) lifetimes: Lifetimes,
    /// The first and the longest one.
    pub(crate) cool_down: (Duration, Duration),
}

/// One call that leads.
pub(crate) struct Renewal<E> {
    rules: Rules,
    lookup: Lookup,
    has_store: bool,
    started: Duration,
    deadline: Duration,
    attempt: u32,
    failed_series: u32,
    old: Option<Old>,
    /// What there was when the call began: whatever differs from it later was
    /// done meanwhile, and no clock is needed to tell.
    first: Seen,
    phase: Phase<E>,
    waiter: Waiter,
    pause: Duration,
    lease: Option<Lease>,
    /// The note that this call has written of a pause.
    own_note: Option<String>,
    /// When the request of the new token was sent.
    pub(crate) sent_at: Moment,
    pub(crate) warning: Option<Unusable>,
    pub(crate) overtaken: Option<Overtaken>,
}

/// A valid token that is soon to expire.
struct Old {
    token: Token,
    source: Source,
    /// Whoever renews it could do without: not for longer than this, then.
    longest: Duration,
}

#[derive(Default)]
struct Seen {
    token: Option<String>,
    failure: Option<String>,
}

/// What follows from a snapshot.
enum Found {
    Take(Token, Source),
    /// The token is valid, but not for long.
    Renew(Token),
    GiveUp(PastFailure),
    Nothing,
}

impl<E> Renewal<E> {
    pub(crate) fn new(rules: Rules, lookup: Lookup, now: Moment, deadline: Duration) -> Self {
        Self {
            rules,
            lookup,
            has_store: false,
            started: now.monotonic,
            deadline,
            attempt: 1,
            failed_series: 0,
            old: None,
            first: Seen::default(),
            phase: Phase::Over,
            waiter: Waiter::new(deadline.saturating_sub(now.monotonic)),
            pause: FIRST_PAUSE,
            lease: None,
            own_note: None,
            sent_at: now,
            warning: None,
            overtaken: None,
        }
    }

    pub(crate) const fn with_store(mut self, has_store: bool) -> Self {
        self.has_store = has_store;
        self
    }

    /// Sets the token in memory, which is due for renewal, and for how long it is valid.
    pub(crate) fn with_old(mut self, token: Token, valid_for: Duration) -> Self {
        self.old = Some(Old {
            token,
            source: Source::Memory,
            longest: EARLY_LIMIT.min(valid_for / 2),
        });
        self
    }

    /// Sets where in a series of attempts this call begins.
    pub(crate) const fn with_series(mut self, attempt: u32, failed_series: u32) -> Self {
        self.attempt = attempt;
        self.failed_series = failed_series;
        self
    }

    pub(crate) fn step(&mut self, event: Event<E>, now: Moment, random: u64) -> Action<E> {
        match event {
            Event::Begin if self.has_store => self.look(Phase::FirstLook),
            Event::Begin => self.fetch(now),
            Event::Looked(found) => self.looked(found, now),
            Event::Leased(answer) => self.leased(answer, now),
            Event::Fetched(Ok(token)) => self.fetched(token),
            Event::Fetched(Err(failure)) => self.failed(failure, now, random),
            Event::Put(result) => self.stored(result),
            Event::Paused => match self.take_phase() {
                Phase::BackOff(attempt, failure) => {
                    self.resume(*failure, attempt, false, now, random)
                }
                Phase::NotedBackOff(attempt, failure) => {
                    self.resume(*failure, attempt, true, now, random)
                }
                _ => self.request_lease(Phase::Lease, LeaseKind::Exclusive, now),
            },
        }
    }

    fn looked(&mut self, result: Result<Snapshot, Unusable>, now: Moment) -> Action<E> {
        let phase = self.take_phase();
        let snapshot = match result {
            Ok(snapshot) => snapshot,
            Err(reason) => {
                self.warning = Some(reason);
                return match phase {
                    Phase::LookBeside(fetched) => self.keep_or_fail(*fetched),
                    _ => self.fetch(now),
                };
            }
        };
        if matches!(phase, Phase::FirstLook) {
            self.first = Seen {
                token: snapshot.token().map(|token| token.id().to_owned()),
                failure: snapshot.failure().map(|failure| failure.id().to_owned()),
            };
        }
        if let Phase::LookBeside(fetched) = phase {
            return self.looked_beside(*fetched, &snapshot, now);
        }
        let found = self.judge(&snapshot, now);
        match (phase, found) {
            // By the wall clock alone, the store may take it for a younger one.
            (phase, Found::Take(token, _)) if self.is_old(&token) => {
                match snapshot.cooling(now.date(), None) {
                    Some(failure) => self.keep_during(failure, now),
                    None if matches!(phase, Phase::EarlyLook) => self.fetch(now),
                    None => self.request_lease(Phase::EarlyLease, LeaseKind::Exclusive, now),
                }
            }
            (_, Found::Take(token, source)) => self.finish(Ending::Token(token, source)),
            (Phase::FirstLook, Found::Renew(token)) => {
                let longest = EARLY_LIMIT.min(token.remaining(now.date()) / 2);
                self.old.get_or_insert(Old {
                    token,
                    source: Source::Store,
                    longest,
                });
                self.request_lease(Phase::EarlyLease, LeaseKind::Exclusive, now)
            }
            (Phase::FirstLook, found) if self.old.is_some() => match found {
                Found::GiveUp(failure) => self.keep_during(&failure, now),
                _ => self.request_lease(Phase::EarlyLease, LeaseKind::Exclusive, now),
            },
            (Phase::EarlyLook, Found::GiveUp(failure)) => self.keep_during(&failure, now),
            (Phase::EarlyLook | Phase::HeldLook | Phase::LastLook, Found::Nothing)
            | (Phase::EarlyLook, Found::Renew(_)) => self.fetch(now),
            (_, Found::Renew(token)) => self.finish(Ending::Token(token, Source::Store)),
            (_, Found::GiveUp(failure)) => self.heed(failure, now),
            (Phase::BusyLook(holder), Found::Nothing) => {
                let waited = now.monotonic.saturating_sub(self.started);
                let next = self.waiter.look(holder, waited, now.date());
                self.pass(holder, next, u32::from(!next.takes_over), now)
            }
            (_, Found::Nothing) => self.request_lease(Phase::Lease, LeaseKind::Exclusive, now),
        }
    }

    fn leased(&mut self, answer: Result<LeaseState, Unusable>, now: Moment) -> Action<E> {
        match (self.take_phase(), answer) {
            (Phase::EarlyLease, Ok(LeaseState::Held(lease))) => self.hold(lease, Phase::EarlyLook),
            (Phase::EarlyLease, Ok(LeaseState::Busy(_))) => self.keep(now, LEFT_TO_OTHERS),
            (Phase::EarlyLease, Err(reason)) => {
                self.warning = Some(reason);
                match &self.old {
                    // Memory needs no store.
                    Some(old) if old.source == Source::Memory => self.fetch(now),
                    _ => self.keep(now, LEFT_TO_OTHERS),
                }
            }
            (Phase::Past(holder, ..), Ok(LeaseState::Held(lease))) => {
                self.overtaken = Some(Overtaken::new(holder.note));
                // The last moment for the holder to bring it is over now.
                self.hold(lease, Phase::HeldLook)
            }
            (Phase::Past(holder, next, number), Ok(LeaseState::Busy(_))) => {
                self.pass(holder, next, number.saturating_add(1), now)
            }
            (_, Ok(LeaseState::Held(lease))) => self.hold(lease, Phase::HeldLook),
            (_, Ok(LeaseState::Busy(holder))) => self.look(Phase::BusyLook(holder)),
            (_, Err(reason)) => {
                self.warning = Some(reason);
                self.look(Phase::LastLook)
            }
        }
    }

    /// Tries the ways past a holder, one after the other, and pauses after the last.
    fn pass(&mut self, holder: Holder, next: NextMove, number: u32, now: Moment) -> Action<E> {
        let kind = match number {
            0 => LeaseKind::TakeOver(holder),
            _ if number <= next.side_locks => LeaseKind::Beside { number, holder },
            _ => return self.wait(now),
        };
        self.request_lease(Phase::Past(holder, next, number), kind, now)
    }

    /// Waiting is polling: a lock that is waited for in the kernel has no
    /// time-out, and the token is there to be read before the lease is free.
    fn wait(&mut self, now: Moment) -> Action<E> {
        let left = self.time_left(now);
        if left.is_zero() {
            return self.finish(Ending::TimedOut);
        }
        let then = now.monotonic.saturating_add(self.pause.min(left));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.phase = Phase::Pause;
        Action::PauseUntil(then)
    }

    /// Waits for the end of a pause that the server has asked another process for; gives up
    /// where there is no time for that, or the server did not say when to come again.
    fn heed(&mut self, failure: PastFailure, now: Moment) -> Action<E> {
        let end = now.monotonic.saturating_add(failure.cools_for(now.date()));
        if !failure.is_stated_pause() || end >= self.deadline {
            return self.finish(Ending::Recent(failure));
        }
        self.lease = None;
        self.phase = Phase::Pause;
        Action::HeedUntil(end, failure)
    }

    fn look(&mut self, phase: Phase<E>) -> Action<E> {
        self.phase = phase;
        Action::Look
    }

    fn request_lease(&mut self, phase: Phase<E>, kind: LeaseKind, now: Moment) -> Action<E> {
        if self.time_left(now).is_zero() && matches!(phase, Phase::EarlyLease) {
            return self.keep(now, Duration::ZERO);
        }
        if self.deadline <= self.started {
            return self.finish(Ending::NoTime);
        }
        self.phase = phase;
        let busy_for = self.next_attempt(now).time_left;
        Action::Lease(LeaseRequest::new(kind, now.date(), busy_for))
    }

    fn hold(&mut self, lease: Lease, phase: Phase<E>) -> Action<E> {
        self.lease = Some(lease);
        self.look(phase)
    }

    fn keep_during(&mut self, failure: &PastFailure, now: Moment) -> Action<E> {
        self.keep(now, failure.cools_for(now.date()).max(LEFT_TO_OTHERS))
    }

    fn keep(&mut self, now: Moment, pause: Duration) -> Action<E> {
        let ending = match self.old.take() {
            Some(old) => {
                let until = now.monotonic.saturating_add(pause);
                Ending::Kept(old.token, old.source, until)
            }
            None => Ending::TimedOut,
        };
        self.finish(ending)
    }

    fn finish(&mut self, ending: Ending<E>) -> Action<E> {
        self.phase = Phase::Over;
        self.lease = None;
        Action::Finish(ending)
    }

    fn judge(&self, snapshot: &Snapshot, now: Moment) -> Found {
        let (lookup, date) = (&self.lookup, now.date());
        let cooling = snapshot.cooling(date, self.own_note.as_deref());
        let cooling = cooling.filter(|_| lookup.mode == Mode::Normal);
        let stored = snapshot.token();
        if let Some(stored) = stored.filter(|stored| !lookup.is_rejected(stored.token())) {
            let token = stored.token();
            if self.first.token.as_deref() != Some(stored.id()) {
                return Found::Take(token.clone(), Source::OtherProcess);
            }
            let remaining = token.remaining(date);
            let is_good = !remaining.is_zero() && remaining >= lookup.minimum;
            if lookup.mode == Mode::Normal && is_good {
                let window = self.rules.lifetimes.window(token.lifetime());
                return if remaining > window || cooling.is_some() {
                    Found::Take(token.clone(), Source::Store)
                } else {
                    Found::Renew(token.clone())
                };
            }
        }
        let is_new = |failure: &&PastFailure| {
            let id = Some(failure.id());
            let is_known = self.first.failure.as_deref() == id || self.own_note.as_deref() == id;
            !is_known && (!failure.is_stated_pause() || failure.is_cooling(date))
        };
        match cooling.or(snapshot.failure().filter(is_new)) {
            Some(failure) => Found::GiveUp(failure.clone()),
            None => Found::Nothing,
        }
    }

    /// Whether it is the token that memory has found to be soon to expire.
    fn is_old(&self, token: &Token) -> bool {
        let old = self.old.as_ref();
        old.is_some_and(|old| old.source == Source::Memory && old.token.secret() == token.secret())
    }

    fn take_phase(&mut self) -> Phase<E> {
        std::mem::replace(&mut self.phase, Phase::Over)
    }

    const fn time_left(&self, now: Moment) -> Duration {
        self.deadline.saturating_sub(now.monotonic)
    }
}
