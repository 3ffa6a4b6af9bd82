//! What makes assertions: who, with which claims, signed by which key.

use tokenring_assertion::{AuthorizationGrant, ClientAssertion, JwtId, NumericDate, SigningInput};
use tokenring_gateway::AssertionPlan;
use tokenring_jwk::{Signature, Signer};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::{Target, usage};
use crate::failure::{Failure, Result};
#[cfg(feature = "diagnosis")]
use crate::own_lint::{OwnLint, Subject};
use crate::plan;
use crate::settings::Settings;
use crate::signing::Key;

pub(crate) struct Minter {
    target: Target,
    client_id: String,
    plan: AssertionPlan,
    key: Key,
    #[cfg(feature = "diagnosis")]
    lint: OwnLint,
}

impl Minter {
    pub(crate) fn read(target: Target, settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let client_id = read_client_id(settings)?;
        if let Ok(url) = target.endpoint.token_endpoint() {
            settings.note_default("token-url", url.as_str(), target.origin.clone());
        }
        let audience = target.endpoint.audience().map_err(|error| usage(&error))?;
        settings.note_default("audience", audience, target.origin.clone());
        let plan = plan::read(&target, &client_id, audience, settings)?;
        let key = Key::read(&target, settings, console)?;
        let plan = key.header_parameters().fold(plan, |plan, (name, value)| {
            plan.with_header_parameter(name, value)
        });
        Ok(Self {
            target,
            client_id,
            plan,
            key,
            #[cfg(feature = "diagnosis")]
            lint: OwnLint::read(settings)?,
        })
    }

    pub(crate) const fn target(&self) -> &Target {
        &self.target
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// An assertion for the place of a proof of the client.
    pub(crate) fn client_assertion(
        &self,
        now: NumericDate,
        console: &Console,
    ) -> Result<ClientAssertion> {
        let (input, signature) = self.mint(now)?;
        let assertion = input.attach(&signature);
        self.check(assertion.secret(), now, console)?;
        Ok(assertion)
    }

    /// An assertion for the place of the grant.
    pub(crate) fn authorization_grant(
        &self,
        now: NumericDate,
        console: &Console,
    ) -> Result<AuthorizationGrant> {
        let (input, signature) = self.mint(now)?;
        let grant = input.attach_grant(&signature);
        self.check(grant.secret(), now, console)?;
        Ok(grant)
    }

    /// The signing input of one more assertion.
    pub(crate) fn signing_input(&self, now: NumericDate) -> Result<SigningInput> {
        let jwt_id =
            JwtId::random().map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        self.plan
            .signing_input(now, jwt_id, self.key.algorithm(), self.key.key_id())
            .map_err(|error| plan::unusable(&error))
    }

    /// Holds the gateway's rules against an assertion that is complete.
    #[cfg(feature = "diagnosis")]
    fn check(&self, compact: &str, now: NumericDate, console: &Console) -> Result<()> {
        let subject = Subject {
            target: &self.target,
            client_id: &self.client_id,
            public_key: self.key.public_key(),
        };
        self.lint.check(compact, now, &subject, console)
    }

    #[cfg(not(feature = "diagnosis"))]
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "a build without the lint lets everything pass"
    )]
    const fn check(&self, _: &str, _: NumericDate, _: &Console) -> Result<()> {
        Ok(())
    }

    fn mint(&self, now: NumericDate) -> Result<(SigningInput, Signature)> {
        let signer = self.key.signer()?;
        let input = self.signing_input(now)?;
        let signature = signer.sign(input.as_bytes()).map_err(|error| {
            Failure::from_error(ExitCode::Signing, &tokenring_assertion::Error::Sign(error))
        })?;
        Ok((input, signature))
    }
}

pub(crate) fn read_client_id(settings: &Settings<'_>) -> Result<String> {
    match settings.noted_text("client-id")? {
        Some(id) if !id.value().is_empty() => Ok(id.into_value()),
        _ => Err(Failure::usage(
            "the client identifier is missing; give it as --client-id (or --api-key) ID",
        )),
    }
}
