//! Pauses that the server has asked for.

use super::*;

fn busy_for(seconds: u64) -> Event<()> {
    let failure = FetchFailure::shared((), FailureKind::Refused, "busy");
    Event::Fetched(Err(
        failure.with_retry(Retry::After(Duration::from_secs(seconds)))
    ))
}

/// A note of second zero.
fn note(pause: u64) -> Snapshot {
    let failed_at = NumericDate::from_seconds(START);
    let failure = PastFailure::new(
        "note".into(),
        FailureKind::Refused,
        "busy",
        failed_at,
        Duration::ZERO,
    );
    Snapshot::new(
        None,
        Some(failure.with_stated_pause(Duration::from_secs(pause))),
    )
}

fn requesting() -> Call {
    let mut call = call(0, Lookup::new());
    call.after(0, Event::Begin, "look");
    call.after(0, nothing(), "lease");
    call.after(0, held(), "look");
    call.after(0, nothing(), "fetch 1");
    call
}

/// It is noted before it begins, and nobody has the lease while it lasts.
#[test]
fn ones_own() {
    let mut call = requesting();
    call.after(0, busy_for(12), "put failure for 12 s");
    call.after(0, put(), "back off until 12000 ms");
    call.after(12, Event::Paused, "lease");
    call.after(0, held(), "look");
    call.after(0, nothing(), "fetch 2");
    call.after(0, fetched("a"), "put a");
}

#[test]
fn ones_own_without_time() {
    let mut call = requesting();
    call.after(0, busy_for(60), "put failure for 60 s");
    call.after(0, put(), "failed for now");
}

#[test]
fn anothers() {
    for step in [Event::Begin, busy()] {
        let is_first = matches!(step, Event::Begin);
        let mut call = call(2, Lookup::new());
        if !is_first {
            call.after(0, Event::Begin, "look");
            call.after(0, nothing(), "lease");
        }
        call.after(0, step, "look");
        call.after(0, looked(note(12)), "heed until 12 s");
        call.after(10, Event::Paused, "lease");
        call.after(0, held(), "look");
        // It is over, and no failure of this call.
        call.after(0, looked(note(12)), "fetch 1");
    }
    let hurried = |pause| {
        call(2, Lookup::new()).check([
            (Event::Begin, "look"),
            (looked(note(pause)), "recent: busy"),
        ])
    };
    hurried(32);
    hurried(3600);
}

/// A valid token is given all the while.
#[test]
fn with_a_token_at_hand() {
    let mut early = call(580, Lookup::new());
    early.after(0, Event::Begin, "look");
    early.after(0, looked(stored("a")), "lease");
    early.after(0, held(), "look");
    early.after(0, looked(stored("a")), "fetch early");
    early.after(0, busy_for(12), "put failure for 12 s");
    early.after(0, put(), "keep a after failure");
}

/// A refresh asks anyway, once.
#[test]
fn a_refresh() {
    let mut refresh = call(2, Lookup::new().with_mode(Mode::Refresh));
    refresh.after(0, Event::Begin, "look");
    refresh.after(0, looked(note(12)), "lease");
    refresh.after(0, held(), "look");
    refresh.after(0, looked(note(12)), "fetch 1");
}
