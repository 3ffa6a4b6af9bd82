//! The mock of one of the built-in gateways, with a clock that the test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use tokenring_gateway::Gateway;
use tokenring_jwk::aws_lc_rs::SigningKey;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeyUse, PublicKey, Signer as _};
use tokenring_mock_gateway::{JwkSource, MockGateway, MockGatewayBuilder};

use crate::bench::START;
use crate::draft::{CLIENT, Draft, KEY_ID, key};
use crate::http::{Answer, get};

pub(crate) struct Preset {
    pub(crate) gateway: MockGateway,
    clock: Arc<AtomicU64>,
}

impl Preset {
    /// Starts a built-in gateway that knows one client by these keys.
    pub(crate) fn start(name: &str, keys: impl Into<JwkSource>) -> Self {
        Self::start_with(&Gateway::builtin(name).unwrap(), |builder| {
            builder.with_client(CLIENT, keys)
        })
    }

    pub(crate) fn start_flow(name: &str, flow: &str, keys: impl Into<JwkSource>) -> Self {
        let gateway = Gateway::builtin(name).unwrap().with_flow(flow).unwrap();
        Self::start_with(&gateway, |builder| builder.with_client(CLIENT, keys))
    }

    pub(crate) fn start_with(
        gateway: &Gateway,
        configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder,
    ) -> Self {
        let clock = Arc::new(AtomicU64::new(START));
        let time = Arc::clone(&clock);
        let builder = MockGateway::builder()
            .with_gateway(gateway)
            .with_clock(move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::SeqCst)));
        Self {
            gateway: configure(builder).start().unwrap(),
            clock,
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The path of the token endpoint.
    pub(crate) fn path(&self) -> String {
        let (url, base) = (self.gateway.token_url(), self.gateway.base_url());
        url.strip_prefix(&base).unwrap().to_owned()
    }

    /// The document at the gateway's metadata URL.
    #[track_caller]
    pub(crate) fn metadata(&self) -> serde_json::Value {
        let (url, base) = (
            self.gateway.metadata_url().unwrap(),
            self.gateway.base_url(),
        );
        get(
            self.gateway.address(),
            url.strip_prefix(&base).unwrap(),
            &[],
        )
        .json()
    }

    /// Sends a request that has to get a token.
    #[track_caller]
    pub(crate) fn accepts(&self, draft: &Draft) -> Answer {
        let answer = draft.send(self);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.json()["access_token"].is_string());
        answer
    }

    /// Sends a request that has to be refused by that rule, with that answer.
    #[track_caller]
    pub(crate) fn refuses(&self, draft: &Draft, expected: &Refused) {
        let answer = draft.send(self);
        let rule = expected.rule;
        let event = self.gateway.events().pop().unwrap();
        let broken = event.refusal().map(|refusal| refusal.rule());
        assert_eq!(broken, Some(rule), "{}", answer.text());
        assert_eq!(answer.status, expected.status, "{rule}");
        let body = answer.json();
        assert_eq!(body["error"], expected.error, "{rule}");
        let header = answer.header("x-mock-gateway-words");
        let description = body["error_description"].as_str();
        match expected.words {
            Words::Known(words) => {
                assert_eq!(description, Some(words), "{rule}");
                assert_eq!(header, None, "{rule}");
            }
            Words::Part(words) => {
                assert!(
                    description.unwrap().contains(words),
                    "{rule}: {description:?}"
                );
                assert_eq!(header, Some("unknown"), "{rule}");
            }
            Words::Unknown => {
                assert_eq!(description, None, "{rule}");
                assert_eq!(header, Some("unknown"), "{rule}");
            }
        }
    }
}

/// What a refusal looks like.
pub(crate) struct Refused {
    pub(crate) rule: &'static str,
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) words: Words,
}

pub(crate) enum Words {
    Known(&'static str),
    Part(&'static str),
    Unknown,
}

/// The answer to a broken rule of which a gateway's file has no row.
pub(crate) fn unlisted(rule: &'static str) -> Refused {
    Refused {
        rule,
        status: 401,
        error: "invalid_client",
        words: Words::Unknown,
    }
}

/// The same, where the assertion is the grant.
pub(crate) fn unlisted_grant(rule: &'static str) -> Refused {
    Refused {
        status: 400,
        error: "invalid_grant",
        ..unlisted(rule)
    }
}

/// The answer to a request with a fault of form, of which a gateway's file has no row: RFC 6749,
/// section 5.2.
pub(crate) fn unlisted_form(rule: &'static str) -> Refused {
    Refused {
        status: 400,
        error: match rule {
            "grant-type" => "unsupported_grant_type",
            _ => "invalid_request",
        },
        ..unlisted(rule)
    }
}

/// The keys of the test client for these algorithms, published as [`KEY_ID`].
pub(crate) fn key_set(algorithms: &[Algorithm]) -> JwkSet {
    let jwk = |algorithm: &Algorithm| {
        Jwk::new(public_key(*algorithm))
            .with_key_id(KeyId::new(KEY_ID))
            .with_use(KeyUse::Signature)
    };
    algorithms.iter().map(jwk).collect()
}

/// The same, each key for its algorithm alone, as a server wants it that finds keys by that.
pub(crate) fn stated_key_set(algorithms: &[Algorithm]) -> JwkSet {
    let keys = key_set(algorithms);
    let stated = keys.keys().iter().zip(algorithms);
    let stated = stated.map(|(jwk, algorithm)| jwk.clone().with_algorithm(*algorithm).unwrap());
    stated.collect()
}

pub(crate) fn public_key(algorithm: Algorithm) -> PublicKey {
    let signer = SigningKey::new(key(algorithm), algorithm).unwrap();
    assert_eq!(signer.algorithm(), algorithm);
    signer.public_key().clone()
}

/// A certificate, in DER, of the test client's RSA key.
pub(crate) fn certificate() -> JwkSource {
    use base64ct::Encoding as _;
    let pem = include_str!("../data/test-client-certificate.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    JwkSource::Certificate(base64ct::Base64::decode_vec(&body).unwrap())
}
