use crate::Timestamp;

/// Whether a step of the rotation may be taken now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Readiness {
    /// It may.
    Ready,
    /// Nobody has seen the new key in the published JWK Set yet.
    NotPublished,
    /// It may from this moment on.
    From(Timestamp),
}

impl Readiness {
    /// Tells whether the step may be taken.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        matches!(self, Self::Ready)
    }

    pub(crate) fn at(moment: Timestamp, now: Timestamp) -> Self {
        if now >= moment {
            Self::Ready
        } else {
            Self::From(moment)
        }
    }
}
