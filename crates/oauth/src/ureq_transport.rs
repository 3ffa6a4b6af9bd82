use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::io::Read;
use std::time::Instant;

use zeroize::Zeroizing;

use self::exchange::{Exchange, Limits, RequestBody};
use self::failure::Failure;
use self::proxy::ProxyChoice;
use self::trust::Trust;
use crate::content_coding::Coding;
use crate::header::is_value_byte;
use crate::{
    CaStore, Error, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
    tls_port,
};

mod address_race;
mod api_request;
mod api_response;
mod connector;
mod exchange;
mod failure;
#[cfg(feature = "aws-lc-rs")]
mod p521_key_exchange;
mod pace;
mod proxy;
mod proxy_check;
mod proxy_tunnel;
mod resolver;
mod route;
mod scheme_mismatch;
mod server_verifier;
mod signature_algorithms;
mod socket;
mod tls_failure;
mod tls_session;
mod trust;
mod untrusted_issuer;

pub use api_request::ApiRequest;
pub use api_response::{ApiBody, ApiResponse, BodyTooLarge};
pub use proxy_check::ProxyLogin;

/// A blocking [`Transport`] over HTTP/1.1 and TLS 1.2 or 1.3, made of the
/// crates `ureq` and `rustls`.
///
/// Follows no redirect, asks for no compression and refuses a compressed
/// answer, opens a connection for each request and sends each request once.
/// Time and memory are bounded whatever the server does: the time limit covers
/// name resolution, TLS, headers and body together, and headers end at 64 KiB.
///
/// Servers are verified against Mozilla's certificate authorities, those of
/// [`with_ca_certificates`](Self::with_ca_certificates), and, if these vouch for
/// none, those of the operating system (`SSL_CERT_FILE` and `SSL_CERT_DIR` name
/// others); see [`with_ca_store`](Self::with_ca_store). The verification cannot
/// be switched off.
///
/// A host's addresses are tried in parallel, each 250 ms after the one before
/// ([RFC 8305](https://www.rfc-editor.org/rfc/rfc8305)).
///
/// Plain `http` connects to 127.0.0.1 or ::1, and asks no resolver where
/// `localhost` is
/// ([RFC 6761 section 6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
/// A name that has to be looked up needs a thread; if the system gives none, the
/// request fails.
///
/// # Proxy
///
/// A new transport takes the proxy for `https` from the environment:
/// `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`, the first that is not
/// empty, but for the hosts in `no_proxy` or `NO_PROXY` (names with their
/// subdomains, addresses, CIDR blocks, `*`). `http://HOST:PORT` and
/// `https://HOST:PORT` are spoken to with `CONNECT`; SOCKS is not supported,
/// and a request through such a proxy, or one whose port is invalid, fails
/// rather than going past it. A proxy named `localhost`, or a name below it, is
/// connected to at 127.0.0.1 or ::1.
/// `localhost`, `127.0.0.1` and `[::1]` are proxied only through
/// [`with_proxy`](Self::with_proxy), and plain `http`, which never leaves this
/// machine, not at all; so `HTTP_PROXY` has no say.
///
/// # Security
///
/// At its level `trace`, `ureq` writes raw bytes, assertion and token included,
/// to the `log` crate. A program that installs a logger should cap that level
/// at compile time (`log`'s feature `release_max_level_debug`).
///
/// # Examples
///
/// ```no_run
/// use core::time::Duration;
/// use tokenring_oauth::{HttpRequest, SecureUrl, Transport, UreqTransport};
///
/// let transport = UreqTransport::new().with_timeout(Duration::from_secs(5));
/// let jwks = transport.send(HttpRequest::get(&SecureUrl::new("https://example.com/jwks.json")?))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UreqTransport {
    timeout: Duration,
    max_response_size: usize,
    user_agent: String,
    trust: Trust,
    proxy: ProxyChoice,
}

impl UreqTransport {
    /// Makes a transport with the public certificate authorities and the
    /// proxy of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_response_size: 1024 * 1024,
            user_agent: concat!("tokenring/", env!("CARGO_PKG_VERSION")).into(),
            trust: Trust::default(),
            proxy: ProxyChoice::from_environment(),
        }
    }

    /// Limits the time of a [`Transport::send`], from the first step to the
    /// last byte. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_timeout(mut self, total: Duration) -> Self {
        self.timeout = total;
        self
    }

    /// Limits the body that [`Transport::send`] takes, in bytes. Defaults to
    /// 1 MiB.
    #[must_use]
    pub const fn with_max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Sets the `User-Agent` header of every request.
    ///
    /// Defaults to `tokenring/` with the version. With an empty text, the
    /// header is left out.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHeaderValue`].
    pub fn with_user_agent(mut self, user_agent: impl Into<String>) -> Result<Self, Error> {
        self.user_agent = user_agent.into();
        if !self.user_agent.bytes().all(is_value_byte) {
            return Err(Error::InvalidHeaderValue);
        }
        Ok(self)
    }

    /// Trusts these certificates in addition: authorities, or a server's own.
    ///
    /// Takes the contents of a file in PEM, with any number of certificates and blocks of other
    /// kinds, or in DER. May be called several times. A server that presents one of them is
    /// trusted, if its name is in there and it has not expired.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCertificate`] without a certificate, or with one that
    /// cannot be read.
    pub fn with_ca_certificates(mut self, contents: &[u8]) -> Result<Self, Error> {
        self.trust = self.trust.with_certificates(contents)?;
        Ok(self)
    }

    /// Sets which certificate authorities are trusted apart from those that were given. Defaults to
    /// [`CaStore::Both`].
    ///
    /// Without the feature `system-store` the operating system has none.
    #[must_use]
    pub fn with_ca_store(mut self, store: CaStore) -> Self {
        self.trust = self.trust.with_store(store);
        self
    }

    /// Sends every `https` request through this proxy, whatever the
    /// environment says: `http://HOST:PORT` or `https://HOST:PORT`, with
    /// `USER:PASSWORD@` before the host where the proxy wants that.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidProxy`].
    pub fn with_proxy(mut self, url: &str) -> Result<Self, Error> {
        self.proxy = ProxyChoice::fixed(url)?;
        Ok(self)
    }

    /// Uses no proxy, whatever the environment says.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::Direct;
        self
    }

    /// Sends a request to an API and returns the response with a body that is
    /// still to be read.
    ///
    /// Body and response stream through: neither is held in memory, and only
    /// the limits of the [`ApiRequest`] apply, not those of this transport.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if no response came back. A response is returned
    /// whatever its status.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tokenring_oauth::{ApiRequest, SecureUrl, UreqTransport};
    ///
    /// let url = SecureUrl::new("https://sandbox.api.service.nhs.uk/hello-world/hello/world")?;
    /// let response = UreqTransport::new().open(ApiRequest::new("GET", &url)?)?;
    /// std::io::copy(&mut response.into_body(), &mut std::io::stdout())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(&self, request: ApiRequest<'_>) -> Result<ApiResponse, TransportError> {
        let (exchange, body) = request.into_exchange();
        let failure = self.failure(&exchange)?;
        let (head, body) = self.exchange(&exchange, body, &failure)?;
        let idle = exchange.limits.idle;
        let pace = exchange.pace.clone();
        let suspect = tls_port::can_be(&exchange.url, head.status()).then(|| exchange.url.clone());
        let sent = exchange.into_sent();
        let coding = Coding::of(&head, &sent)?;
        let head = match coding {
            Coding::Identity => head,
            #[cfg(feature = "gzip")]
            Coding::Gzip => head.uncoded(),
        };
        let mut body = ApiBody::new(body, coding, failure, pace, idle);
        if let Some(url) = suspect {
            let start = HttpResponse::new(head.status(), Vec::new(), body.peek(tls_port::LONGEST));
            if let Some(error) = TransportError::of_tls_port(&url, &start) {
                return Err(error);
            }
        }
        Ok(ApiResponse::new(head.answering(sent), body))
    }

    /// Reads a body of bounded size in bounded time.
    ///
    /// Counts for itself what it reads: where another crate of the same program
    /// turns decompression in `ureq` on, `ureq`'s own limits hold for the
    /// compressed bytes.
    fn read_bounded(
        &self,
        body: ureq::Body,
        failure: &Failure,
        deadline: Option<Instant>,
    ) -> Result<Vec<u8>, TransportError> {
        let announced = body.content_length().unwrap_or_default();
        let limit = self.max_response_size;
        if usize::try_from(announced).map_or(true, |announced| announced > limit) {
            return Err(too_large(limit));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
        let mut reader = body.into_reader();
        let mut chunk = Zeroizing::new([0; 8 * 1024]);
        loop {
            let read = reader
                .read(chunk.as_mut_slice())
                .map_err(|error| failure.during_body(error))?;
            if read == 0 {
                return Ok(bytes);
            }
            bytes.extend(chunk.iter().take(read));
            if bytes.len() > limit {
                return Err(too_large(limit));
            }
            if deadline.is_some_and(|deadline| Instant::now() > deadline) {
                return Err(failure.timed_out());
            }
        }
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.send_within(request, self.timeout)
    }

    /// The shorter one of this limit and the transport's own applies.
    fn send_within(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let total = limit.min(self.timeout);
        let deadline = Instant::now().checked_add(total);
        let exchange = Exchange::of(&request, Limits::total(total));
        let failure = self.failure(&exchange)?;
        let body = match request.secret_body() {
            [] => RequestBody::None,
            bytes => RequestBody::Borrowed(bytes),
        };
        let (head, body) = self.exchange(&exchange, body, &failure)?;
        let head = head.answering(request.sent());
        // What cannot be read is not waited for.
        Coding::of(&head, &request.sent())?;
        let body = self.read_bounded(body, &failure, deadline)?;
        let response = head.with_body(body).decompressed(self.max_response_size)?;
        match TransportError::of_tls_port(request.secure_url(), &response) {
            Some(error) => Err(error),
            None => Ok(response),
        }
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport")
            .field("timeout", &self.timeout)
            .field("max_response_size", &self.max_response_size)
            .field("user_agent", &self.user_agent)
            .field("given_certificates", &self.trust.given())
            .field("ca_store", &self.trust.store())
            .field("proxy", &self.proxy)
            .finish()
    }
}

fn too_large(limit: usize) -> TransportError {
    TransportError::new(
        TransportErrorKind::TooLarge,
        alloc::format!("the response is larger than {limit} bytes: check the URL"),
    )
}
