mod binding;
mod key;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokenring_oauth::{CaStore, Transport};
use tokenring_token_store::{Mode, Store};
use zeroize::Zeroizing;

use crate::api_client::ApiClient;
use crate::client::Client;
use crate::connection::Connection;
use crate::event::Listener;
use crate::options::{
    AssertionOptions, BindingOptions, ConnectionOptions, GatewayOptions, KeyOptions, ProxyOption,
    RequestOptions, StoreChoice, StoreOptions,
};
use crate::{ChosenGateway, ClockSkewPolicy, Error, Event, Purpose, Target};

/// Makes a [`Client`], from [`Client::builder`].
///
/// Each method has the name of the option of the command `tokenring` that it stands for, but for
/// the few that the table of [`Parameter`](crate::Parameter) names otherwise. None of them fails:
/// what cannot be used is found by [`build`](Self::build).
#[derive(Clone, Default)]
pub struct ClientBuilder {
    pub(crate) gateway: GatewayOptions,
    pub(crate) assertion: AssertionOptions,
    pub(crate) key: KeyOptions,
    pub(crate) request: RequestOptions,
    pub(crate) binding: BindingOptions,
    pub(crate) connection: ConnectionOptions,
    pub(crate) store: StoreOptions,
    pub(crate) listener: Listener,
    /// The first value that could not be read, from a text.
    pub(crate) deferred: Option<Error>,
}

impl ClientBuilder {
    pub(crate) fn new(gateway: impl Into<String>) -> Self {
        let mut builder = Self::default();
        builder.gateway.name = Some(gateway.into());
        builder
    }

    /// Sets the gateway: the name of a built-in one, or the path of a gateway file. Defaults to
    /// `generic`, any authorization server.
    #[must_use]
    pub fn gateway(mut self, name: impl Into<String>) -> Self {
        self.gateway.name = Some(name.into());
        self
    }

    /// Sets the environment of the gateway, such as `int`. Defaults to the gateway's.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.gateway.environment = Some(name.into());
        self
    }

    /// Sets how the key is registered, where the gateway has several ways. Defaults to the
    /// gateway's first.
    #[must_use]
    pub fn flow(mut self, name: impl Into<String>) -> Self {
        self.gateway.flow = Some(name.into());
        self
    }

    /// Sets a variable that the gateway leaves open, such as `domain`. Defaults to none.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.gateway.variables.push((name.into(), value.into()));
        self
    }

    /// Sets what the client is for. Defaults to [`Purpose::GetToken`].
    ///
    /// Some environments have APIs and no token endpoint of their own: with [`Purpose::CallApi`]
    /// their tokens come from the environment that the gateway names for them.
    #[must_use]
    pub const fn purpose(mut self, purpose: Purpose) -> Self {
        self.gateway.purpose = purpose;
        self
    }

    /// Sets the client ID, which some gateways call the API key. Required.
    #[must_use]
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.assertion.client_id = Some(client_id.into());
        self
    }

    /// Says that the client ID opens APIs by itself, so that no text may repeat it. Defaults to
    /// what the gateway says.
    #[must_use]
    pub const fn secret_client_id(mut self) -> Self {
        self.request.secret_client_id = true;
        self
    }

    /// Sets the scopes to request, separated by spaces. Defaults to none.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.request.scope = Some(scope.into());
        self
    }

    /// Sets the audience of the assertion. Defaults to the gateway's.
    #[doc(alias = "aud")]
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.gateway.audience = Some(audience.into());
        self
    }

    /// Sets the issuer that identifies the authorization server. Defaults to the gateway's.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.gateway.issuer = Some(issuer.into());
        self
    }

    /// Sets the issuer of the assertion, which for a grant can have another name than the client.
    /// Defaults to the gateway's rule.
    #[doc(alias = "iss")]
    #[must_use]
    pub fn assertion_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.gateway.assertion_issuer = Some(issuer.into());
        self
    }

    /// Sets the subject of the assertion; an empty one for none. Defaults to the gateway's rule.
    #[doc(alias = "sub")]
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.gateway.subject = Some(subject.into());
        self
    }

    /// Sets the lifetime of the assertion, in whole seconds. Defaults to the gateway's.
    #[must_use]
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.assertion.lifetime = Some(lifetime);
        self
    }

    /// Sets the media type in the assertion's header; an empty one for none. Defaults to the
    /// gateway's.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.assertion.typ = Some(typ.into());
        self
    }

    /// Sets the URL of the token endpoint. Defaults to the gateway's.
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.gateway.token_url = Some(url.into());
        self
    }

    /// Sends `client_id` in the form, as some servers want it although the assertion names the
    /// client. Defaults to what the gateway says.
    #[must_use]
    pub const fn send_client_id(mut self) -> Self {
        self.request.send_client_id = true;
        self
    }

    /// Adds a parameter to the form of the token request, such as `resource`. Defaults to none.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = Zeroizing::new(value.into());
        self.request.parameters.push((name.into(), value));
        self
    }

    /// Adds a claim to the assertion. Defaults to none.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.assertion.claims.push((name.into(), value.into()));
        self
    }

    /// Adds a header to the token request, as some gateways want one with a key. Defaults to none.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = Zeroizing::new(value.into());
        self.request.headers.push((name.into(), value));
        self
    }

    /// Adds a file of certificates (PEM or DER) to those that are trusted: authorities, or a server's
    /// own certificate. Defaults to none.
    #[must_use]
    pub fn ca_cert(mut self, path: impl Into<PathBuf>) -> Self {
        self.connection.ca_certificates.push(path.into());
        self
    }

    /// Sets which certificate authorities are trusted in addition: Mozilla's, those of the operating
    /// system, or both. Defaults to [`CaStore::Both`].
    #[must_use]
    pub const fn ca_store(mut self, store: CaStore) -> Self {
        self.connection.ca_store = store;
        self
    }

    /// Sets the proxy's URL, or [`None`] for none. Defaults to what `HTTPS_PROXY`, `ALL_PROXY` and
    /// `NO_PROXY` say.
    #[must_use]
    pub fn proxy<'u>(mut self, url: impl Into<Option<&'u str>>) -> Self {
        self.connection.proxy = match url.into() {
            Some(url) => ProxyOption::Url(Zeroizing::new(url.to_owned())),
            None => ProxyOption::None,
        };
        self
    }

    /// Sets how long a token request may take as a whole, its repetitions included. Defaults to 30
    /// seconds.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.connection.timeout = Some(timeout);
        self
    }

    /// Sets how often a request is sent at most, where the server is busy or does not answer; each
    /// time with a new assertion. Defaults to 4.
    #[must_use]
    pub const fn retry(mut self, attempts: u32) -> Self {
        self.connection.attempts = Some(attempts);
        self
    }

    /// Sets what happens when this machine's clock is wrong. Defaults to
    /// [`ClockSkewPolicy::Correct`].
    #[must_use]
    pub const fn clock_skew(mut self, policy: ClockSkewPolicy) -> Self {
        self.connection.clock_skew = policy;
        self
    }

    /// Sets whether the gateway's rules are checked before anything is sent. Defaults to true.
    #[must_use]
    pub const fn lint(mut self, is_on: bool) -> Self {
        self.assertion.skip_lint = !is_on;
        self
    }

    /// Sets where tokens are shared with other processes and clients. Defaults to the folder of the
    /// command `tokenring`, such as `~/.cache/tokenring`.
    #[must_use]
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store.choice = StoreChoice::Given(Arc::new(store));
        self.store.is_off = false;
        self
    }

    /// Sets the folder where tokens are shared with other processes. Defaults to that of the
    /// command `tokenring`.
    #[must_use]
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.store.choice = StoreChoice::Directory(path.into());
        self.store.is_off = false;
        self
    }

    /// Keeps tokens in the memory of this client only.
    #[must_use]
    pub fn no_store(mut self) -> Self {
        self.store.is_off = true;
        self
    }

    /// Gets a new token even if a valid one is stored, the first time. Defaults to false.
    #[must_use]
    pub const fn force_refresh(mut self, is_forced: bool) -> Self {
        self.store.mode = match is_forced {
            true => Mode::Refresh,
            false => Mode::Normal,
        };
        self
    }

    /// Sets how long a token must still be valid, in whole seconds. Defaults to any time at all.
    #[must_use]
    pub const fn min_ttl(mut self, minimum: Duration) -> Self {
        self.store.minimum_lifetime = minimum;
        self
    }

    /// Sets what sends token requests: any HTTP client, by a closure. Defaults to ureq.
    ///
    /// Calls of APIs stream, and go on with ureq.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + Send + Sync + 'static) -> Self {
        self.connection.transport = Some(Arc::new(transport));
        self
    }

    /// Sets who is told what happens, for a log. Defaults to nobody.
    #[must_use]
    pub fn on_event(mut self, listen: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listen);
        self
    }

    /// The gateway and environment that the values so far name; no key is read.
    ///
    /// # Errors
    ///
    /// An [`Error`] for the first value that cannot be used, or is missing.
    pub fn target(&self) -> Result<Target, Error> {
        match &self.deferred {
            Some(error) => Err(error.clone()),
            None => Target::resolve(&self.gateway),
        }
    }

    /// How the gateway was chosen so far; nothing is read.
    #[must_use]
    pub fn chosen_gateway(&self) -> ChosenGateway {
        ChosenGateway::from(&self.gateway)
    }

    /// As [`ClientBuilder::target`], for one who needs a part of the gateway: variables that only
    /// the rest has, by their names, get an example's value where none was given.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::target`].
    pub fn target_needing(
        &self,
        is_needed: fn(&tokenring_gateway::Gateway, &str) -> bool,
    ) -> Result<Target, Error> {
        match &self.deferred {
            Some(error) => Err(error.clone()),
            None => Target::resolve_needing(&self.gateway, is_needed),
        }
    }

    /// Makes what calls APIs without a token; of the values the connection's count.
    ///
    /// # Errors
    ///
    /// An [`Error`] for the first value that cannot be used.
    pub fn build_without_token(self) -> Result<ApiClient, Error> {
        match self.deferred {
            Some(error) => Err(error),
            None => Ok(ApiClient::new(
                Connection::new(&self.connection)?,
                self.listener,
            )),
        }
    }

    /// Checks every value, reads the key, and sends nothing.
    ///
    /// # Errors
    ///
    /// An [`Error`] for the first value that cannot be used, or is missing.
    pub fn build(self) -> Result<Client, Error> {
        match self.deferred {
            Some(error) => Err(error),
            None => Client::new(self),
        }
    }
}

/// Shows what is no secret.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("gateway", &self.gateway.name)
            .field("environment", &self.gateway.environment)
            .field("flow", &self.gateway.flow)
            .field("key", &self.key.shown_name())
            .finish_non_exhaustive()
    }
}
