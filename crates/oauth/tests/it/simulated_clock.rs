use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use tokenring_oauth::Clock;

/// A clock that stands still while any thread has something to do, and moves
/// on to the next moment that one of them waits for when all are waiting.
///
/// Outside of [`SimulatedClock::simulate`], it moves when it is told to.
pub(crate) struct SimulatedClock {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    monotonic: Duration,
    wall: Duration,
    random: Option<u64>,
    /// Threads of the simulation that have not ended.
    threads: usize,
    paused: BTreeMap<u64, Paused>,
    round: u64,
}

struct Paused {
    thread: Thread,
    until: Duration,
    round: u64,
}

impl SimulatedClock {
    /// A clock whose random numbers are all zero: nothing is left to chance.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                monotonic: Duration::from_secs(1_000),
                wall: Duration::from_secs(1_700_000_000),
                random: None,
                threads: 0,
                paused: BTreeMap::new(),
                round: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// A clock with a sequence of numbers that look random.
    pub(crate) fn with_random_numbers(seed: u64) -> Self {
        let clock = Self::new();
        clock.state().random = Some(seed);
        clock
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.jump(by, i64::try_from(by.as_millis()).unwrap());
    }

    /// Moves each side by itself, as suspended machines and their owners do.
    pub(crate) fn jump(&self, monotonic: Duration, wall_milliseconds: i64) {
        let mut state = self.state();
        state.monotonic += monotonic;
        let wall = Duration::from_millis(wall_milliseconds.unsigned_abs());
        if wall_milliseconds < 0 {
            state.wall -= wall;
        } else {
            state.wall += wall;
        }
    }

    /// Spends time, as a slow server does.
    pub(crate) fn spend(&self, duration: Duration) {
        self.spend_until(self.monotonic() + duration);
    }

    pub(crate) fn spend_until(&self, then: Duration) {
        while self.monotonic() < then {
            self.pause(then - self.monotonic());
        }
    }

    /// Runs so many threads, lets time pass for them, and gives their results.
    pub(crate) fn simulate<T: Send>(
        &self,
        threads: usize,
        body: impl Fn(usize) -> T + Sync,
    ) -> Vec<T> {
        self.state().threads = threads;
        thread::scope(|scope| {
            let handles: Vec<_> = (0..threads)
                .map(|index| {
                    let body = &body;
                    scope.spawn(move || {
                        let _end = End(self);
                        body(index)
                    })
                })
                .collect();
            self.drive();
            let joined = handles.into_iter().map(thread::ScopedJoinHandle::join);
            joined
                .map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    fn drive(&self) {
        let mut before = Vec::new();
        loop {
            let mut state = self.settled();
            if state.threads == 0 {
                return;
            }
            // A thread that another one has unparked still looks paused. So all
            // of them are made to look around once more, until nothing changes.
            let now: Vec<_> = state
                .paused
                .iter()
                .map(|(id, it)| (*id, it.until))
                .collect();
            if now == before {
                let next = state.paused.values().map(|paused| paused.until).min();
                let by = next.unwrap().saturating_sub(state.monotonic);
                state.monotonic += by;
                state.wall += by;
            }
            before = now;
            state.round += 1;
            for paused in state.paused.values() {
                paused.thread.unpark();
            }
        }
    }

    /// Waits until all threads have paused in this round, or ended.
    fn settled(&self) -> MutexGuard<'_, State> {
        let is_moving = |state: &mut State| {
            let round = state.round;
            let settled = state.paused.values().filter(|it| it.round == round);
            settled.count() < state.threads
        };
        self.changed
            .wait_while(self.state(), is_moving)
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SimulatedClock {
    fn monotonic(&self) -> Duration {
        self.state().monotonic
    }

    fn wall(&self) -> Duration {
        self.state().wall
    }

    fn pause(&self, longest: Duration) {
        let this = thread::current();
        let mut hasher = DefaultHasher::new();
        this.id().hash(&mut hasher);
        let id = hasher.finish();
        let mut state = self.state();
        if state.threads == 0 {
            // Free threads, that wait for each other and not for the clock.
            drop(state);
            return thread::yield_now();
        }
        let paused = Paused {
            thread: this,
            until: state.monotonic.saturating_add(longest),
            round: state.round,
        };
        state.paused.insert(id, paused);
        drop(state);
        self.changed.notify_all();
        thread::park();
        self.state().paused.remove(&id);
    }

    fn random(&self) -> u64 {
        // SplitMix64.
        let mut state = self.state();
        let Some(seed) = &mut state.random else {
            return 0;
        };
        *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Tells the clock that a thread has ended, also by a panic.
struct End<'a>(&'a SimulatedClock);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.state().threads -= 1;
        self.0.changed.notify_all();
    }
}
