use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::api::ApiAccess;
use crate::builder::MockGatewayBuilder;
use crate::event::Event;
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

    /// The gateway's own URL, such as `http://127.0.0.1:50000`, without a slash at its end.
    ///
    /// A gateway that listens on all addresses is named by the loopback one.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.state.rulebook.site.base_url.clone()
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
        let site = &self.state.rulebook.site;
        let path = site.metadata_paths.first()?;
        Some(format!("{}{path}", site.base_url))
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

    /// The name of the gateway that this is a mock of.
    #[must_use]
    pub fn gateway_name(&self) -> &str {
        self.state.rulebook.gateway.name()
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
