use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

use super::FreshToken;
use crate::{Clock, Error};

/// One request on its way, and the threads that wait for its outcome.
pub(super) struct Flight(Mutex<Progress>);

struct Progress {
    outcome: Option<Outcome>,
    waiting: Vec<Thread>,
}

#[derive(Clone)]
pub(super) enum Outcome {
    Token(FreshToken),
    /// Those who have time left may try again after a pause.
    Passing,
    Failed(Arc<Error>),
}

impl Flight {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Progress {
            outcome: None,
            waiting: Vec::new(),
        }))
    }

    /// Waits for the outcome; [`None`] if the deadline passed before.
    ///
    /// No wake-up is lost: a thread is on the list before it looks for the
    /// outcome for the last time, whoever sets the outcome reads the list
    /// after, and a thread that is unparked before it parks does not park.
    pub(super) fn wait(&self, clock: &dyn Clock, deadline: Duration) -> Option<Outcome> {
        let this = thread::current();
        let mut progress = self.progress();
        if progress.outcome.is_none() {
            progress.waiting.push(this.clone());
        }
        loop {
            if let Some(outcome) = &progress.outcome {
                let outcome = outcome.clone();
                drop(progress);
                // We may have used up an unpark that was meant for other code
                // of this thread. One too many does no harm.
                this.unpark();
                return Some(outcome);
            }
            let left = deadline.saturating_sub(clock.monotonic());
            if left.is_zero() {
                progress.waiting.retain(|thread| thread.id() != this.id());
                drop(progress);
                this.unpark();
                return None;
            }
            drop(progress);
            clock.pause(left);
            progress = self.progress();
        }
    }

    pub(super) fn land(&self, outcome: Outcome) {
        let mut progress = self.progress();
        progress.outcome = Some(outcome);
        let waiting = core::mem::take(&mut progress.waiting);
        drop(progress);
        for thread in waiting {
            thread.unpark();
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
