//! From settings to an access token.

#[cfg(feature = "diagnosis")]
use std::cell::{Ref, RefCell};
use std::time::Duration;

use tokenring_assertion::{AuthorizationGrant, ClientAssertion, NumericDate};
use tokenring_gateway::Grant;
use tokenring_oauth::{TokenEndpoint, TokenRequest, TokenResponse, Transport};

use crate::clock::{self, Skew};
use crate::console::Console;
#[cfg(feature = "diagnosis")]
use crate::diagnosis::{self, Sent};
use crate::endpoint::{Target, usage};
use crate::failure::{Failure, Result, chain};
use crate::minter::Minter;
use crate::plan::Scope;
use crate::refusal::Refusal;
use crate::settings::Settings;

/// Everything that a token request is made of.
pub(crate) struct Client {
    minter: Minter,
    token_endpoint: TokenEndpoint,
    scope: Scope,
    parameters: Vec<(String, String)>,
    #[cfg(feature = "diagnosis")]
    sent: RefCell<Option<Sent>>,
}

impl Client {
    pub(crate) fn read(target: Target, settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let minter = Minter::read(target, settings, console)?;
        let token_endpoint = minter.target().endpoint.token_endpoint();
        let token_endpoint = token_endpoint.map_err(|error| usage(&error))?.clone();
        let gateway = &minter.target().gateway;
        if gateway.needs_mutual_tls() {
            console.warning(format_args!(
                "gateway {} also wants a TLS client certificate, and tokenring has none; send by \
                 a proxy that presents it, with --token-url",
                gateway.name()
            ));
        }
        let scope = Scope::read(minter.target(), settings)?;
        if let (Some(asked), true) = (scope.of_form(), scope.is_ignored()) {
            console.warning(format_args!(
                "gateway {} takes no notice of a scope; {asked:?} is sent all the same",
                gateway.name()
            ));
        }
        let own = settings.request_options()?.parameters;
        settings.note_all(|effective| effective.add_pairs("param", &own));
        let mut parameters = minter.target().endpoint.parameters().to_vec();
        parameters.retain(|(name, _)| !own.iter().any(|(other, _)| other == name));
        parameters.extend(
            own.into_iter()
                .map(|(name, value)| (name, value.into_value())),
        );
        Ok(Self {
            minter,
            token_endpoint,
            scope,
            parameters,
            #[cfg(feature = "diagnosis")]
            sent: RefCell::default(),
        })
    }

    /// Mints an assertion and exchanges it for an access token, once.
    pub(crate) fn get_token(
        &self,
        transport: &dyn Transport,
        time_left: Duration,
        skew: Skew,
        console: &Console,
    ) -> Result<TokenResponse, Refusal> {
        let request = self.token_request(skew, console).map_err(Refusal::Own)?;
        console.detail(format_args!(
            "Asking {} for an access token",
            self.token_endpoint.as_str()
        ));
        let response = request
            .send_within(transport, time_left)
            .map_err(Refusal::Request)?;
        if let Some(scope) = self.scope.asked() {
            let missing: Vec<_> = response.missing_scope(scope).collect();
            if !missing.is_empty() {
                console.warning(format_args!(
                    "the gateway granted less scope than asked for; missing: {}",
                    tokenring_oauth::printable(&missing.join(" "))
                ));
            }
        }
        Ok(response)
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) const fn minter(&self) -> &Minter {
        &self.minter
    }

    /// The scope that is asked for, in whatever place.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn scope(&self) -> Option<&str> {
        self.scope.asked()
    }

    /// The assertion that was sent last.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn sent(&self) -> Ref<'_, Option<Sent>> {
        self.sent.borrow()
    }

    /// The secret ones of the parameters that were given for the form.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn secret_parameters(&self) -> impl Iterator<Item = &str> {
        let is_secret = |name: &str| crate::disclosure::is_secret_parameter(name);
        let parameters = self.parameters.iter();
        let secrets = parameters.filter(move |(name, _)| is_secret(name));
        secrets.map(|(_, value)| value.as_str())
    }

    /// The form of the token request; of the assertion there is what it is instead
    /// of itself.
    pub(crate) fn form<'c>(&'c self, assertion: &'c str) -> Vec<(&'c str, &'c str)> {
        let mut form = vec![("grant_type", self.grant_type())];
        if self.sends_client_id() {
            form.push(("client_id", self.minter.client_id()));
        }
        form.extend(self.scope.of_form().map(|scope| ("scope", scope)));
        form.extend(
            self.parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        if self.is_grant() {
            form.push(("assertion", assertion));
        } else {
            form.push(("client_assertion_type", ClientAssertion::TYPE));
            form.push(("client_assertion", assertion));
        }
        form
    }

    fn token_request(&self, skew: Skew, console: &Console) -> Result<TokenRequest> {
        let now = skew.correct(clock::now()?);
        let endpoint = &self.token_endpoint;
        let mut request = if self.is_grant() {
            let grant = self.minter.authorization_grant(now, console)?;
            self.keep(grant.secret(), now);
            TokenRequest::jwt_bearer(endpoint, grant)
        } else {
            let assertion = self.minter.client_assertion(now, console)?;
            self.keep(assertion.secret(), now);
            TokenRequest::client_credentials(endpoint, assertion)
        };
        request = request.with_token_type(self.minter.target().gateway.response().token_type());
        if self.has_api_key() {
            request = request.with_secret_client_id();
        }
        if self.sends_client_id() {
            request = request.with_client_id(self.minter.client_id());
        }
        if let Some(scope) = self.scope.of_form() {
            request = request.with_scope(scope);
        }
        for (name, value) in &self.parameters {
            request = request
                .with_parameter(name, value)
                .map_err(|error| Failure::usage(format!("--param {name:?}: {}", chain(&error))))?;
        }
        Ok(request)
    }

    /// Keeps what it takes to explain a refusal of this assertion.
    #[cfg(feature = "diagnosis")]
    fn keep(&self, compact: &str, now: NumericDate) {
        self.sent.replace(Sent::new(compact, now));
    }

    #[cfg(not(feature = "diagnosis"))]
    #[expect(
        clippy::unused_self,
        reason = "a build without the diagnosis keeps nothing"
    )]
    const fn keep(&self, _: &str, _: NumericDate) {}

    /// Words what went wrong, and adds what the server's clock says and the likely causes.
    pub(crate) fn word(&self, reason: &Refusal) -> Failure {
        let failure = reason.word(&self.token_endpoint);
        #[cfg(feature = "diagnosis")]
        if let Refusal::Request(tokenring_oauth::Error::Refused(response)) = reason {
            return failure.with_details(diagnosis::lines(self, response, None));
        }
        failure
    }

    fn grant_type(&self) -> &'static str {
        if self.is_grant() {
            AuthorizationGrant::TYPE
        } else {
            "client_credentials"
        }
    }

    /// Whether the assertion is the grant rather than a proof of the client.
    fn is_grant(&self) -> bool {
        self.minter.target().gateway.request().grant() == Grant::JwtBearer
    }

    /// Whether the client ID opens APIs by itself.
    fn has_api_key(&self) -> bool {
        let target = self.minter.target();
        target.gateway.api().key_header().is_some()
            || target.endpoint.api_key_header().is_some()
            || was_given_as_api_key()
    }

    fn sends_client_id(&self) -> bool {
        self.minter.target().gateway.request().sends_client_id()
    }
}

/// The parser of arguments doesn't tell by which of its names an option was given.
fn was_given_as_api_key() -> bool {
    std::env::args_os().any(|argument| {
        let argument = argument.as_encoded_bytes();
        argument == b"--api-key" || argument.starts_with(b"--api-key=")
    })
}
