//! What makes assertions: who, with which claims, signed by which key.

use std::borrow::Cow;

use tokenring_assertion::{
    AuthorizationGrant, BearerJwt, ClientAssertion, JwtId, NumericDate, SigningInput,
};
use tokenring_gateway::{AssertionPlan, ClientAuthentication};
use tokenring_jwk::{Signature, Signer};

use crate::Error;
use crate::assertion_plan::{no_randomness, unusable};
use crate::client_key::ClientKey;
use crate::error::Cause;
use crate::event::Listener;
use crate::options::GatewayOptions;
#[cfg(feature = "diagnosis")]
use crate::preflight_lint::PreflightLint;
use crate::target::Target;

pub(crate) struct AssertionFactory {
    pub(crate) target: Target,
    pub(crate) client_id: String,
    /// Without the header parameters of the key.
    plan: AssertionPlan,
    /// What authenticates the client beside the grant, where something does.
    authentication: Option<AssertionPlan>,
    #[cfg(feature = "diagnosis")]
    lint: PreflightLint,
    listener: Listener,
}

impl AssertionFactory {
    pub(crate) fn new(
        target: Target,
        client_id: String,
        plan: AssertionPlan,
        skip_lint: bool,
        options: &GatewayOptions,
        listener: Listener,
    ) -> Self {
        #[cfg(not(feature = "diagnosis"))]
        let _ = (skip_lint, options);
        let authentication = match target.gateway().request().client_authentication() {
            ClientAuthentication::Assertion => Some(plan.for_client_authentication()),
            _ => None,
        };
        Self {
            authentication,
            target,
            client_id,
            plan,
            #[cfg(feature = "diagnosis")]
            lint: PreflightLint::new(skip_lint, options),
            listener,
        }
    }

    pub(crate) const fn plan(&self) -> &AssertionPlan {
        &self.plan
    }

    /// A signed assertion as client authentication.
    pub(crate) fn client_assertion(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<ClientAssertion, Error> {
        let (input, signature) = sign(&self.plan, key, now)?;
        let assertion = input.attach(&signature);
        self.check(assertion.secret(), key, now)?;
        Ok(assertion)
    }

    /// A signed assertion as the grant.
    pub(crate) fn authorization_grant(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<AuthorizationGrant, Error> {
        let (input, signature) = sign(&self.plan, key, now)?;
        let grant = input.attach_grant(&signature);
        self.check(grant.secret(), key, now)?;
        Ok(grant)
    }

    /// A signed JWT that is the token itself.
    pub(crate) fn bearer_jwt(&self, key: &ClientKey, now: NumericDate) -> Result<BearerJwt, Error> {
        let (input, signature) = sign(&self.plan, key, now)?;
        let jwt = input.attach_bearer(&signature);
        self.check(jwt.secret(), key, now)?;
        Ok(jwt)
    }

    /// A signed assertion that authenticates the client beside the grant, if the gateway wants one.
    pub(crate) fn authentication(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<Option<ClientAssertion>, Error> {
        let Some(plan) = &self.authentication else {
            return Ok(None);
        };
        let (input, signature) = sign(plan, key, now)?;
        Ok(Some(input.attach(&signature)))
    }

    /// The signing input of one more of those, if the gateway wants one.
    pub(crate) fn authentication_input(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<Option<SigningInput>, Error> {
        let plan = self.authentication.as_ref();
        plan.map(|plan| signing_input(plan, key, now)).transpose()
    }

    /// The signing input of one more assertion.
    pub(crate) fn signing_input(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<SigningInput, Error> {
        signing_input(&self.plan, key, now)
    }

    /// Checks a complete assertion against the gateway's rules.
    #[cfg(feature = "diagnosis")]
    fn check(&self, compact: &str, key: &ClientKey, now: NumericDate) -> Result<(), Error> {
        self.lint.check(compact, now, self, key, &self.listener)
    }

    #[cfg(not(feature = "diagnosis"))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "a build without the lint lets everything pass"
    )]
    const fn check(&self, _: &str, _: &ClientKey, _: NumericDate) -> Result<(), Error> {
        let _ = &self.listener;
        Ok(())
    }
}

fn signing_input(
    plan: &AssertionPlan,
    key: &ClientKey,
    now: NumericDate,
) -> Result<SigningInput, Error> {
    let jwt_id = JwtId::random().map_err(no_randomness)?;
    let plan = &*match plan.issuer_names_key() {
        true => Cow::Owned(plan.clone().with_key_sha256(&key.spki_sha256())),
        false => Cow::Borrowed(plan),
    };
    let mut parameters = key.header_parameters().peekable();
    if parameters.peek().is_none() {
        return plan
            .signing_input(now, jwt_id, key.algorithm(), key.key_id())
            .map_err(unusable);
    }
    parameters
        .fold(plan.clone(), |plan, (name, value)| {
            plan.with_header_parameter(name, value)
        })
        .signing_input(now, jwt_id, key.algorithm(), key.key_id())
        .map_err(unusable)
}

fn sign(
    plan: &AssertionPlan,
    key: &ClientKey,
    now: NumericDate,
) -> Result<(SigningInput, Signature), Error> {
    let signer = key.signer()?;
    let input = signing_input(plan, key, now)?;
    let signature = signer.sign(input.as_bytes()).map_err(|error| {
        let error = tokenring_assertion::Error::Sign(error);
        Error::Signing {
            source: Cause::from(Box::from(error)),
        }
    })?;
    Ok((input, signature))
}
