use core::fmt;
use core::time::Duration;
use std::fs::File;
use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokenring_jwk::JwkSet;
use tokenring_oauth::Transport;

use crate::client::{Client, ClientKeys, ClientState, Clients, JwkSource};
use crate::clock::Clock;
use crate::error::Error;
use crate::event::Event;
use crate::journal::{Journal, Observer};
use crate::key_sets::{KeySets, SharedTransport};
use crate::mock_gateway::MockGateway;
use crate::rulebook::{NHS, Rulebook};
use crate::server::Server;
use crate::state::State;

/// A JWK Set with a hundred RSA keys of 4096 bits has less than 100 kB.
const MAXIMUM_KEY_SET_BYTES: u64 = 1024 * 1024;

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
    rulebook: &'static Rulebook,
    address: SocketAddr,
    beyond_loopback: bool,
    clients: Vec<(String, JwkSource)>,
    states: Vec<(String, ClientState)>,
    clock: Clock,
    observer: Option<Observer>,
    transport: Option<SharedTransport>,
}

impl MockGatewayBuilder {
    pub(crate) fn new() -> Self {
        Self {
            rulebook: &NHS,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            beyond_loopback: false,
            clients: Vec::new(),
            states: Vec::new(),
            clock: Clock::default(),
            observer: None,
            transport: default_transport(),
        }
    }

    /// Registers a client and its public keys. Defaults to no clients.
    ///
    /// The client ID is what assertions name as `iss` and `sub`, and what the API takes as
    /// `apikey`.
    pub fn with_client(mut self, client_id: impl Into<String>, keys: impl Into<JwkSource>) -> Self {
        self.clients.push((client_id.into(), keys.into()));
        self
    }

    /// Sets how a registered client stands. Defaults to [`ClientState::Active`].
    pub fn with_client_state(mut self, client_id: impl Into<String>, state: ClientState) -> Self {
        self.states.push((client_id.into(), state));
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
    /// nothing set here, key sets that are registered by URL cannot be reached.
    pub fn with_transport(mut self, transport: impl Transport + Send + Sync + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Starts the gateway. It answers from the moment that this returns.
    ///
    /// # Errors
    ///
    /// When the address is not a loopback address or cannot be listened on, when a file holds no
    /// JWK Set, when a client ID is empty or was given twice, or has a state but no keys.
    pub fn start(self) -> Result<MockGateway, Error> {
        let address = self.address;
        if !self.beyond_loopback && !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        let clients = register(self.clients, self.states)?;
        let state = Arc::new(State::new(
            self.rulebook,
            clients,
            self.clock,
            KeySets::new(
                self.transport,
                Duration::from_secs(self.rulebook.key_set_memory_seconds),
            ),
            Journal::new(self.observer),
        ));
        let listener =
            TcpListener::bind(address).map_err(|source| Error::Listen { address, source })?;
        let server = Server::start(listener, Arc::clone(&state)).map_err(Error::Start)?;
        Ok(MockGateway::new(server, state))
    }
}

impl fmt::Debug for MockGatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockGatewayBuilder")
            .field("address", &self.address)
            .field("beyond_loopback", &self.beyond_loopback)
            .field("clients", &self.clients)
            .field("states", &self.states)
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

fn register(
    sources: Vec<(String, JwkSource)>,
    states: Vec<(String, ClientState)>,
) -> Result<Clients, Error> {
    let mut clients = Clients::default();
    for (id, source) in sources {
        if id.is_empty() {
            return Err(Error::EmptyClientId);
        }
        let keys = match source {
            JwkSource::Set(set) => ClientKeys::Fixed(Arc::new(set)),
            JwkSource::File(path) => ClientKeys::Fixed(Arc::new(read_key_set(&path)?)),
            JwkSource::Url(url) => ClientKeys::Url(url),
            JwkSource::Unregistered => ClientKeys::Unregistered,
        };
        let client = Client {
            id,
            state: ClientState::Active,
            keys,
        };
        clients
            .register(client)
            .map_err(|Client { id: client_id, .. }| Error::DuplicateClient { client_id })?;
    }
    for (client_id, state) in states {
        match clients.find_mut(&client_id) {
            Some(client) => client.state = state,
            None => return Err(Error::UnknownClient { client_id }),
        }
    }
    Ok(clients)
}

fn read_key_set(path: &Path) -> Result<JwkSet, Error> {
    let text = read_text(path).map_err(|source| Error::ReadKeySet {
        path: path.to_owned(),
        source,
    })?;
    JwkSet::from_json(&text).map_err(|source| Error::KeySet {
        path: path.to_owned(),
        source,
    })
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?
        .take(MAXIMUM_KEY_SET_BYTES + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > MAXIMUM_KEY_SET_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file is larger than 1 MiB",
        ));
    }
    Ok(text)
}
