use alloc::string::String;
use core::fmt;

use crate::compact::Compact;

/// A signed assertion that is the authorization grant itself (RFC 7523 section
/// 2.1), good for one request.
///
/// Some servers take the assertion in this place, as `assertion`, rather than
/// as proof of who the client is. On the wire the two look the same, and which of
/// them it is decides what a server makes of it: hence two types. Like
/// [`ClientAssertion`](crate::ClientAssertion) it is not `Clone`, and a token
/// request takes it by value.
///
/// ```compile_fail,E0382
/// # fn send(_: tokenring_assertion::AuthorizationGrant) {}
/// # fn attempt(grant: tokenring_assertion::AuthorizationGrant) {
/// send(grant);
/// send(grant); // it is gone
/// # }
/// ```
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::AuthorizationGrant>();
/// ```
///
/// ```compile_fail,E0308
/// # fn send(_: tokenring_assertion::ClientAssertion) {}
/// # fn attempt(grant: tokenring_assertion::AuthorizationGrant) {
/// send(grant); // it is made for another place
/// # }
/// ```
pub struct AuthorizationGrant(Compact);

impl AuthorizationGrant {
    /// Value of the form parameter `grant_type` (RFC 7523 section 2.1).
    pub const TYPE: &'static str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    pub(crate) const fn new(compact: Compact) -> Self {
        Self(compact)
    }

    /// The compact serialization (RFC 7515 section 7.1), for the request's body.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.0.secret()
    }

    /// The compact serialization, handed over.
    #[must_use]
    pub fn into_secret(self) -> String {
        self.0.into_secret()
    }
}

impl fmt::Debug for AuthorizationGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationGrant(..)")
    }
}
