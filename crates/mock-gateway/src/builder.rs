use core::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tokenring_gateway::{Gateway, KeyRules, Registration, Remedy};
use tokenring_oauth::Transport;

use crate::client::{ClientState, JwkSource};
use crate::client_file;
use crate::client_registration::ClientRegistration;
use crate::clock::Clock;
use crate::error::Error;
use crate::event::Event;
use crate::faults::Faults;
use crate::journal::{Journal, Observer};
use crate::key_sets::{KeySets, SharedTransport};
use crate::mock_gateway::{MockGateway, base_url};
use crate::own_key::OwnKey;
use crate::registration::{read_text, register};
use crate::rulebook::Rulebook;
use crate::server::Server;
use crate::site::SitePlan;
use crate::state::State;

/// The gateway that is meant where none is named.
const DEFAULT_GATEWAY: &str = "nhs";

/// Puts a [`MockGateway`] together.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::{Duration, UNIX_EPOCH};
/// use tokenring_mock_gateway::MockGateway;
///
/// // A clock that the test moves.
/// let seconds = Arc::new(AtomicU64::new(1_800_000_000));
/// let clock = Arc::clone(&seconds);
/// let gateway = MockGateway::builder()
///     .with_clock(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::SeqCst)))
///     .start()?;
/// seconds.fetch_add(3600, Ordering::SeqCst);
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[must_use]
pub struct MockGatewayBuilder {
    gateway: Option<Gateway>,
    environment: Option<String>,
    variables: Vec<(String, String)>,
    issuer: Option<String>,
    faults: Faults,
    address: SocketAddr,
    beyond_loopback: bool,
    clients: Vec<(String, JwkSource)>,
    states: Vec<(String, ClientState)>,
    registrations: Vec<(String, ClientRegistration)>,
    client_files: Vec<PathBuf>,
    clock: Clock,
    observer: Option<Observer>,
    transport: Option<SharedTransport>,
    remedy_words: fn(&Remedy) -> String,
}

impl MockGatewayBuilder {
    pub(crate) fn new() -> Self {
        Self {
            gateway: None,
            environment: None,
            variables: Vec::new(),
            issuer: None,
            faults: Faults::none(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            beyond_loopback: false,
            clients: Vec::new(),
            states: Vec::new(),
            registrations: Vec::new(),
            client_files: Vec::new(),
            clock: Clock::default(),
            observer: None,
            transport: default_transport(),
            remedy_words: ToString::to_string,
        }
    }

    /// Chooses the gateway whose rules, words and answers these are. Defaults to NHS, the built-in
    /// `nhs`.
    ///
    /// A gateway that knows several ways of registering is judged by the flow in use:
    /// `Gateway::with_flow` chooses another.
    pub fn with_gateway(mut self, gateway: &Gateway) -> Self {
        self.gateway = Some(gateway.clone());
        self
    }

    /// Chooses the gateway's environment. Defaults to its default one, or its first.
    ///
    /// The environment decides the token endpoint's path, and the issuer.
    pub fn with_environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Gives a variable of the gateway's file its value. Defaults to the file's own default, or its
    /// example; an example that would be a host is replaced by this gateway's own address.
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets the issuer that assertions may name as audience. Defaults to the real gateway's, or
    /// this gateway's own URL where that is anybody's guess.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Has things go wrong at the token endpoint. Defaults to none.
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Registers a client and its public keys. Defaults to no clients.
    ///
    /// The client ID is what assertions name as `iss`, mostly as `sub` too, and what the API takes
    /// as `apikey`.
    pub fn with_client(mut self, client_id: impl Into<String>, keys: impl Into<JwkSource>) -> Self {
        self.clients.push((client_id.into(), keys.into()));
        self
    }

    /// Sets how a registered client stands. Defaults to [`ClientState::Active`].
    pub fn with_client_state(mut self, client_id: impl Into<String>, state: ClientState) -> Self {
        self.states.push((client_id.into(), state));
        self
    }

    /// Sets what a registered client is registered with. Defaults to [`ClientRegistration::new`].
    pub fn with_client_registration(
        mut self,
        client_id: impl Into<String>,
        registration: ClientRegistration,
    ) -> Self {
        self.registrations.push((client_id.into(), registration));
        self
    }

    /// Registers the clients of a file, TOML or JSON, with what they are registered with. Defaults to
    /// none.
    ///
    /// The README says what is in it.
    pub fn with_client_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.client_files.push(path.into());
        self
    }

    /// Sets where to listen. Defaults to `127.0.0.1:0`: a port that is free.
    pub const fn with_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows an address that other machines can reach. Defaults to loopback only.
    ///
    /// # Security
    ///
    /// The gateway speaks plain HTTP: whoever can read the network reads tokens and API keys.
    pub const fn with_exposure_beyond_loopback(mut self) -> Self {
        self.beyond_loopback = true;
        self
    }

    /// Sets the clock that every rule goes by. Defaults to the system's.
    pub fn with_clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Sets what is called after each request, before its answer is sent. Defaults to nothing.
    ///
    /// It runs in the gateway's thread: while it works, no other request is answered. It
    /// must not panic: that costs a client its answer, or ends a program whose panics abort.
    pub fn with_observer(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Sets what fetches JWK Sets by URL.
    ///
    /// Defaults to `tokenring_oauth::UreqTransport` with the feature `ureq`. Without it, and with
    /// nothing set here, no key set can be registered by URL.
    pub fn with_transport(mut self, transport: impl Transport + Send + Sync + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the words in which the page says what fixes a broken rule.
    ///
    /// Defaults to those of the remedy's `Display`, which name no option of any program.
    pub fn with_remedy_words(mut self, words: fn(&Remedy) -> String) -> Self {
        self.remedy_words = words;
        self
    }

    /// Starts the gateway. It answers from the moment that this returns.
    ///
    /// # Errors
    ///
    /// When the gateway has no such environment or variable, when the address is not a loopback
    /// address or cannot be listened on, when a file holds no keys, when the URL of a JWK Set is
    /// one that cannot be fetched, when the fault `rate` is wanted of a gateway whose file states no
    /// rate limit, when a client ID is empty or was given twice, or has a state but
    /// no keys.
    pub fn start(mut self) -> Result<MockGateway, Error> {
        for path in core::mem::take(&mut self.client_files) {
            let read = read_text(&path);
            let text = read.map_err(|source| Error::ReadKeySet {
                path: path.clone(),
                source,
            })?;
            for client in client_file::read(&path, &text)? {
                self.registrations
                    .push((client.id.clone(), client.registration));
                self.clients.push((client.id, client.keys));
            }
        }
        let address = self.address;
        if !self.beyond_loopback && !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        let by_url = |(_, keys): &&(_, JwkSource)| matches!(keys, JwkSource::Url(_));
        if let (None, Some((id, _))) = (&self.transport, self.clients.iter().find(by_url)) {
            return Err(Error::NoTransport {
                client_id: id.clone(),
            });
        }
        let clients = register(self.clients, self.states, self.registrations)?;
        let listen = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let base_url = base_url(listener.local_addr().map_err(listen)?);
        let refused = |error| Error::Gateway(Box::new(error));
        let gateway = match self.gateway {
            Some(gateway) => gateway,
            None => Gateway::builtin(DEFAULT_GATEWAY).map_err(refused)?,
        };
        if self.faults.limits_rate() && gateway.request().rate_limit().is_none() {
            return Err(Error::NoRateLimit {
                gateway: gateway.name().to_owned(),
            });
        }
        let environment = match (
            gateway.environment(self.environment.as_deref()),
            gateway.environments().first(),
        ) {
            (Err(tokenring_gateway::Error::NoEnvironment { .. }), Some(first)) => first,
            (found, _) => found.map_err(refused)?,
        };
        let site = SitePlan {
            gateway: &gateway,
            environment,
            variables: &self.variables,
            issuer: self.issuer,
            base_url: &base_url,
        };
        let site = site.build().map_err(refused)?;
        let rules = gateway.key();
        let others = gateway.flows().iter().filter_map(|flow| flow.key());
        let by_url = |rules: &&KeyRules| rules.registrations().contains(&Registration::JwkSetUrl);
        let rules = core::iter::once(rules)
            .chain(others)
            .find(by_url)
            .unwrap_or(rules);
        let key_sets = KeySets::new(self.transport, rules, self.faults.key_sets_down());
        let state = State::new(
            Rulebook::new(gateway, site),
            clients,
            self.clock.off_by(self.faults.clock_offset()),
            key_sets,
            OwnKey::generate().map_err(Error::OwnKey)?,
            Journal::new(self.observer),
            self.faults,
        );
        let state = Arc::new(state.with_remedy_words(self.remedy_words));
        let server = Server::start(listener, Arc::clone(&state)).map_err(Error::Start)?;
        Ok(MockGateway::new(server, state))
    }
}

impl fmt::Debug for MockGatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockGatewayBuilder")
            .field("gateway", &self.gateway.as_ref().map(Gateway::name))
            .field("environment", &self.environment)
            .field("faults", &self.faults)
            .field("address", &self.address)
            .field("beyond_loopback", &self.beyond_loopback)
            .field("clients", &self.clients)
            .field("states", &self.states)
            .field("registrations", &self.registrations)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "ureq")]
fn default_transport() -> Option<SharedTransport> {
    Some(Arc::new(tokenring_oauth::UreqTransport::new()))
}

#[cfg(not(feature = "ureq"))]
fn default_transport() -> Option<SharedTransport> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_needs_a_transport() {
        let url = JwkSource::Url("https://keys.example/jwks.json".to_owned());
        let mut builder = MockGateway::builder().with_client("by-url", url);
        builder.transport = None;
        assert!(matches!(
            builder.start(),
            Err(Error::NoTransport { client_id }) if client_id == "by-url"
        ));
    }
}
