use std::any::Any;
use std::fmt;
use std::time::Duration;

use tokenring_assertion::NumericDate;

use crate::holder_note::HolderNote;

/// A request for the right to request a token for everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeaseRequest {
    kind: LeaseKind,
    now: NumericDate,
    busy_for: Duration,
}

/// Which lease is wanted.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeaseKind {
    /// The one lease of the key.
    Exclusive,
    /// The one lease of the key, taken away from this holder, which should have
    /// finished and was watched in vain.
    ///
    /// A store whose leases expire by themselves may answer
    /// [`Busy`](LeaseState::Busy). Otherwise it makes sure that one caller gets the
    /// lease, and that this holder stores nothing any more.
    TakeOver(Holder),
    /// A lease of this number, beside a holder that is not waited for any longer.
    ///
    /// It keeps those that do not wait from being many: there are three of them, and
    /// each has one holder at a time.
    Beside {
        /// 1, 2 or 3.
        number: u32,
        /// Who holds the one lease of the key.
        holder: Holder,
    },
}

impl LeaseRequest {
    /// Asks for a lease, at a time by the caller's clock, for so long at most.
    #[must_use]
    pub const fn new(kind: LeaseKind, now: NumericDate, busy_for: Duration) -> Self {
        Self {
            kind,
            now,
            busy_for,
        }
    }

    /// Which lease is wanted.
    #[must_use]
    pub const fn kind(&self) -> LeaseKind {
        self.kind
    }

    /// The time by the caller's clock.
    #[must_use]
    pub const fn now(&self) -> NumericDate {
        self.now
    }

    /// For how long the lease is wanted at most.
    #[must_use]
    pub const fn busy_for(&self) -> Duration {
        self.busy_for
    }
}

/// What comes of a [`LeaseRequest`].
#[non_exhaustive]
#[derive(Debug)]
pub enum LeaseState {
    /// The caller has the lease.
    Held(Lease),
    /// Another one has.
    Busy(Holder),
}

impl LeaseState {
    /// Notes what a lease was taken for.
    pub(crate) fn taken_for(self, request: &LeaseRequest) -> Self {
        match self {
            Self::Held(lease) => Self::Held(lease.taken_for(request)),
            busy => busy,
        }
    }
}

/// The right to request a token for everybody, until it is dropped.
pub struct Lease {
    fence: u64,
    beside: Option<Holder>,
    taken_at: NumericDate,
    _guard: Box<dyn Any + Send>,
}

impl Lease {
    /// Makes a lease from a number that no other lease of the key has while this one is
    /// held, and a guard that is dropped when the lease ends.
    ///
    /// Where leases are numbered in their order, the number is the fencing token.
    #[must_use]
    pub fn new(fence: u64, guard: impl Send + 'static) -> Self {
        Self {
            fence,
            beside: None,
            taken_at: NumericDate::from_seconds(0),
            _guard: Box::new(guard),
        }
    }

    /// Notes what it was taken for.
    const fn taken_for(mut self, request: &LeaseRequest) -> Self {
        self.taken_at = request.now;
        self.beside = match request.kind {
            LeaseKind::Beside { holder, .. } => Some(holder),
            LeaseKind::Exclusive | LeaseKind::TakeOver(_) => None,
        };
        self
    }

    /// The number of this lease.
    #[must_use]
    pub const fn fence(&self) -> u64 {
        self.fence
    }

    /// When it was requested, by the caller's clock.
    #[must_use]
    pub const fn taken_at(&self) -> NumericDate {
        self.taken_at
    }

    /// Who holds the key's one lease, if this is a lease beside it.
    ///
    /// When a token is stored by this lease, that holder's, which is older, must not
    /// replace it.
    #[must_use]
    pub const fn beside(&self) -> Option<Holder> {
        self.beside
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("fence", &self.fence)
            .field("beside", &self.beside)
            .finish_non_exhaustive()
    }
}

/// Who holds a lease, as far as others see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Holder {
    pub(crate) fence: u64,
    pub(crate) note: Option<HolderNote>,
}

impl Holder {
    /// The holder of the lease of this number.
    #[must_use]
    pub const fn new(fence: u64) -> Self {
        Self { fence, note: None }
    }

    /// Sets until when it said that it may be busy, by its clock, for how long that
    /// was, and its process ID. Defaults to unknown.
    ///
    /// A holder that stays beyond that is taken for stopped
    /// ([`LeaseKind::TakeOver`]). One of whom nothing is known is never.
    #[must_use]
    pub const fn with_promise(
        mut self,
        busy_until: NumericDate,
        busy_for: Duration,
        process: u32,
    ) -> Self {
        self.note = Some(HolderNote {
            busy_until,
            busy_for,
            process,
        });
        self
    }

    /// The number of the lease.
    #[must_use]
    pub const fn fence(&self) -> u64 {
        self.fence
    }
}
