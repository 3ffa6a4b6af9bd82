use tokenring_assertion::NumericDate;

use crate::{CacheKey, Lease, LeaseRequest, LeaseState, PastFailure, StoredToken, Unusable};

/// A place where processes share tokens, and agree on who requests one.
///
/// [`DirectoryStore`](crate::DirectoryStore) is one. A store of your own, on a database
/// or in memory, needs these three methods; the [`TokenSource`](crate::TokenSource)
/// above it decides who waits, who requests a token, and what is stored.
///
/// An error never fails a call: the source goes on without the store and hands the
/// reason over as [`Outcome::warning`](crate::Outcome::warning).
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Arc, Mutex, PoisonError};
/// use tokenring_token_store::{
///     CacheKey, Holder, Lease, LeaseKind, LeaseRequest, LeaseState, Record, Snapshot, Store,
///     Unusable,
/// };
///
/// /// Tokens in memory, for several sources.
/// #[derive(Clone, Default)]
/// struct MapStore(Arc<Mutex<Contents>>);
///
/// #[derive(Default)]
/// struct Contents {
///     snapshots: HashMap<String, Snapshot>,
///     leases: HashMap<String, u64>,
///     last_fence: u64,
/// }
///
/// /// Ends a lease when the source is done with it.
/// struct Release(MapStore, String, u64);
///
/// impl Drop for Release {
///     fn drop(&mut self) {
///         let mut contents = self.0.contents();
///         if contents.leases.get(&self.1) == Some(&self.2) {
///             contents.leases.remove(&self.1);
///         }
///     }
/// }
///
/// impl MapStore {
///     fn contents(&self) -> std::sync::MutexGuard<'_, Contents> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// impl Store for MapStore {
///     fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
///         Ok(self.contents().snapshots.get(key.as_str()).cloned().unwrap_or_default())
///     }
///
///     fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
///         let mut contents = self.contents();
///         let name = match request.kind() {
///             LeaseKind::Beside { number, .. } => format!("{} {number}", key.as_str()),
///             _ => key.as_str().to_owned(),
///         };
///         if let Some(fence) = contents.leases.get(&name) {
///             return Ok(LeaseState::Busy(Holder::new(*fence)));
///         }
///         contents.last_fence += 1;
///         let fence = contents.last_fence;
///         contents.leases.insert(name.clone(), fence);
///         let release = Release(self.clone(), name, fence);
///         Ok(LeaseState::Held(Lease::new(fence, release)))
///     }
///
///     fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
///         let mut contents = self.contents();
///         if !contents.leases.values().any(|fence| *fence == lease.fence()) {
///             return Ok(false);
///         }
///         let snapshot = contents.snapshots.entry(key.as_str().to_owned());
///         snapshot.or_default().put(record.clone());
///         Ok(true)
///     }
/// }
/// ```
pub trait Store: Send + Sync {
    /// Returns what is stored under a key; an empty snapshot if nothing is.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the store cannot be read.
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable>;

    /// Tries to take the right to request a token for everybody. Does not wait.
    ///
    /// The store makes sure that a token can be stored later, as far as it can tell.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the store gives no leases or has no room.
    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable>;

    /// Stores a record under a key, unless the lease was taken away meanwhile; returns
    /// whether it did.
    ///
    /// A token replaces the token and the failure that were there; a failure replaces
    /// the failure. A stated pause is best found under every key with the same
    /// [`pause_hash`](CacheKey::pause_hash), by [`Snapshot::with_pause`]. Called at most once for each lease.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the record cannot be stored.
    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable>;
}

/// What a store has under one key.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    token: Option<StoredToken>,
    failure: Option<PastFailure>,
    pause: Option<PastFailure>,
}

impl Snapshot {
    /// Puts together what was found.
    #[must_use]
    pub const fn new(token: Option<StoredToken>, failure: Option<PastFailure>) -> Self {
        Self {
            token,
            failure,
            pause: None,
        }
    }

    /// Adds the last pause that the server stated to any key with the same
    /// [`pause_hash`](CacheKey::pause_hash). A note that is no such pause is left out.
    #[must_use]
    pub fn with_pause(mut self, pause: Option<PastFailure>) -> Self {
        self.pause = pause.filter(PastFailure::is_stated_pause);
        self
    }

    /// Puts a record in, as [`Store::put_if`] has to.
    pub fn put(&mut self, record: Record) {
        match record {
            Record::Token(token) => *self = Self::new(Some(token), None),
            Record::Failure(failure) => self.failure = Some(failure),
        }
    }

    /// What keeps the request from being repeated, the note with this ID apart; of two, what
    /// does so for longer.
    pub(crate) fn cooling(&self, now: NumericDate, but: Option<&str>) -> Option<&PastFailure> {
        let notes = self.pause.iter().chain(&self.failure);
        let cooling = notes.filter(|note| note.is_cooling(now) && but != Some(note.id()));
        cooling.max_by_key(|note| note.ends_at())
    }

    /// The token, if one is stored; it may have expired.
    #[must_use]
    pub const fn token(&self) -> Option<&StoredToken> {
        self.token.as_ref()
    }

    /// The last failure, if one is stored; its cool-down may be over.
    #[must_use]
    pub const fn failure(&self) -> Option<&PastFailure> {
        self.failure.as_ref()
    }
}

/// What goes into a store.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Record {
    /// A new token. It is of no use after it expires.
    Token(StoredToken),
    /// A request that failed. It is of no use after its cool-down.
    Failure(PastFailure),
}
