//! How long a process waits for the request of another one, and what it does then.
//!
//! 1. Whoever holds a key's lock (`flock` on `HASH.lock`) asks for all. It notes in
//!    that file until when it may be busy: the moment, the duration, its process ID.
//! 2. The others poll for the token, for the note of a failure, and for the lock.
//! 3. A holder is *overdue* when that moment has passed and it was seen at work on
//!    nothing new for [`GRACE`]; or, as clocks are set, when it was watched for the
//!    whole duration. One waiter then takes its lock away: it locks the gate
//!    (`HASH.0.lock`), removes the holder's draft, and renames the gate onto the
//!    lock's file. From then on everything is as in 1.
//! 4. A waiter that has used two thirds of its own time limit asks *at the side* of
//!    a holder that is not overdue. Of many, one does: it holds `HASH.1.lock`. When
//!    half the rest is gone, a second may (`HASH.2.lock`), and then a third; so a
//!    slow server gets three requests more, and not one of each process.
//! 5. A draft has the number of its lock's file in its name, and a token comes into
//!    being by renaming it. A holder that wakes up without its draft can't put its
//!    token over a newer one; it keeps it for itself. Who asked at the side stores
//!    its token if no other has come since, and removes the holder's draft.
//!
//! Two processes that are stopped, one with the lock and one at the gate, leave the
//! others rule 4.

use std::time::Duration;

use tokenring_assertion::NumericDate;

use crate::Holder;

/// What a waiter may do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NextMove {
    /// The holder is overdue.
    pub(crate) takes_over: bool,
    /// How many locks there are to ask at the side with.
    pub(crate) side_locks: u32,
}

/// How long a holder is watched at least before it is overdue: after a suspend or a
/// step of the clock it may be about to finish.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// What one look adds at most to the time for which a holder was watched: a waiter
/// that was stopped itself has seen nothing meanwhile.
const LONGEST_LOOK: Duration = Duration::from_millis(100);
const SIDE_LOCKS: u32 = 3;

/// One process that waits.
pub(crate) struct Waiter {
    timeout: Duration,
    /// Who holds the lock, for how long it was seen to, and up to when.
    holder: Holder,
    watched: Duration,
    looked_at: Duration,
}

impl Waiter {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            holder: Holder::default(),
            watched: Duration::ZERO,
            looked_at: Duration::ZERO,
        }
    }

    /// Takes in that the lock is held, so long after the call began.
    pub(crate) fn look(&mut self, holder: Holder, waited: Duration, now: NumericDate) -> NextMove {
        let look = waited.saturating_sub(self.looked_at).min(LONGEST_LOOK);
        self.looked_at = waited;
        if self.holder == holder {
            self.watched = self.watched.saturating_add(look);
        } else {
            self.holder = holder;
            self.watched = Duration::ZERO;
        }
        let takes_over = self.holder.note.is_some_and(|note| {
            let has_passed = now >= note.busy_until && self.watched >= GRACE;
            has_passed || self.watched >= note.busy_for.saturating_add(GRACE)
        });
        let left = self.timeout.saturating_sub(waited);
        let is_open = |number: &u32| left <= self.timeout / (3 << number);
        let side_locks = (0..SIDE_LOCKS).take_while(is_open).count();
        NextMove {
            takes_over,
            side_locks: u32::try_from(side_locks).unwrap_or(SIDE_LOCKS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holder_note::HolderNote;

    const START: u64 = 1_700_000_000;

    fn holder(inode: u64, until: u64, busy_for: u64) -> Holder {
        let note = HolderNote {
            busy_until: NumericDate::from_seconds(until),
            busy_for: Duration::from_secs(busy_for),
            process: 1,
        };
        Holder {
            fence: inode,
            note: Some(note),
        }
    }

    /// Looks every 20 ms at what `at` says of the holder and the clock, and gives the
    /// milliseconds until the holder is overdue and until each side lock is there.
    fn run(timeout: u64, at: impl Fn(u64) -> (Holder, u64)) -> (Option<u64>, Vec<u64>) {
        let mut waiter = Waiter::new(Duration::from_millis(timeout));
        let (mut overdue, mut side_locks) = (None, Vec::new());
        for millis in (0..=timeout).step_by(20) {
            let (holder, now) = at(millis);
            let now = NumericDate::from_seconds(now);
            let next = waiter.look(holder, Duration::from_millis(millis), now);
            if next.takes_over && overdue.is_none() {
                overdue = Some(millis);
            }
            if usize::try_from(next.side_locks).unwrap() > side_locks.len() {
                side_locks.push(millis);
            }
        }
        (overdue, side_locks)
    }

    #[track_caller]
    fn check(timeout: u64, at: impl Fn(u64) -> (Holder, u64), expected: Option<u64>) {
        assert_eq!(run(timeout, at).0, expected);
    }

    #[test]
    fn a_holder_is_overdue_when_its_moment_has_passed() {
        let clock = |millis: u64| START + millis / 1000;
        let stopped = holder(1, START + 10, 30);
        check(30_000, |millis| (stopped, clock(millis)), Some(10_000));
        check(9_000, |millis| (stopped, clock(millis)), None);
        // It had passed before: what is left is to see that nothing happens.
        let long_gone = holder(1, START - 3600, 30);
        check(30_000, |millis| (long_gone, clock(millis)), Some(500));
        // Without a note nothing is known.
        check(30_000, |millis| (Holder::default(), clock(millis)), None);
    }

    #[test]
    fn holders_that_live_are_never_overdue() {
        // Each second another one, each past its moment as the clock is wrong.
        let next = |millis: u64| (holder(1, START + millis / 400, 30), START + 86_400);
        check(30_000, next, None);
        let next = |millis: u64| (holder(millis / 400, START, 30), START + 86_400);
        check(30_000, next, None);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
        let stopped = holder(1, START + 5, 5);
        let set_back = |millis: u64| (stopped, START + millis / 1000 - 3600);
        check(30_000, set_back, Some(5_500));
        let never = holder(1, u64::MAX, u64::MAX);
        check(30_000, |_| (never, START), None);
    }

    #[test]
    fn a_waiter_that_was_stopped_has_watched_nobody() {
        let mut waiter = Waiter::new(Duration::from_secs(3600));
        let stopped = holder(1, START, 5);
        let late = NumericDate::from_seconds(START + 1000);
        for seconds in [0, 1000] {
            let next = waiter.look(stopped, Duration::from_secs(seconds), late);
            assert!(!next.takes_over);
        }
    }

    #[test]
    fn side_locks_open_one_after_the_other() {
        for (timeout, expected) in [
            (30_000, &[20_000, 25_000, 27_500][..]),
            (300, &[200, 260, 280]),
            (0, &[0]),
        ] {
            let holder = Holder::default();
            assert_eq!(run(timeout, |_| (holder, START)).1, expected);
        }
    }
}
