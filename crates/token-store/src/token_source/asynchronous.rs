//! The driver of the machine for callers that must not block their thread.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::TokenSource;
use super::flight::{Flight, Landed};
use super::handover;
use super::in_flight::InFlight;
use super::state::Step;
use crate::renewal::{Action, Event};
use crate::{
    Attempt, CacheKey, Error, FetchFailure, Lease, LeaseRequest, LeaseState, Lookup, Mode, Outcome,
    Record, Snapshot, Source, Store, Token, Unusable,
};

/// What a source needs of an async runtime.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use std::time::Duration;
/// use tokenring_token_store::Runtime;
///
/// struct Tokio;
///
/// impl Runtime for Tokio {
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         Box::pin(tokio::time::sleep(duration))
///     }
///
///     fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) {
///         tokio::task::spawn_blocking(work);
///     }
/// }
/// ```
pub trait Runtime: Send + Sync {
    /// Lets time pass.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Runs short work on a thread that may block, and does not wait for it.
    ///
    /// Work that is dropped instead, as the runtime is ending, counts as failed.
    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>);
}

impl dyn Runtime + '_ {
    /// Runs work on a thread that may block, and waits for what comes of it.
    ///
    /// [`None`] if the work panicked, or the runtime is ending. Whoever stops waiting does not
    /// stop the work.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = handover::channel();
        self.run_blocking(Box::new(move || sender.send(work())));
        receiver.await
    }
}

impl<E> TokenSource<E> {
    /// Returns a token as a [`Lookup`] wants it, without blocking the thread.
    ///
    /// The async twin of [`get_or_fetch`](Self::get_or_fetch), with the same guarantees;
    /// tasks and threads share the one request. What is read from and written to the
    /// store runs by [`Runtime::run_blocking`]. When the task that makes the request is
    /// aborted, one of those that wait makes another at once.
    ///
    /// # Errors
    ///
    /// Those of [`token`](Self::token).
    pub async fn get_or_fetch_async<F, Fut>(
        &self,
        runtime: &dyn Runtime,
        lookup: &Lookup,
        mut fetch: F,
    ) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Fut,
        Fut: Future<Output = Result<Token, FetchFailure<E>>>,
    {
        if let Some(token) = self.find_at_once(lookup) {
            return Ok(Outcome::new(token, Source::Memory));
        }
        let now = self.now();
        let deadline = self.deadline(lookup, now);
        if lookup.mode == Mode::Bypass {
            let in_flight = InFlight::bypass(self, lookup, now, deadline);
            return self.lead_async(runtime, in_flight, &mut fetch).await;
        }
        loop {
            let now = self.now();
            match self.next_step(lookup, now, deadline) {
                Step::Take(token) => return Ok(Outcome::new(token, Source::Memory)),
                Step::Fail(error) => return Err(error),
                Step::PauseUntil(then) => self.sleep_until(runtime, then).await,
                Step::Await(flight) => {
                    let landed = self.wait_for(runtime, &flight, deadline).await;
                    if let Some(result) = self.landed(lookup, landed) {
                        return result;
                    }
                }
                Step::Lead(departure) => {
                    let in_flight = InFlight::new(self, departure, lookup, now, deadline);
                    return self.lead_async(runtime, in_flight, &mut fetch).await;
                }
            }
        }
    }

    async fn lead_async<F, Fut>(
        &self,
        runtime: &dyn Runtime,
        mut in_flight: InFlight<'_, E>,
        fetch: &mut F,
    ) -> Result<Outcome<E>, Error<E>>
    where
        F: FnMut(Attempt) -> Fut,
        Fut: Future<Output = Result<Token, FetchFailure<E>>>,
    {
        let key = in_flight.key.clone();
        let mut event = Event::Begin;
        loop {
            event = match in_flight.step(event) {
                Action::Look => self.off_thread(runtime, &key, Work::Look).await,
                Action::Lease(request) => {
                    self.off_thread(runtime, &key, Work::Lease(request)).await
                }
                Action::Put(lease, record) => {
                    self.off_thread(runtime, &key, Work::Put(lease, record))
                        .await
                }
                Action::Fetch(attempt) => Event::Fetched(fetch(attempt).await),
                Action::PauseUntil(then)
                | Action::HeedUntil(then, _)
                | Action::BackOffUntil(then, _) => {
                    self.sleep_until(runtime, then).await;
                    Event::Paused
                }
                Action::Finish(ending) => return in_flight.land(ending),
            };
        }
    }

    async fn off_thread(
        &self,
        runtime: &dyn Runtime,
        key: &Option<Arc<CacheKey>>,
        work: Work,
    ) -> Event<E> {
        let failed = work.failed();
        let done = match (self.store.clone(), key.clone()) {
            (Some(store), Some(key)) => runtime.blocking(move || work.run(&*store, &key)).await,
            _ => None,
        };
        match done.unwrap_or(failed) {
            Done::Looked(found) => Event::Looked(found),
            Done::Leased(answer) => Event::Leased(answer),
            Done::Put(result) => Event::Put(result),
        }
    }

    async fn sleep_until(&self, runtime: &dyn Runtime, then: Duration) {
        loop {
            let left = then.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                return;
            }
            runtime.sleep(left).await;
        }
    }

    /// What comes of a flight, or an error at the deadline.
    async fn wait_for(
        &self,
        runtime: &dyn Runtime,
        flight: &Flight<E>,
        deadline: Duration,
    ) -> Landed<E> {
        let mut timer = pin!(self.sleep_until(runtime, deadline));
        poll_fn(|context| {
            if let Some(landed) = flight.look(self.now(), deadline, context.waker()) {
                return Poll::Ready(landed);
            }
            match timer.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Landed::Failed(Error::DeadlinePassed)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

/// What is done in the store.
enum Work {
    Look,
    Lease(LeaseRequest),
    Put(Lease, Record),
}

/// What came of it.
enum Done {
    Looked(Result<Snapshot, Unusable>),
    Leased(Result<LeaseState, Unusable>),
    Put(Result<bool, Unusable>),
}

impl Work {
    /// What comes of it if the runtime is ending.
    fn failed(&self) -> Done {
        let reason = Unusable::Other("the async runtime is ending".into());
        match self {
            Self::Look => Done::Looked(Err(reason)),
            Self::Lease(_) => Done::Leased(Err(reason)),
            Self::Put(..) => Done::Put(Err(reason)),
        }
    }

    fn run(self, store: &dyn Store, key: &CacheKey) -> Done {
        match self {
            Self::Look => Done::Looked(store.get(key)),
            Self::Lease(request) => {
                let answer = store.lease(key, &request);
                Done::Leased(answer.map(|state| state.taken_for(&request)))
            }
            Self::Put(lease, record) => Done::Put(store.put_if(key, &lease, &record)),
        }
    }
}
