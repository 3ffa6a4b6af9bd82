use std::time::Duration;

use crate::{CachedToken, FailureKind, Overtaken, Unusable};

/// What a fetch needs to know of the call that it is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    pub(crate) timeout: Duration,
    pub(crate) is_early: bool,
}

impl Attempt {
    /// How long the fetch may take.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether a good token is at hand, so that nothing is lost if this fails.
    #[must_use]
    pub const fn is_early(&self) -> bool {
        self.is_early
    }
}

/// A fetch that brought no token, and what other processes should know of it.
#[derive(Debug)]
pub struct FetchFailure<E> {
    pub(crate) error: E,
    pub(crate) shared: Option<Shared>,
}

/// What goes to other processes.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) kind: FailureKind,
    pub(crate) note: String,
    pub(crate) cool_down: Duration,
}

impl<E> FetchFailure<E> {
    /// A failure that any other process would meet too: a refusal, an endpoint
    /// that is down.
    ///
    /// Those that waited for this request get the note as their error; those
    /// that come later do so during the cool-down, which is whole seconds and
    /// no longer than
    /// [`LONGEST_COOL_DOWN`](crate::PastFailure::LONGEST_COOL_DOWN). A token that
    /// is still good is served all the while.
    ///
    /// # Security
    ///
    /// The note is written to disk: no secret and no response body belongs in it.
    pub fn shared(
        error: E,
        kind: FailureKind,
        note: impl Into<String>,
        cool_down: Duration,
    ) -> Self {
        Self {
            error,
            shared: Some(Shared {
                kind,
                note: note.into(),
                cool_down,
            }),
        }
    }

    /// A failure of this process alone: its key, its time that ran out. The next
    /// process that waits tries for itself.
    pub const fn own(error: E) -> Self {
        Self {
            error,
            shared: None,
        }
    }
}

/// Where a token comes from.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// It was in the cache.
    Cache,
    /// Another process got it during the call.
    OtherProcess,
    /// The call's own fetch.
    Fetch,
}

/// A token, and what else there is to tell.
#[derive(Debug)]
pub struct Outcome<E> {
    pub(crate) token: CachedToken,
    pub(crate) source: Source,
    pub(crate) warning: Option<Unusable>,
    pub(crate) overtaken: Option<Overtaken>,
    pub(crate) failed_renewal: Option<E>,
}

impl<E> Outcome<E> {
    pub(crate) const fn new(token: CachedToken, source: Source) -> Self {
        Self {
            token,
            source,
            warning: None,
            overtaken: None,
            failed_renewal: None,
        }
    }

    pub(crate) fn with_warning(mut self, warning: Option<Unusable>) -> Self {
        self.warning = warning;
        self
    }

    /// The token.
    #[must_use]
    pub const fn token(&self) -> &CachedToken {
        &self.token
    }

    /// The token alone.
    #[must_use]
    pub fn into_token(self) -> CachedToken {
        self.token
    }

    /// Where it comes from.
    #[must_use]
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Why the cache did not take its part, for telling the user once.
    #[must_use]
    pub const fn warning(&self) -> Option<&Unusable> {
        self.warning.as_ref()
    }

    /// The process whose request this call did not wait for any longer, for telling
    /// the user once.
    #[must_use]
    pub const fn overtaken(&self) -> Option<&Overtaken> {
        self.overtaken.as_ref()
    }

    /// Why an early renewal failed; the token is the old one, and still good.
    #[must_use]
    pub const fn failed_renewal(&self) -> Option<&E> {
        self.failed_renewal.as_ref()
    }
}
