use serde_json::Value;
use tokenring_assertion::{
    Claims, ClientAssertion, Error, JoseHeader, JwtId, Lifetime, NumericDate, SigningInput,
};
use tokenring_jwk::{Algorithm, KeyId, Signer};

use crate::AssertionRules;

/// Makes one assertion after the other for one client at one gateway.
///
/// It is what all of them have in common. Time and identifier are given each time: an assertion
/// is good for one request.
#[derive(Clone, Debug)]
pub struct AssertionPlan {
    client_id: String,
    audience: String,
    lifetime: Lifetime,
    issued_at: bool,
    not_before: bool,
    header: JoseHeader,
    claims: Vec<(String, Value)>,
}

impl AssertionPlan {
    /// Plans by a gateway's rules, for a client and an audience.
    #[must_use]
    pub fn new(
        rules: &AssertionRules,
        client_id: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            audience: audience.into(),
            lifetime: rules.lifetime(),
            issued_at: rules.sends_issued_at(),
            not_before: rules.sends_not_before(),
            header: match rules.typ() {
                Some(token_type) => JoseHeader::new().with_token_type(token_type),
                None => JoseHeader::new().without_token_type(),
            },
            claims: Vec::new(),
        }
    }

    /// Replaces the lifetime. Defaults to the gateway's.
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Replaces `typ`. Defaults to the gateway's.
    #[doc(alias = "typ")]
    #[must_use]
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.header = self.header.with_token_type(token_type);
        self
    }

    /// Leaves `typ` out. Defaults to the gateway's.
    #[must_use]
    pub fn without_token_type(mut self) -> Self {
        self.header = self.header.without_token_type();
        self
    }

    /// Adds a claim. Defaults to none.
    ///
    /// A name that has a place of its own is refused when the claims are made.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push((name.into(), value.into()));
        self
    }

    /// The audience.
    #[doc(alias = "aud")]
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The header's type, if it has one.
    #[doc(alias = "typ")]
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.header.token_type()
    }

    /// The claims that were added, by name.
    pub fn added_claims(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.claims
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The claims of one assertion that is made now.
    ///
    /// # Errors
    ///
    /// A claim that was added and has a place of its own, or was added twice.
    pub fn claims(&self, now: NumericDate, jwt_id: JwtId) -> Result<Claims, Error> {
        let expires_at = now.after(self.lifetime);
        let audience = self.audience.as_str();
        let mut claims = Claims::new(self.client_id.as_str(), audience, jwt_id, expires_at);
        if self.issued_at {
            claims = claims.with_issued_at(now);
        }
        if self.not_before {
            claims = claims.with_not_before(now);
        }
        for (name, value) in &self.claims {
            claims = claims.with_claim(name, value.clone())?;
        }
        Ok(claims)
    }

    /// Signs one assertion that is made now.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::claims`], and where the signer fails.
    pub fn sign<S: Signer + ?Sized>(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        signer: &S,
    ) -> Result<ClientAssertion, Error> {
        self.claims(now, jwt_id)?.sign_with(&self.header, signer)
    }

    /// Prepares one assertion that is made now for a signer that is elsewhere.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::claims`].
    pub fn signing_input(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        algorithm: Algorithm,
        key_id: Option<&KeyId>,
    ) -> Result<SigningInput, Error> {
        let claims = self.claims(now, jwt_id)?;
        Ok(claims.signing_input_with(&self.header, algorithm, key_id))
    }
}
