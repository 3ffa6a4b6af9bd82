//! What one plan makes, for each of the places that an assertion can have.

use tokenring_assertion::{
    AuthorizationGrant, BearerJwt, ClientAssertion, Error, JwtId, NumericDate, SigningInput,
};
use tokenring_jwk::{Algorithm, KeyId, Signer};

use super::AssertionPlan;

impl AssertionPlan {
    /// Signs one client assertion that is made now.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::claims`] and [`AssertionPlan::header`], and where the signer fails.
    pub fn sign<S: Signer + ?Sized>(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        signer: &S,
    ) -> Result<ClientAssertion, Error> {
        let claims = self.claims(now, jwt_id)?;
        claims.sign_with(&self.header()?, signer)
    }

    /// Signs one authorization grant that is made now, for a gateway whose
    /// [`Grant`](crate::Grant) that is.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::sign`].
    pub fn sign_grant<S: Signer + ?Sized>(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        signer: &S,
    ) -> Result<AuthorizationGrant, Error> {
        let claims = self.claims(now, jwt_id)?;
        claims.sign_grant_with(&self.header()?, signer)
    }

    /// Signs one JWT that is made now and is itself the token, for a gateway whose
    /// [`Grant`](crate::Grant) is none.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::sign`].
    pub fn sign_bearer<S: Signer + ?Sized>(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        signer: &S,
    ) -> Result<BearerJwt, Error> {
        let claims = self.claims(now, jwt_id)?;
        claims.sign_bearer_with(&self.header()?, signer)
    }

    /// Prepares one assertion that is made now for a signer that is elsewhere.
    ///
    /// # Errors
    ///
    /// As for [`AssertionPlan::claims`] and [`AssertionPlan::header`].
    pub fn signing_input(
        &self,
        now: NumericDate,
        jwt_id: JwtId,
        algorithm: Algorithm,
        key_id: Option<&KeyId>,
    ) -> Result<SigningInput, Error> {
        let claims = self.claims(now, jwt_id)?;
        Ok(claims.signing_input_with(&self.header()?, algorithm, key_id))
    }
}
