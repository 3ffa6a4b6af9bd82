//! Everything between this machine and a token, step by step.

mod check;
mod check_remedy;
mod check_step;
mod exchange;
mod extent;
mod key;
mod metadata;
mod network;
mod published;
mod setup;
mod steps;

use std::sync::Arc;

use tokenring_gateway::{Finding, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::{KeyId, any};
use tokenring_oauth::{AccessToken, TokenResponse};
use tokenring_token_store::Token;

pub use self::check::{Check, CheckLine, CheckStatus};
pub use self::check_remedy::CheckRemedy;
pub use self::check_step::CheckStep;
pub use self::extent::Examination;
use self::published::{NamedKey, Published};
use self::steps::Steps;
use crate::client::Client;
use crate::client_builder::ClientBuilder;
use crate::client_key::ClientKey;
use crate::connection::Connection;
use crate::event::Listener;
use crate::options::ConnectionOptions;
use crate::token_binding::TokenBinding;
use crate::{Error, Target, clock};

impl ClientBuilder {
    /// Checks every step between this machine and a token, and gets one; the client need not be
    /// complete, as each step is reported even where others fail.
    ///
    /// It requests one token, without repetition, and shares it with nobody. No text of a check
    /// holds a secret.
    #[must_use]
    pub fn examine(&self, examination: &Examination) -> Vec<Check> {
        let mut checks = Vec::new();
        let mut builder = self.clone();
        let target = Target::resolve(&builder.gateway).ok();
        let _taken = builder.take_from_key_file(target.as_ref());
        let mut options = self.connection.clone();
        let connection = match Connection::new(&options) {
            Ok(connection) => Some(connection),
            Err(error) => {
                checks.push(Check::failed(CheckStep::Configuration, error));
                // The rest goes on without what cannot be used.
                options = ConnectionOptions {
                    timeout: options.timeout,
                    ..ConnectionOptions::default()
                };
                let fallback = Connection::new(&options);
                fallback
                    .or_else(|_| Connection::new(&ConnectionOptions::default()))
                    .ok()
            }
        };
        if let Some(connection) = connection {
            Steps {
                builder: &builder,
                examination,
                proxy: &options.proxy,
                connection,
                checks: &mut checks,
            }
            .run();
        }
        checks
    }
}

impl Client {
    /// Checks every step between this machine and a token anew; see [`ClientBuilder::examine`].
    #[must_use]
    pub fn examine(&self, examination: &Examination) -> Vec<Check> {
        self.inner().builder.examine(examination)
    }
}

impl Steps<'_> {
    fn run(mut self) {
        let target = self.gateway();
        self.client_id();
        let key = self.key();
        let client = self.assertion(target.as_ref());
        let signs = client.as_ref().map(|client| client.inner().core.key());
        let path = key.as_ref().map(|(path, _)| path.as_path());
        let key_id = signs.as_ref().map(|key| key.key_id().map(KeyId::as_str));
        if let Some(target) = &target {
            let check = setup::environment(target, key_id.flatten(), path);
            self.checks.push(check);
        }
        let public_key = signs.as_ref().map(|key| key.public_key());
        let public_key = public_key.or(key.as_ref().map(|(_, public_key)| public_key));
        let algorithm = signs.as_ref().map(|key| key.algorithm());
        let published = self.published(path);
        if let (Some(published), Some(public_key)) = (&published, public_key) {
            let named = NamedKey {
                public_key,
                key_id,
                algorithm,
            };
            let compared = published::compare(published, &named, target.as_ref());
            self.checks.extend(compared);
        }
        if let Some(target) = target.as_ref().filter(|it| jwt_is_token(it)) {
            self.signed_token(target, client.as_ref());
            return;
        }
        let is_reached = self.reach(target.as_ref());
        let (Some(target), true) = (&target, is_reached) else {
            // Whoever lacks the token endpoint can read it in the metadata.
            let lacks_it = |target: &Target| target.endpoint().token_endpoint().is_err();
            if let Some(target) = target.filter(lacks_it) {
                if let Ok(Some(_)) = target.metadata_place() {
                    let metadata = self.metadata(&target, algorithm);
                    self.checks.push(metadata);
                }
            }
            let why = "the token endpoint was not reached";
            self.block(CheckStep::Token, why);
            return;
        };
        let metadata = self.metadata(target, algorithm);
        self.checks.push(metadata);
        let token = match (&client, &signs) {
            (Some(client), Some(key)) => self.token(client, key, published.as_ref()),
            _ => {
                let why = "there is no assertion to ask for one with";
                self.block(CheckStep::Token, why);
                None
            }
        };
        let is_bound = |token: &TokenResponse| TokenBinding::is_bound(token.token_type());
        let client = client.filter(|_| token.as_ref().is_some_and(is_bound));
        let token = token.as_ref().map(TokenResponse::access_token);
        self.call(target, token, client.as_ref());
    }

    /// What is left where the signed JWT is the token: an API, if one is named.
    fn signed_token(&mut self, target: &Target, client: Option<&Client>) {
        let name = target.gateway().name();
        let network = "the signed JWT is the token, so there is no token endpoint to reach";
        self.checks
            .push(Check::skipped(CheckStep::Network, network));
        let token = client.map(|client| {
            let core = &client.inner().core;
            core.plan.signed_token(&core.key(), &Listener::default())
        });
        let token = match token {
            None => {
                self.block(
                    CheckStep::Token,
                    "there is no key and client to sign it with",
                );
                None
            }
            Some(Err(error)) => {
                self.checks.push(Check::failed(CheckStep::Token, error));
                None
            }
            Some(Ok(token)) => token,
        };
        if let Some(token) = &token {
            let end = token.expires_at().unwrap_or_else(|| token.obtained_at());
            let seconds = end.as_seconds() - token.obtained_at().as_seconds();
            let text = format!("signed here, for {seconds} s; {name} gives none");
            self.checks.push(Check::ok(CheckStep::Token, text));
        }
        self.call(target, token.as_ref().map(Token::access_token), None);
    }

    /// Calls the API that is named with a token that there is, which the client proves if it is
    /// bound.
    fn call(&mut self, target: &Target, token: Option<&AccessToken>, client: Option<&Client>) {
        let check = match (&self.examination.api, token) {
            (None, _) => {
                Check::skipped(CheckStep::Api, "no API named").with_remedy(CheckRemedy::NameApi)
            }
            (Some(_), None) => Check::blocked(CheckStep::Api, "there is no token to call it with"),
            (Some(url), Some(token)) => self.api(url, target, token, client),
        };
        self.checks.push(check);
    }

    /// A client, and an assertion that is made and not sent.
    fn assertion(&mut self, target: Option<&Target>) -> Option<Client> {
        const STEP: CheckStep = CheckStep::Assertion;
        let Some(target) = target else {
            self.block(STEP, "the gateway is not known");
            return None;
        };
        let options = &self.builder.key;
        let has_key = options.name.is_some()
            || options.external.is_some()
            || options.signer_command.is_some();
        let has_client = self.builder.assertion.client_id.is_some();
        let lacks_url = !jwt_is_token(target) && target.endpoint().token_endpoint().is_err();
        if !has_key || !has_client || lacks_url {
            let why = "client, key and token endpoint make one, and not all are given";
            self.block(STEP, why);
            return None;
        }
        match self.make(target) {
            Ok((client, check)) => {
                self.checks.push(check);
                Some(client)
            }
            Err(error) => {
                self.checks.push(Check::failed(STEP, error));
                None
            }
        }
    }

    fn make(&self, target: &Target) -> Result<(Client, Check), Error> {
        let mut builder = self.builder.clone();
        builder.listener = Listener::default();
        let client = builder.build()?;
        let core = &client.inner().core;
        let (key, now) = (core.key(), clock::now()?);
        // What is a grant elsewhere is held to the same rules.
        let assertion = core.plan.factory().client_assertion(&key, now)?;
        let jwt = UnverifiedJwt::decode(assertion.secret());
        let jwt = jwt.map_err(|error| Error::Signing {
            source: Arc::new(error),
        })?;
        let findings = Lint::new(target.gateway(), target.endpoint(), now)
            .with_public_key(key.public_key(), &any::Verifier)
            .check(&jwt);
        let gateway = target.gateway().name();
        let text = format!("{}, {}", key.algorithm(), kid(&key));
        let check = match findings.first() {
            None => Check::ok(
                CheckStep::Assertion,
                format!("{text}; all as {gateway} wants it"),
            ),
            Some(_) if findings.iter().all(is_advice) => Check::ok(
                CheckStep::Assertion,
                format!("{text}; {gateway} takes it, and advises something else"),
            ),
            Some(first) => Check::warning(
                CheckStep::Assertion,
                format!("{text}; not all as {gateway} wants it"),
                CheckRemedy::Gateway(first.remedy().clone()),
            ),
        };
        let check = check.with_details(findings.iter().map(ToString::to_string));
        Ok((client, check))
    }

    fn token(
        &mut self,
        client: &Client,
        key: &Arc<ClientKey>,
        published: Option<&Published>,
    ) -> Option<TokenResponse> {
        let plan = &client.inner().core.plan;
        match exchange::token(client, key, &self.connection, published) {
            Ok((response, was_set_back)) => {
                let granted = exchange::granted(plan, &response, was_set_back);
                self.checks.extend(granted);
                Some(response)
            }
            Err(error) => {
                self.checks.push(Check::failed(CheckStep::Token, error));
                None
            }
        }
    }
}

/// Whether nothing is requested.
fn jwt_is_token(target: &Target) -> bool {
    target.gateway().request().jwt_is_token()
}

fn is_advice(finding: &Finding) -> bool {
    finding.severity() == Severity::Advised
}

fn kid(key: &ClientKey) -> String {
    match key.key_id() {
        Some(key_id) => format!("kid {:?}", key_id.as_str()),
        None => "no kid".into(),
    }
}
