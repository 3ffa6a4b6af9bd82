mod start;

use core::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tokenring_gateway::{Gateway, Remedy};
use tokenring_oauth::Transport;

use crate::access_tokens::AccessTokens;
use crate::client::{ClientState, JwkSource};
use crate::client_registration::ClientRegistration;
use crate::clock::Clock;
use crate::event::Event;
use crate::faults::Faults;
use crate::journal::Observer;
use crate::key_sets::SharedTransport;
use crate::mount::MountPlan;

/// Puts a [`MockGateway`](crate::MockGateway) together.
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
    has_control: bool,
    is_proxy: bool,
    https_address: Option<SocketAddr>,
    public_url: Option<String>,
    mounts: Vec<MountPlan>,
    requires_dpop: bool,
    dpop_nonce: Option<bool>,
    tokens: AccessTokens,
    claims_files: Vec<PathBuf>,
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
            has_control: false,
            is_proxy: false,
            https_address: None,
            public_url: None,
            mounts: Vec::new(),
            requires_dpop: false,
            dpop_nonce: None,
            tokens: AccessTokens::new(),
            claims_files: Vec::new(),
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

    /// Adds a gateway under a path, such as `/okta`, in its default environment or another. Defaults
    /// to none.
    ///
    /// It knows the same clients, and goes by the same clock and faults.
    pub fn with_gateway_at(
        mut self,
        path: impl Into<String>,
        gateway: &Gateway,
        environment: Option<&str>,
    ) -> Self {
        self.mounts.push(MountPlan {
            path: path.into(),
            gateway: gateway.clone(),
            environment: environment.map(str::to_owned),
        });
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

    /// Has every client send a DPoP proof (RFC 9449) with each token request, except one that is
    /// registered with [`BoundTokens::Nothing`](crate::BoundTokens::Nothing). Defaults to those that
    /// are registered with [`BoundTokens::Dpop`](crate::BoundTokens::Dpop).
    ///
    /// A proof that a client sends unasked is checked as well, and binds its token.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_mock_gateway::MockGateway;
    ///
    /// let gateway = MockGateway::builder().with_dpop_required().with_dpop_nonce(true).start()?;
    /// # Ok::<(), tokenring_mock_gateway::Error>(())
    /// ```
    pub const fn with_dpop_required(mut self) -> Self {
        self.requires_dpop = true;
        self
    }

    /// Sets whether DPoP proofs need a nonce of this gateway, at the token endpoint and the API.
    /// Defaults to what the gateway's file says.
    pub const fn with_dpop_nonce(mut self, is_demanded: bool) -> Self {
        self.dpop_nonce = Some(is_demanded);
        self
    }

    /// Sets what access tokens are. Defaults to what the gateway's file says.
    pub fn with_access_tokens(mut self, tokens: AccessTokens) -> Self {
        self.tokens = tokens;
        self
    }

    /// Adds the claims of a file, TOML or JSON, to access tokens, which are JWTs then. Defaults to
    /// none.
    ///
    /// The README says what is in it.
    pub fn with_claims_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.claims_files.push(path.into());
        self
    }

    /// Lets clients, faults and answers be changed, and requests be read, over HTTP: `/-/clients`,
    /// `/-/faults`, `/-/requests`. Defaults to no.
    ///
    /// The README says what is in them. It is for this machine only: together with an address that
    /// others can reach it is an error.
    pub const fn with_control(mut self) -> Self {
        self.has_control = true;
        self
    }

    /// Has the gateway be an HTTP proxy too, which stands in for the real gateway's hosts, and
    /// refuses to be one for any other. Defaults to none.
    ///
    /// A client that is told to use [`proxy_url`](crate::MockGateway::proxy_url) as its proxy, and
    /// to trust [`ca_certificate`](crate::MockGateway::ca_certificate), calls the real gateway's
    /// URLs and reaches this one. Those are then the URLs of this gateway in metadata, as audience
    /// and everywhere else.
    ///
    /// # Security
    ///
    /// The certificate authority is made at the start. Its key stays in memory, and its certificate
    /// is good for the gateway's hosts and this machine alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_gateway::Gateway;
    /// use tokenring_mock_gateway::MockGateway;
    ///
    /// let gateway = MockGateway::builder()
    ///     .with_gateway(&Gateway::builtin("google")?)
    ///     .with_tls_proxy()
    ///     .start()?;
    /// assert_eq!(gateway.token_url(), "https://oauth2.googleapis.com/token");
    /// let proxy = gateway.proxy_url().unwrap_or_default(); // HTTPS_PROXY
    /// let ca = gateway.ca_certificate().unwrap_or_default(); // SSL_CERT_FILE has it
    /// # assert!(proxy.starts_with("http://127.0.0.1:") && ca.starts_with("-----BEGIN"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn with_tls_proxy(mut self) -> Self {
        self.is_proxy = true;
        self
    }

    /// Sets a loopback address at which the gateway speaks TLS as the real gateway's hosts, for
    /// clients that know no proxy and whose names are resolved to this machine. Defaults to none.
    pub const fn with_https_address(mut self, address: SocketAddr) -> Self {
        self.https_address = Some(address);
        self
    }

    /// Sets the URL by which clients call this gateway that reach it through a server in front.
    /// Defaults to its own address.
    ///
    /// The URL goes before the paths of the real gateway. What is published and expected as audience
    /// has it; the real token endpoint stays good as audience where the gateway takes its token
    /// endpoint as that.
    pub fn with_public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
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
