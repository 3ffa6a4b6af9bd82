use alloc::string::String;
use core::fmt;

use crate::compact::Compact;

/// A signed JWT that an API takes as the credential itself, without a token endpoint.
///
/// Unlike an assertion it is good for many requests, until its `exp`, as the bearer token of RFC
/// 6750 section 2.1.
///
/// ```
/// use tokenring_assertion::{BearerJwt, Claims, JwtId, NumericDate};
/// use tokenring_jwk::{Algorithm, Signature};
///
/// let jwt_id = JwtId::from_random_bytes([7; 16]);
/// let expires_at = NumericDate::from_seconds(1200);
/// let claims = Claims::new("team", "", jwt_id, expires_at)
///     .without_audience()
///     .without_jwt_id()
///     .without_subject();
/// let input = claims.signing_input(Algorithm::Es256, None);
/// assert_eq!(input.claims(), r#"{"iss":"team","exp":1200}"#);
/// let jwt: BearerJwt = input.attach_bearer(&Signature::from_bytes(vec![0; 64]));
/// assert!(jwt.secret().ends_with(".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
/// ```
pub struct BearerJwt(Compact);

impl BearerJwt {
    pub(crate) const fn new(compact: Compact) -> Self {
        Self(compact)
    }

    /// The compact serialization (RFC 7515 section 7.1), for the header `Authorization`.
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

impl fmt::Debug for BearerJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerJwt(..)")
    }
}
