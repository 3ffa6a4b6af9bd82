use alloc::sync::Arc;
use core::fmt;

use tokenring_assertion::NumericDate;

use super::lifetime::Lifetime;
use super::moment::Moment;
use crate::{AccessToken, TokenResponse};

/// A token that was good when it was handed out.
///
/// A handle: a clone costs nothing and shares the token, which is wiped when
/// the last handle is gone. Ask the [`TokenSource`](crate::TokenSource) anew
/// for each use rather than keep it.
#[derive(Clone)]
pub struct FreshToken(Arc<Handle>);

/// Keeps the count of the handles of one shard on cache lines of its own:
/// threads that count on the same line slow each other down.
#[repr(align(128))]
struct Handle(Arc<Held>);

struct Held {
    response: TokenResponse,
    lifetime: Lifetime,
}

impl FreshToken {
    pub(super) fn new(response: TokenResponse, lifetime: Lifetime) -> Self {
        Self(Arc::new(Handle(Arc::new(Held { response, lifetime }))))
    }

    /// The same token, with a count of handles of its own.
    pub(super) fn recounted(&self) -> Self {
        Self(Arc::new(Handle(Arc::clone(&self.0.0))))
    }

    pub(super) fn lifetime(&self) -> Lifetime {
        self.0.0.lifetime
    }

    /// Whether it is there to be handed out without a request.
    pub(super) fn is_fresh(&self, now: Moment) -> bool {
        !self.lifetime().renew_at.is_past(now)
    }

    pub(super) fn is_unexpired(&self, now: Moment) -> bool {
        !self.lifetime().expires_at.is_past(now)
    }

    /// The token itself.
    ///
    /// # Security
    ///
    /// Whoever holds it is let in. Keep it out of logs, arguments and errors.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.access_token().secret()
    }

    /// The token, elided in `Debug`.
    #[must_use]
    pub fn access_token(&self) -> &AccessToken {
        self.response().access_token()
    }

    /// The scope of the token; [`None`] if it is the requested one.
    ///
    /// Unfiltered text from the server.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.response().scope()
    }

    /// When the source hands it out no more, by the wall clock of this machine.
    ///
    /// Reckoned from before the request was sent, so never later than the end
    /// that the server stated.
    #[must_use]
    pub fn expires_at(&self) -> NumericDate {
        NumericDate::from_seconds(self.lifetime().expires_at.wall.as_secs())
    }

    /// The whole response that the token came in.
    #[must_use]
    pub fn response(&self) -> &TokenResponse {
        &self.0.0.response
    }
}

impl fmt::Debug for FreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreshToken")
            .field("response", self.response())
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
