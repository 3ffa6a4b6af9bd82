use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokenring_oauth::Clock;

use super::moment::Moment;
use crate::{Error, Source, Token};

/// One look at the store and request on their way, and those that wait for the outcome.
pub(crate) struct Flight<E>(Mutex<Progress<E>>);

struct Progress<E> {
    landed: Option<Landed<E>>,
    /// A failed attempt, and when the next one is due by the monotonic clock.
    pause: Option<(Error<E>, Duration)>,
    waiting: Vec<Waker>,
}

/// What came of it, for all that waited.
pub(crate) enum Landed<E> {
    Token(Token, Source),
    /// Those who have time left may try again, after a pause if there is one.
    Passing,
    Failed(Error<E>),
}

impl<E> Clone for Landed<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Token(token, source) => Self::Token(token.clone(), *source),
            Self::Passing => Self::Passing,
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

/// Wakes a thread that lets time pass by [`Clock::pause`].
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<E> Flight<E> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Progress {
            landed: None,
            pause: None,
            waiting: Vec::new(),
        }))
    }

    /// What came of it, if it is over, or cannot be before the deadline; puts those
    /// who wait on the list otherwise.
    ///
    /// No wake-up is lost: whoever looks is on the list before the lock is free, and
    /// whoever lands reads the list after.
    pub(crate) fn look(&self, now: Moment, deadline: Duration, waker: &Waker) -> Option<Landed<E>> {
        let mut progress = self.progress();
        if let Some(landed) = &progress.landed {
            return Some(landed.clone());
        }
        if let Some((error, resume_at)) = &progress.pause {
            if *resume_at >= deadline {
                return Some(Landed::Failed(error.clone()));
            }
        }
        if now.monotonic >= deadline {
            progress.waiting.retain(|other| !other.will_wake(waker));
            return Some(Landed::Failed(Error::DeadlinePassed));
        }
        if !progress.waiting.iter().any(|other| other.will_wake(waker)) {
            progress.waiting.push(waker.clone());
        }
        None
    }

    /// Waits in this thread.
    pub(crate) fn wait(&self, clock: &dyn Clock, deadline: Duration) -> Landed<E> {
        let this = thread::current();
        let waker = Waker::from(Arc::new(Unpark(this.clone())));
        loop {
            let now = Moment::of(clock);
            if let Some(landed) = self.look(now, deadline, &waker) {
                // We may have used up an unpark that was meant for other code
                // of this thread. One too many does no harm.
                this.unpark();
                return landed;
            }
            clock.pause(deadline.saturating_sub(now.monotonic));
        }
    }

    /// Lets go those whose deadline comes before the next attempt.
    pub(crate) fn pause(&self, error: Error<E>, resume_at: Duration) {
        let mut progress = self.progress();
        progress.pause = Some((error, resume_at));
        wake(progress);
    }

    pub(crate) fn land(&self, landed: Landed<E>) {
        let mut progress = self.progress();
        progress.landed = Some(landed);
        wake(progress);
    }

    fn progress(&self) -> MutexGuard<'_, Progress<E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake<E>(mut progress: MutexGuard<'_, Progress<E>>) {
    let waiting = std::mem::take(&mut progress.waiting);
    drop(progress);
    waiting.into_iter().for_each(Waker::wake);
}
