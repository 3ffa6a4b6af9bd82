//! The machine alone: what comes of each step is told to it, as no store or clock would.

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, Retry};

use super::*;
use crate::{FailureKind, StoredToken};

mod pauses;

const START: u64 = 1_700_000_000;

fn at(seconds: u64) -> Moment {
    Moment {
        monotonic: Duration::from_secs(seconds),
        wall: Duration::from_secs(START + seconds),
    }
}

/// A token of second zero that is valid for ten minutes.
fn token(text: &str) -> Token {
    let start = NumericDate::from_seconds(START);
    Token::new(AccessToken::new(text).unwrap(), start).with_lifetime(Duration::from_secs(600))
}

fn stored(text: &str) -> Snapshot {
    let stored = StoredToken {
        id: format!("id of {text}"),
        token: token(text),
    };
    Snapshot::new(Some(stored), None)
}

fn failure(seconds: u64) -> Snapshot {
    let failed_at = NumericDate::from_seconds(START + seconds);
    let kind = FailureKind::Refused;
    let rest = Duration::from_secs(10);
    let failure = PastFailure::new(format!("id of {seconds}"), kind, "no", failed_at, rest);
    Snapshot::new(None, Some(failure))
}

fn nothing() -> Event<()> {
    Event::Looked(Ok(Snapshot::default()))
}

fn looked(snapshot: Snapshot) -> Event<()> {
    Event::Looked(Ok(snapshot))
}

fn held() -> Event<()> {
    Event::Leased(Ok(LeaseState::Held(Lease::new(1, ()))))
}

fn beside() -> Event<()> {
    let number = 1;
    let kind = LeaseKind::Beside {
        number,
        holder: Holder::new(7),
    };
    let request = LeaseRequest::new(kind, NumericDate::from_seconds(START), Duration::ZERO);
    let state = LeaseState::Held(Lease::new(2, ()));
    Event::Leased(Ok(state.taken_for(&request)))
}

fn busy() -> Event<()> {
    Event::Leased(Ok(LeaseState::Busy(Holder::new(7))))
}

fn unusable() -> Unusable {
    Unusable::NoLocks
}

fn fetched(text: &str) -> Event<()> {
    Event::Fetched(Ok(token(text)))
}

fn down() -> Event<()> {
    let failure = FetchFailure::shared((), FailureKind::Unreachable, "down");
    Event::Fetched(Err(failure.with_retry(Retry::AfterPause)))
}

fn refused() -> Event<()> {
    Event::Fetched(Err(FetchFailure::shared((), FailureKind::Refused, "no")))
}

fn put() -> Event<()> {
    Event::Put(Ok(true))
}

fn describe(action: &Action<()>) -> String {
    match action {
        Action::Look => "look".into(),
        Action::Lease(request) => match request.kind() {
            LeaseKind::Exclusive => "lease".into(),
            LeaseKind::TakeOver(_) => "lease over".into(),
            LeaseKind::Beside { number, .. } => format!("lease beside {number}"),
        },
        Action::Fetch(attempt) if attempt.is_early() => "fetch early".into(),
        Action::Fetch(attempt) => format!("fetch {}", attempt.number()),
        Action::Put(_, Record::Token(stored)) => format!("put {}", stored.token().secret()),
        Action::Put(_, Record::Failure(failure)) => {
            format!("put failure for {} s", failure.cool_down().as_secs())
        }
        Action::PauseUntil(_) => "pause".into(),
        Action::HeedUntil(then, _) => format!("heed until {} s", then.as_secs()),
        Action::BackOffUntil(then, _) => format!("back off until {} ms", then.as_millis()),
        Action::Finish(ending) => match ending {
            Ending::Token(token, source) => format!("{} {source:?}", token.secret()),
            Ending::Kept(token, source, _) => format!("keep {} {source:?}", token.secret()),
            Ending::KeptAfter(token, ..) => format!("keep {} after failure", token.secret()),
            Ending::Failed(failed) if failed.is_final => "failed for good".into(),
            Ending::Failed(_) => "failed for now".into(),
            Ending::Recent(failure) => format!("recent: {failure}"),
            Ending::TimedOut => "timed out".into(),
            Ending::NoTime => "no time".into(),
        },
    }
}

/// A call, and when each step of it happens, in seconds.
struct Call {
    renewal: Renewal<()>,
    now: u64,
}

fn call(now: u64, lookup: Lookup) -> Call {
    let rules = Rules {
        retry: RetryPolicy::new().with_attempts(2),
        lifetimes: Lifetimes {
            early_renewal: Duration::from_secs(30),
            default: Duration::from_secs(60),
        },
        cool_down: (Duration::from_secs(5), Duration::from_secs(60)),
    };
    let deadline = Duration::from_secs(now + 30);
    let renewal = Renewal::new(rules, lookup, at(now), deadline).with_store(true);
    Call { renewal, now }
}

impl Call {
    fn with_memory(mut self, text: &str) -> Self {
        let left = Duration::from_secs(600 - self.now);
        self.renewal = self.renewal.with_old(token(text), left);
        self
    }

    fn without_store(mut self) -> Self {
        self.renewal = self.renewal.with_store(false);
        self
    }

    #[track_caller]
    fn check<const N: usize>(mut self, steps: [(Event<()>, &str); N]) {
        for (number, (event, expected)) in steps.into_iter().enumerate() {
            let action = self.renewal.step(event, at(self.now), 0);
            assert_eq!(describe(&action), expected, "step {number}");
        }
    }

    /// Says what comes of a step after so many seconds more.
    #[track_caller]
    fn after(&mut self, seconds: u64, event: Event<()>, expected: &str) {
        self.now += seconds;
        let action = self.renewal.step(event, at(self.now), 0);
        assert_eq!(describe(&action), expected);
    }
}

#[test]
fn nothing_is_fetched_before_memory_and_store_were_looked_at() {
    call(0, Lookup::new()).check([(Event::Begin, "look"), (looked(stored("a")), "a Store")]);
    call(0, Lookup::new()).check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        // Another one may have been quicker.
        (held(), "look"),
        (nothing(), "fetch 1"),
        (fetched("b"), "put b"),
        (put(), "b Fetch"),
    ]);
    call(0, Lookup::new())
        .without_store()
        .check([(Event::Begin, "fetch 1"), (fetched("a"), "a Fetch")]);
}

#[test]
fn looks_again_with_the_lease_in_hand() {
    for (now, mode) in [(580, Mode::Normal), (600, Mode::Normal), (0, Mode::Refresh)] {
        call(now, Lookup::new().with_mode(mode)).check([
            (Event::Begin, "look"),
            (looked(stored("a")), "lease"),
            (held(), "look"),
            (looked(stored("b")), "b OtherProcess"),
        ]);
    }
}

#[test]
fn an_early_renewal_waits_for_nobody() {
    let early = || call(580, Lookup::new());
    early().check([
        (Event::Begin, "look"),
        (looked(stored("a")), "lease"),
        (busy(), "keep a Store"),
    ]);
    early().check([
        (Event::Begin, "look"),
        (looked(stored("a")), "lease"),
        (held(), "look"),
        (looked(stored("a")), "fetch early"),
        (down(), "put failure for 1 s"),
        (put(), "keep a after failure"),
    ]);
    early().check([
        (Event::Begin, "look"),
        (looked(stored("a")), "lease"),
        (Event::Leased(Err(unusable())), "keep a Store"),
    ]);
    // What is in memory needs no store, and is newer than a failure in it.
    early().with_memory("m").check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        (Event::Leased(Err(unusable())), "fetch early"),
        (fetched("b"), "b Fetch"),
    ]);
    early().with_memory("m").check([
        (Event::Begin, "look"),
        (looked(failure(579)), "keep m Memory"),
    ]);
    early().with_memory("m").check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        (busy(), "keep m Memory"),
    ]);
}

#[test]
fn attempts_are_repeated_and_the_last_one_is_told() {
    call(0, Lookup::new()).check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        (held(), "look"),
        (nothing(), "fetch 1"),
        (down(), "back off until 500 ms"),
        (Event::Paused, "fetch 2"),
        (down(), "put failure for 5 s"),
        (put(), "failed for good"),
    ]);
    call(0, Lookup::new())
        .without_store()
        .check([(Event::Begin, "fetch 1"), (refused(), "failed for good")]);
    // The pause would end after the deadline: others may have more time.
    let mut hurried = call(0, Lookup::new()).without_store();
    hurried.after(0, Event::Begin, "fetch 1");
    hurried.after(30, down(), "failed for now");
    // The machine is so busy that the pause takes longer.
    let mut slow = call(0, Lookup::new()).without_store();
    slow.after(0, Event::Begin, "fetch 1");
    slow.after(29, down(), "back off until 29500 ms");
    slow.after(1, Event::Paused, "failed for now");
}

#[test]
fn a_failure_of_another_process_is_taken_while_it_cools() {
    let recent = "recent: no";
    call(9, Lookup::new()).check([(Event::Begin, "look"), (looked(failure(0)), recent)]);
    call(10, Lookup::new()).check([(Event::Begin, "look"), (looked(failure(0)), "lease")]);
    let refresh = Lookup::new().with_mode(Mode::Refresh);
    call(5, refresh.clone()).check([
        (Event::Begin, "look"),
        (looked(failure(0)), "lease"),
        (busy(), "look"),
        (looked(failure(0)), "pause"),
        (Event::Paused, "lease"),
        (busy(), "look"),
        // A new one is shared with whoever waited.
        (looked(failure(5)), recent),
    ]);
}

#[test]
fn a_holder_is_passed_when_time_runs_out() {
    let mut late = call(0, Lookup::new());
    late.after(0, Event::Begin, "look");
    late.after(0, nothing(), "lease");
    late.after(0, busy(), "look");
    late.after(0, nothing(), "pause");
    late.after(20, Event::Paused, "lease");
    late.after(0, busy(), "look");
    late.after(0, nothing(), "lease beside 1");
    late.after(0, beside(), "look");
    late.after(0, nothing(), "fetch 1");
    // The holder has brought one meanwhile: that stays.
    late.after(1, fetched("b"), "look");
    late.after(0, looked(stored("a")), "b Fetch");

    let mut late = call(0, Lookup::new());
    late.after(0, Event::Begin, "look");
    late.after(0, nothing(), "lease");
    late.after(26, busy(), "look");
    late.after(0, nothing(), "lease beside 1");
    late.after(0, busy(), "lease beside 2");
    late.after(0, busy(), "pause");
    late.after(1, Event::Paused, "lease");
    late.after(0, busy(), "look");
    late.after(0, nothing(), "lease beside 1");
    late.after(0, beside(), "look");
    late.after(0, nothing(), "fetch 1");
    // So late, it tells nobody of its failure.
    late.after(2, refused(), "look");
    late.after(0, nothing(), "failed for good");

    let mut patient = call(0, Lookup::new());
    patient.after(0, Event::Begin, "look");
    patient.after(0, nothing(), "lease");
    patient.after(30, busy(), "look");
    for number in 1..=3 {
        let event = if number == 1 { nothing() } else { busy() };
        patient.after(0, event, &format!("lease beside {number}"));
    }
    patient.after(0, busy(), "timed out");
}

#[test]
fn a_store_that_breaks_ends_no_call() {
    call(0, Lookup::new()).check([
        (Event::Begin, "look"),
        (Event::Looked(Err(unusable())), "fetch 1"),
        (fetched("a"), "a Fetch"),
    ]);
    call(0, Lookup::new()).check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        (Event::Leased(Err(unusable())), "look"),
        (looked(stored("b")), "b OtherProcess"),
    ]);
    call(0, Lookup::new()).check([
        (Event::Begin, "look"),
        (nothing(), "lease"),
        (held(), "look"),
        (nothing(), "fetch 1"),
        (fetched("a"), "put a"),
        (Event::Put(Err(unusable())), "a Fetch"),
    ]);
}

#[test]
fn without_time_a_token_is_found_and_none_fetched() {
    let hurried = || {
        let Call { renewal, now } = call(0, Lookup::new());
        let renewal = Renewal {
            deadline: Duration::ZERO,
            ..renewal
        };
        Call { renewal, now }
    };
    hurried().check([(Event::Begin, "look"), (looked(stored("a")), "a Store")]);
    hurried().check([(Event::Begin, "look"), (nothing(), "no time")]);
    hurried().without_store().check([(Event::Begin, "no time")]);
}
