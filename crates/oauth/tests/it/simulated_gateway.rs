use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, JsonObject, Signature};
use tokenring_oauth::{
    Clock as _, HttpRequest, HttpResponse, TokenEndpoint, TokenRequest, Transport, TransportError,
    TransportErrorKind,
};

use crate::simulated_clock::SimulatedClock;

pub(crate) type Answer = Result<HttpResponse, TransportError>;

/// A token endpoint that counts, refuses an assertion that it has seen, and
/// answers as the test wants.
pub(crate) struct SimulatedGateway {
    clock: Arc<SimulatedClock>,
    answer: Box<dyn Fn(Arrival) -> Answer + Send + Sync>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    arrivals: Vec<Duration>,
    jwt_ids: HashSet<String>,
    in_progress: usize,
}

/// A request that has come in.
pub(crate) struct Arrival {
    /// The first one is 1.
    pub(crate) number: usize,
    /// By the monotonic clock.
    pub(crate) at: Duration,
    /// The time that the client gave it.
    pub(crate) limit: Duration,
}

impl SimulatedGateway {
    pub(crate) fn new(
        clock: &Arc<SimulatedClock>,
        answer: impl Fn(Arrival) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::clone(clock),
            answer: Box::new(answer),
            log: Mutex::default(),
        })
    }

    /// When the requests came in.
    pub(crate) fn arrivals(&self) -> Vec<Duration> {
        self.log.lock().unwrap().arrivals.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.arrivals().len()
    }
}

impl Transport for SimulatedGateway {
    fn send(&self, request: HttpRequest) -> Answer {
        self.send_within(request, Duration::MAX)
    }

    fn send_within(&self, request: HttpRequest, limit: Duration) -> Answer {
        let at = self.clock.monotonic();
        let mut log = self.log.lock().unwrap();
        log.arrivals.push(at);
        let number = log.arrivals.len();
        assert!(log.jwt_ids.insert(jwt_id(&request)), "an assertion again");
        log.in_progress += 1;
        assert_eq!(log.in_progress, 1, "two requests at a time");
        drop(log);
        let _end = InProgress(self);
        (self.answer)(Arrival { number, at, limit })
    }
}

struct InProgress<'a>(&'a SimulatedGateway);

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        let log = self.0.log.lock();
        log.unwrap_or_else(PoisonError::into_inner).in_progress -= 1;
    }
}

/// A request whose assertion has an identifier made of this number.
pub(crate) fn request(number: u128) -> TokenRequest {
    let endpoint = TokenEndpoint::new("https://example.com/token").unwrap();
    let jwt_id = JwtId::from_random_bytes(number.to_be_bytes());
    let expires_at = NumericDate::from_seconds(1_800_000_000);
    let assertion = Claims::new("client", endpoint.as_str(), jwt_id, expires_at)
        .signing_input(Algorithm::Rs512, None)
        .attach(&Signature::from_bytes(b"signature".to_vec()));
    TokenRequest::client_credentials(&endpoint, assertion)
}

fn jwt_id(request: &HttpRequest) -> String {
    let form = std::str::from_utf8(request.secret_body()).unwrap();
    let (_, assertion) = form.split_once("client_assertion=").unwrap();
    let claims = assertion.split('.').nth(1).unwrap();
    let claims = JsonObject::parse(&Base64UrlUnpadded::decode_vec(claims).unwrap()).unwrap();
    claims.get("jti").unwrap().as_str().unwrap().to_owned()
}

/// An answer with the token `token-NUMBER`, whose `expires_in` is this JSON.
pub(crate) fn token(number: usize, expires_in: impl std::fmt::Display) -> Answer {
    let body = format!(
        r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":{expires_in}}}"#
    );
    Ok(HttpResponse::new(200, Vec::new(), body.into()))
}

pub(crate) fn refusal(status: u16) -> Answer {
    let body = r#"{"error":"invalid_client"}"#;
    Ok(HttpResponse::new(status, Vec::new(), body.into()))
}

pub(crate) fn busy(status: u16, retry_after: &str) -> Answer {
    let headers = vec![("Retry-After".into(), retry_after.into())];
    Ok(HttpResponse::new(status, headers, Vec::new()))
}

pub(crate) fn failure(kind: TransportErrorKind) -> Answer {
    Err(TransportError::new(kind, "simulated"))
}
