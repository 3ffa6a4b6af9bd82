use alloc::string::String;
use core::fmt;

use crate::compact::Compact;

/// A signed DPoP proof (RFC 9449 section 4), good for one request.
///
/// It shows that its sender has the private key to which the token is bound, and for
/// which request. It is not `Clone`: a retry has to make a new one with a new `jti`.
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::DpopProof>();
/// ```
pub struct DpopProof(Compact);

impl DpopProof {
    /// The name of the HTTP header that carries a proof (RFC 9449 section 4.1).
    pub const HEADER: &'static str = "DPoP";
    /// The value of `typ` in its JOSE header (RFC 9449 section 4.2).
    pub const TYPE: &'static str = "dpop+jwt";

    pub(crate) const fn new(compact: Compact) -> Self {
        Self(compact)
    }

    /// The compact serialization (RFC 7515 section 7.1), for the request's header.
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

impl fmt::Debug for DpopProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DpopProof(..)")
    }
}
