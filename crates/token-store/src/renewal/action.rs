use std::sync::Arc;
use std::time::Duration;

use crate::{
    Attempt, FetchFailure, Lease, LeaseRequest, LeaseState, PastFailure, Record, Snapshot, Source,
    Token, Unusable,
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
    /// The same, as long as the server has asked another process to wait.
    HeedUntil(Duration, PastFailure),
    /// The same, between two attempts; others may want to know.
    BackOffUntil(Duration, Arc<E>),
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
