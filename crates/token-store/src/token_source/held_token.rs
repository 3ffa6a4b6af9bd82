use super::lifetime::Lifetime;
use super::moment::Moment;
use crate::{Lookup, Mode, Token};

/// A token in memory, and how long it is given.
#[derive(Clone)]
pub(crate) struct HeldToken {
    pub(crate) token: Token,
    pub(crate) lifetime: Lifetime,
}

impl HeldToken {
    /// Whether it is given without a request.
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        !self.lifetime.renew_at.is_past(now)
    }

    pub(crate) fn is_unexpired(&self, now: Moment) -> bool {
        !self.lifetime.expires_at.is_past(now)
    }

    /// Whether it will do for a call, as long as it is not expired.
    pub(crate) fn suits(&self, lookup: &Lookup, now: Moment) -> bool {
        lookup.mode == Mode::Normal
            && (lookup.minimum.is_zero()
                || self.lifetime.expires_at.distance_from(now) >= lookup.minimum)
            && !lookup.is_rejected(&self.token)
    }

    /// The same token, with a count of handles of its own.
    pub(crate) fn recounted(&self) -> Self {
        Self {
            token: self.token.recounted(),
            lifetime: self.lifetime,
        }
    }
}
