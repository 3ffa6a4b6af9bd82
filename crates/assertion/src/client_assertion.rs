use alloc::string::String;
use core::fmt;

use crate::compact::Compact;

/// A signed client assertion (RFC 7523 section 2.2), good for one request.
///
/// Whoever holds it can be the client until it expires. It is not `Clone`, and a
/// token request takes it by value: a retry has to make a new one with a new
/// `jti`.
///
/// ```compile_fail,E0382
/// # fn send(_: tokenring_assertion::ClientAssertion) {}
/// # fn attempt(assertion: tokenring_assertion::ClientAssertion) {
/// send(assertion);
/// send(assertion); // it is gone
/// # }
/// ```
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::ClientAssertion>();
/// ```
pub struct ClientAssertion(Compact);

impl ClientAssertion {
    /// Value of the form parameter `client_assertion_type` (RFC 7523 section 2.2).
    pub const TYPE: &'static str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAssertion(..)")
    }
}
