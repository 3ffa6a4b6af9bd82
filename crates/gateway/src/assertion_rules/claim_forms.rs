//! Which claims an assertion does without, and how a client identifier is written in it.

use super::AssertionRules;

/// A claim that other assertions have, and those for a gateway can be without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OmittedClaim {
    /// When the assertion expires: the gateway goes by the age of `iat`.
    #[doc(alias = "exp")]
    Expiry,
    /// The identifier: an assertion can be used many times.
    #[doc(alias = "jti")]
    JwtId,
}

/// How a gateway has client identifiers written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ClientIdCase {
    /// As they are given.
    #[default]
    AsGiven,
    /// In capitals.
    Upper,
}

impl AssertionRules {
    /// Whether `exp` is sent: without it an assertion is used for the lifetime all the same.
    #[doc(alias = "exp")]
    #[must_use]
    pub fn sends_expiry(&self) -> bool {
        !self.omitted_claims.contains(&OmittedClaim::Expiry)
    }

    /// Whether `jti` is sent.
    #[doc(alias = "jti")]
    #[must_use]
    pub fn sends_jwt_id(&self) -> bool {
        !self.omitted_claims.contains(&OmittedClaim::JwtId)
    }

    /// A client identifier as the gateway has it written.
    #[must_use]
    pub fn written_client_id(&self, client_id: &str) -> String {
        match self.client_id_case {
            ClientIdCase::AsGiven => client_id.to_owned(),
            ClientIdCase::Upper => client_id.to_uppercase(),
        }
    }
}
