//! Who takes a token, who waits, and who requests a new one: the decisions of the one
//! caller of a process that leads, without any input or output.

use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokenring_oauth::{Retry, RetryPolicy};

use crate::field_hash::hex;
use crate::token_source::{Lifetimes, Moment};
use crate::waiting::{NextMove, Waiter};
use crate::{
    Attempt, FetchFailure, Holder, Lease, LeaseKind, LeaseRequest, LeaseState, Lookup, Mode,
    Overtaken, PastFailure, Record, Snapshot, Source, StoredToken, Token, Unusable,
};

/// What a driver does next. It hands what comes of it to [`Renewal::step`].
pub(crate) enum Action<E> {
    Look,
    Lease(LeaseRequest),
    Fetch(Attempt),
    /// Stores the record, and drops the lease.
    Put(Lease, Record),
    /// Lets time pass until then, by the monotonic clock.
    PauseUntil(Duration),
    /// The same, between two attempts; others may want to know.
    BackOffUntil(Duration),
    Finish(Ending<E>),
}

/// What came of an [`Action`].
pub(crate) enum Event<E> {
    Begin,
    Looked(Result<Snapshot, Unusable>),
    Leased(Result<LeaseState, Unusable>),
    Fetched(Result<Token, FetchFailure<E>>),
    Put(Result<bool, Unusable>),
    Paused,
}

/// How it ended.
pub(crate) enum Ending<E> {
    Token(Token, Source),
    /// The old token, which is still valid. It is not to be renewed before this, by the
    /// monotonic clock, as another process is at it or the store says so.
    Kept(Token, Source, Duration),
    /// The old token, as its early renewal failed.
    KeptAfter(Token, Source, Failed<E>),
    Failed(Failed<E>),
    Recent(PastFailure),
    /// Another process took too long.
    TimedOut,
    /// There was no time to begin with.
    NoTime,
}

/// A fetch that failed, and when the next one may be made.
pub(crate) struct Failed<E> {
    pub(crate) error: Arc<E>,
    pub(crate) attempt: u32,
    pub(crate) failed_series: u32,
    pub(crate) is_final: bool,
    pub(crate) is_for_renewal: bool,
    pub(crate) resume_at: Duration,
}

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
    BackOff,
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
    /// When the request of the new token was sent.
    pub(crate) sent_at: Moment,
    pub(crate) warning: Option<Unusable>,
    pub(crate) overtaken: Option<Overtaken>,
    /// The error of the last attempt, between two.
    pub(crate) last_error: Option<Arc<E>>,
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
            sent_at: now,
            warning: None,
            overtaken: None,
            last_error: None,
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
                Phase::BackOff => self.fetch(now),
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
                Found::GiveUp(failure) => {
                    let pause = failure.cools_for(now.date()).max(LEFT_TO_OTHERS);
                    self.keep(now, pause)
                }
                _ => self.request_lease(Phase::EarlyLease, LeaseKind::Exclusive, now),
            },
            (Phase::EarlyLook, Found::GiveUp(failure)) => {
                let pause = failure.cools_for(now.date()).max(LEFT_TO_OTHERS);
                self.keep(now, pause)
            }
            (Phase::EarlyLook | Phase::HeldLook | Phase::LastLook, Found::Nothing)
            | (Phase::EarlyLook, Found::Renew(_)) => self.fetch(now),
            (_, Found::Renew(token)) => self.finish(Ending::Token(token, Source::Store)),
            (_, Found::GiveUp(failure)) => self.finish(Ending::Recent(failure)),
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
                // Memory needs no store.
                if self
                    .old
                    .as_ref()
                    .is_some_and(|old| old.source == Source::Memory)
                {
                    return self.fetch(now);
                }
                self.keep(now, LEFT_TO_OTHERS)
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

    fn fetched(&mut self, token: Token) -> Action<E> {
        if self.is_beside() {
            return self.look(Phase::LookBeside(Box::new(Fetched::Token(token))));
        }
        self.put_token(token)
    }

    fn put_token(&mut self, token: Token) -> Action<E> {
        let ending = Ending::Token(token.clone(), Source::Fetch);
        let id = new_id();
        self.put(Some(Record::Token(StoredToken { id, token })), ending)
    }

    fn failed(&mut self, failure: FetchFailure<E>, now: Moment, random: u64) -> Action<E> {
        let attempt = match self.take_phase() {
            Phase::Fetch(attempt) => attempt,
            _ => self.next_attempt(now),
        };
        let (policy, number) = (self.rules.retry.clone(), self.attempt);
        // That a request ran out of time that had little of it says nothing about
        // the server: a caller with more time may try.
        let was_short = failure.is_time_out && attempt.time_left < policy.timeout() / 2;
        let retry = match failure.retry {
            Retry::Never if was_short => Retry::AfterPause,
            retry => retry,
        };
        let error = failure.error;
        let pause = policy.pause_after(number, retry, random);
        let resume_at = now.monotonic.saturating_add(pause.unwrap_or_default());
        if pause.is_some() && !attempt.is_early && resume_at < self.deadline {
            self.attempt = number.saturating_add(1);
            self.last_error = Some(error);
            self.phase = Phase::BackOff;
            return Action::BackOffUntil(resume_at);
        }
        let is_final = pause.is_none();
        let failed_series = self.failed_series.saturating_add(u32::from(is_final));
        let wished = match failure.cool_down {
            Duration::ZERO => Retry::AfterPause,
            wished => Retry::After(wished),
        };
        let (first, longest) = self.rules.cool_down;
        let cool_downs = policy
            .with_attempts(u32::MAX)
            .with_longest_retry_after(PastFailure::LONGEST_COOL_DOWN);
        let cool_downs = match (is_final, wished) {
            (true, _) => cool_downs.with_backoff(first, longest),
            (false, _) => cool_downs.with_backoff(Duration::ZERO, Duration::ZERO),
        };
        let cool_down = cool_downs
            .pause_after(failed_series, wished, random)
            .unwrap_or_default();
        // A series that others may go on with is not delayed by more than its pause.
        let rest = pause.unwrap_or(cool_down);
        let record = failure.shared.map(|(kind, note)| {
            let rest = whole_seconds(rest.max(cool_down));
            Record::Failure(PastFailure::new(new_id(), kind, &note, now.date(), rest))
        });
        let failed = Failed {
            error,
            attempt: number,
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
    fn looked_beside(
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
    fn keep_or_fail(&mut self, fetched: Fetched<E>) -> Action<E> {
        match fetched {
            Fetched::Token(token) => self.finish(Ending::Token(token, Source::Fetch)),
            Fetched::Failed(failed, _) => self.finish(Ending::Failed(failed)),
        }
    }

    fn stored(&mut self, result: Result<bool, Unusable>) -> Action<E> {
        match self.take_phase() {
            Phase::Put(ending) => {
                // Untold of a failure, the others find out for themselves.
                if let (Err(reason), Ending::Token(..)) = (result, &ending) {
                    self.warning = Some(reason);
                }
                self.finish(ending)
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

    fn fetch(&mut self, now: Moment) -> Action<E> {
        if self.deadline <= self.started {
            return self.finish(Ending::NoTime);
        }
        let attempt = self.next_attempt(now);
        self.sent_at = now;
        self.phase = Phase::Fetch(attempt);
        Action::Fetch(attempt)
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

    fn next_attempt(&self, now: Moment) -> Attempt {
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

    fn judge(&self, snapshot: &Snapshot, now: Moment) -> Found {
        let (lookup, date) = (&self.lookup, now.date());
        let cooling = snapshot
            .failure()
            .filter(|failure| lookup.mode == Mode::Normal && failure.is_cooling(date));
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
        let is_new = |failure: &&PastFailure| self.first.failure.as_deref() != Some(failure.id());
        match cooling.or(snapshot.failure().filter(is_new)) {
            Some(failure) => Found::GiveUp(failure.clone()),
            None => Found::Nothing,
        }
    }

    fn is_beside(&self) -> bool {
        let lease = self.lease.as_ref();
        lease.is_some_and(|lease| lease.beside().is_some())
    }

    fn take_phase(&mut self) -> Phase<E> {
        std::mem::replace(&mut self.phase, Phase::Over)
    }

    const fn time_left(&self, now: Moment) -> Duration {
        self.deadline.saturating_sub(now.monotonic)
    }
}

/// A note counts whole seconds: the next one, so that nobody is too early.
fn whole_seconds(duration: Duration) -> Duration {
    let seconds = duration.as_secs();
    let part = u64::from(duration.subsec_nanos() > 0);
    Duration::from_secs(seconds.saturating_add(part))
}

/// Tells one writing of a record from the next.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Without randomness two writings look alike, and a process asks once more.
    let _ = SystemRandom::new().fill(&mut bytes);
    hex(&bytes)
}
