//! A gateway with a clock that the test moves, and the keys of its clients.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokenring_jwk::aws_lc_rs::{SigningKey, generate};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PrivateKey};
use tokenring_mock_gateway::{ClientState, JwkSource, MockGateway, MockGatewayBuilder};

use crate::attempt::Attempt;
use crate::http::Answer;

/// The time at which every test begins, in seconds since 1970.
pub(crate) const START: u64 = 1_764_000_000;

pub(crate) const CLIENT: &str = "test-client";
pub(crate) const KEY_ID: &str = "test-1";

/// The clients that are in no order, by their state's name.
const STATES: [(&str, ClientState); 5] = [
    ("app-revoked", ClientState::AppRevoked),
    ("product-missing", ClientState::ProductMissing),
    ("developer-inactive", ClientState::DeveloperInactive),
    ("company-inactive", ClientState::CompanyInactive),
    ("no-application-scope", ClientState::NoApplicationScope),
];

pub(crate) struct Bench {
    pub(crate) gateway: MockGateway,
    clock: Arc<AtomicU64>,
}

impl Bench {
    /// Starts a gateway that knows a client for each condition.
    pub(crate) fn start() -> Self {
        Self::start_with(|builder| builder)
    }

    pub(crate) fn start_with(
        configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder,
    ) -> Self {
        let clock = Arc::new(AtomicU64::new(START * 1000));
        let time = Arc::clone(&clock);
        // Nothing listens on the port of a socket that is bound and does not accept.
        let mut builder = MockGateway::builder()
            .with_clock(move || at(time.load(Ordering::SeqCst)))
            .with_client(CLIENT, key_set())
            .with_client("without-keys", JwkSource::Unregistered)
            .with_client("unreachable", JwkSource::Url(closed_port_url()));
        for (id, state) in STATES {
            builder = builder
                .with_client(id, key_set())
                .with_client_state(id, state)
                .with_client(format!("{id}-without-keys"), JwkSource::Unregistered)
                .with_client_state(format!("{id}-without-keys"), state);
        }
        Self {
            gateway: configure(builder).start().unwrap(),
            clock,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.address()
    }

    pub(crate) fn advance(&self, duration: Duration) {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap();
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn now_milliseconds(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn now(&self) -> u64 {
        self.now_milliseconds() / 1000
    }

    /// An attempt that is right in every respect, with a JWT ID of its own.
    pub(crate) fn attempt(&self) -> Attempt {
        Attempt::new(self.gateway.token_url(), self.now())
    }

    #[track_caller]
    pub(crate) fn send(&self, attempt: &Attempt) -> Answer {
        attempt.send(self.address())
    }

    /// Gets an access token.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let answer = self.send(&self.attempt());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }
}

fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn closed_port_url() -> String {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    format!("http://{address}/jwks.json")
}

/// The key that the clients have registered.
pub(crate) fn private_key() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| generate(KeySpec::Rsa2048).unwrap())
}

/// A key that nobody has registered.
pub(crate) fn other_private_key() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| generate(KeySpec::Rsa2048).unwrap())
}

pub(crate) fn jwk(key: &PrivateKey, key_id: &str) -> Jwk {
    let signer = SigningKey::new(key, Algorithm::Rs512).unwrap();
    Jwk::new(signer.public_key().clone())
        .with_algorithm(Algorithm::Rs512)
        .unwrap()
        .with_key_id(KeyId::new(key_id))
        .with_use(KeyUse::Signature)
}

pub(crate) fn key_set() -> JwkSet {
    [jwk(private_key(), KEY_ID)].into_iter().collect()
}
