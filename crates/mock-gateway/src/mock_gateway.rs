use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::api::ApiAccess;
use crate::builder::MockGatewayBuilder;
use crate::client::JwkSource;
use crate::client_registration::ClientRegistration;
use crate::error::Error;
use crate::event::Event;
use crate::faults::Faults;
use crate::mount::MountedGateway;
use crate::planned_answer::PlannedAnswer;
use crate::registration::client_of;
use crate::rulebook::may_verify;
use crate::server::Server;
use crate::state::State;

/// A gateway that runs in its own thread until it is dropped.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{JwkSource, MockGateway};
///
/// let gateway = MockGateway::builder()
///     .with_client("my-api-key", JwkSource::Unregistered)
///     .start()?;
/// assert!(gateway.token_url().starts_with("http://127.0.0.1:"));
/// assert_eq!(gateway.token_requests(), 0);
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Debug)]
pub struct MockGateway {
    server: Server,
    state: Arc<State>,
}

impl MockGateway {
    /// Begins with no clients, on a free port of 127.0.0.1.
    pub fn builder() -> MockGatewayBuilder {
        MockGatewayBuilder::new()
    }

    pub(crate) const fn new(server: Server, state: Arc<State>) -> Self {
        Self { server, state }
    }

    /// The address that the gateway listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The address that the gateway speaks TLS at, if it does so at one of its own.
    #[must_use]
    pub const fn https_address(&self) -> Option<SocketAddr> {
        self.server.https_address()
    }

    /// The gateway's own URL, such as `http://127.0.0.1:50000`, without a slash at its end.
    ///
    /// A gateway that listens on all addresses is named by the loopback one.
    #[must_use]
    pub fn base_url(&self) -> String {
        base_url(self.address())
    }

    /// The URL of the proxy that stands in for the real gateway's hosts, if there is one: what
    /// `HTTPS_PROXY` is for.
    #[must_use]
    pub fn proxy_url(&self) -> Option<String> {
        let stand_in = self.state.stand_in.as_ref()?;
        stand_in.is_proxy.then(|| self.base_url())
    }

    /// The certificate, as PEM, that clients have to trust where this gateway stands in for the real
    /// one. There is no key in it.
    #[must_use]
    pub fn ca_certificate(&self) -> Option<String> {
        let stand_in = self.state.stand_in.as_ref()?;
        Some(stand_in.authority.to_pem())
    }

    /// The real gateway's hosts that this one stands in for, those of the token endpoint first.
    #[must_use]
    pub fn hosts(&self) -> Vec<&str> {
        let stand_in = self.state.stand_in.iter();
        stand_in.flat_map(|it| it.hosts.names()).collect()
    }

    /// The token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.state.rulebook.site.token_url()
    }

    /// The token endpoint, under the name that it has in metadata. It is [`Self::token_url`].
    #[must_use]
    pub fn token_endpoint(&self) -> String {
        self.token_url()
    }

    /// The URL of the metadata that the gateway's file names, if it names any.
    #[must_use]
    pub fn metadata_url(&self) -> Option<String> {
        let url = self.state.rulebook.site.metadata_url();
        url.map(str::to_owned)
    }

    /// The issuer that this gateway goes by, if it has one.
    ///
    /// It is the real gateway's where its file pins that.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.state.rulebook.site.issuer.as_deref()
    }

    /// What an assertion that is sent to [`Self::token_url`] has to name as `aud`.
    ///
    /// Other values may be taken too, as the gateway's file says.
    #[must_use]
    #[doc(alias = "aud")]
    pub fn audience(&self) -> String {
        self.state.rulebook.site.audience()
    }

    /// Whether the APIs take a signed JWT itself: then there is no token endpoint, and
    /// [`token_url`](Self::token_url) answers with 404.
    #[must_use]
    pub fn takes_jwts(&self) -> bool {
        self.state.rulebook.takes_jwts()
    }

    /// The further gateways, each under a path of its own.
    pub fn mounted_gateways(&self) -> impl Iterator<Item = MountedGateway<'_>> {
        self.state.mounts.iter().map(MountedGateway)
    }

    /// The name of the gateway that this is a mock of.
    #[must_use]
    pub fn gateway_name(&self) -> &str {
        self.state.rulebook.gateway.name()
    }

    /// The clients that never get a token, as the gateway verifies no assertion with the keys that
    /// they have registered, in alphabetical order.
    ///
    /// A JWK Set at a URL is not fetched for this, and counts as good.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_mock_gateway::{JwkSource, MockGateway};
    ///
    /// let gateway = MockGateway::builder()
    ///     .with_client("new", JwkSource::Unregistered)
    ///     .start()?;
    /// assert_eq!(gateway.clients_without_usable_keys(), ["new"]);
    /// # Ok::<(), tokenring_mock_gateway::Error>(())
    /// ```
    #[must_use]
    pub fn clients_without_usable_keys(&self) -> Vec<String> {
        let rulebook = &self.state.rulebook;
        let registered = self.state.clients.now();
        let mut clients = registered.all();
        clients.retain(|client| !may_verify(&rulebook.gateway, client));
        clients.iter().map(|client| client.id.clone()).collect()
    }

    /// A URL of the echoing API, with or without a slash before the path.
    #[must_use]
    pub fn api_url(&self, access: ApiAccess, path: &str) -> String {
        let base = self.base_url();
        match path.strip_prefix('/').unwrap_or(path) {
            "" => format!("{base}{access}"),
            path => format!("{base}{access}/{path}"),
        }
    }

    /// How many requests the token endpoint has answered.
    #[must_use]
    pub fn token_requests(&self) -> u64 {
        self.state.journal.token_requests()
    }

    /// How many of those got an access token.
    #[must_use]
    pub fn issued_tokens(&self) -> u64 {
        self.state.journal.issued_tokens()
    }

    /// How many calls of the echoing API were answered, refused ones included.
    #[must_use]
    pub fn api_calls(&self) -> u64 {
        self.state.journal.api_calls()
    }

    /// How often a JWK Set was asked for over the network.
    #[must_use]
    pub fn key_set_fetches(&self) -> u64 {
        self.state.key_sets.fetches()
    }

    /// The last thousand requests, the oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.state.journal.events()
    }

    /// Registers a client while the gateway runs, or puts it in the place of the one with its ID.
    ///
    /// # Errors
    ///
    /// When the keys cannot be read, or the ID is empty.
    pub fn register_client(
        &self,
        client_id: impl Into<String>,
        keys: impl Into<JwkSource>,
        registration: ClientRegistration,
    ) -> Result<(), Error> {
        let client = client_of(client_id.into(), keys.into(), registration)?;
        self.state.clients.change(|clients| clients.put(client));
        Ok(())
    }

    /// Forgets a client, if it is registered.
    pub fn remove_client(&self, client_id: &str) {
        self.state
            .clients
            .change(|clients| clients.remove(client_id));
    }

    /// Puts claims, the text of a JSON object, into every client's access tokens to come, in
    /// place of those that were put there before. The claims of single clients stay.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object, or has something in it that a token must not have, and
    /// where tokens were said to be opaque.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_mock_gateway::MockGateway;
    ///
    /// let gateway = MockGateway::builder().start()?;
    /// gateway.set_claims(r#"{ "aud": "https://api.example" }"#)?;
    /// gateway.set_client_claims("my-app", r#"{ "roles": ["reader"] }"#)?;
    /// gateway.clear_claims();
    /// # Ok::<(), tokenring_mock_gateway::Error>(())
    /// ```
    pub fn set_claims(&self, json: &str) -> Result<(), Error> {
        let plan = &self.state.token_plan;
        plan.change(|tokens| tokens.without_common_claims().with_claims(json))
    }

    /// Puts claims into one client's access tokens to come, in place of those that it had.
    ///
    /// # Errors
    ///
    /// As for [`set_claims`](Self::set_claims).
    pub fn set_client_claims(&self, client_id: &str, json: &str) -> Result<(), Error> {
        let plan = &self.state.token_plan;
        plan.change(|tokens| {
            let tokens = tokens.without_client_claims(client_id);
            tokens.with_client_claims(client_id, json)
        })
    }

    /// Takes all claims out again that were put into access tokens.
    pub fn clear_claims(&self) {
        let plan = &self.state.token_plan;
        // Without claims there is nothing that a token cannot have.
        let _ = plan.change(|tokens| Ok(tokens.without_claims()));
    }

    /// Has these things go wrong from now on, and no others.
    ///
    /// # Errors
    ///
    /// When the fault `rate` is wanted of a gateway whose file states no rate limit.
    pub fn set_faults(&self, faults: Faults) -> Result<(), Error> {
        self.state.set_faults(faults)
    }

    /// Has the next token request get this answer, after those that were planned before.
    pub fn answer_next(&self, answer: PlannedAnswer) {
        self.state.faults.plan_next(answer);
    }

    /// Forgets the requests up to now. The counts stay.
    pub fn clear_events(&self) {
        self.state.journal.clear();
    }

    /// Keeps the calling thread until the gateway ends: in practice, until the process does.
    pub fn wait(mut self) {
        self.server.wait();
    }
}

/// The URL of a gateway that listens there.
pub(crate) fn base_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
