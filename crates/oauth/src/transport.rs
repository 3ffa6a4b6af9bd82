use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use crate::{HttpRequest, HttpResponse};

/// Something that sends one HTTP request and waits for the response.
///
/// Closures are transports; with a client of your own, that is all it takes.
/// Who does not want to block has no need of the trait: see
/// [`TokenRequest::into_http`](crate::TokenRequest::into_http).
///
/// What a transport must do, because the security of the exchange rests on it:
/// verify TLS certificates; connect plain `http` to 127.0.0.1 or ::1, whatever a
/// resolver says about `localhost`; follow no redirect; send the request once,
/// as a client assertion is accepted once; bound time and size of the response;
/// return every response whatever its status.
///
/// # Examples
///
/// ```
/// use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport};
///
/// let transport = |request: HttpRequest| {
///     assert_eq!(request.url(), "https://example.com/");
///     Ok(HttpResponse::new(204, Vec::new(), Vec::new()))
/// };
/// let request = HttpRequest::get(&SecureUrl::new("https://example.com/")?);
/// assert_eq!(transport.send(request)?.status(), 204);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Transport {
    /// Sends the request, once.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if no whole response came back.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;

    /// Sends the request, once, and gives up after this time at the latest.
    ///
    /// A transport that cannot change its time limit from request to request
    /// has no need to implement it: by default, that limit alone applies.
    ///
    /// # Errors
    ///
    /// Those of [`Transport::send`].
    fn send_within(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let _ = limit;
        self.send(request)
    }
}

impl<F> Transport for F
where
    F: Fn(HttpRequest) -> Result<HttpResponse, TransportError>,
{
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self(request)
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }

    fn send_within(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        (**self).send_within(request, limit)
    }
}

/// Why no whole response came back.
///
/// The text names the step that failed and what to do about it.
pub struct TransportError {
    kind: TransportErrorKind,
    text: String,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl TransportError {
    /// Puts an error together. The text is a lower-case fragment without any
    /// byte of request or response.
    #[must_use]
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            source: None,
        }
    }

    /// Adds the cause. It must not hold secrets: the chain is shown to people.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn core::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The step that failed.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("text", &self.text)
            .field("source", &self.source)
            .finish()
    }
}

impl core::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

/// The steps at which a [`Transport`] can fail.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransportErrorKind {
    /// The host's name could not be resolved.
    NameResolution,
    /// No connection to the host: refused or unreachable.
    Connect,
    /// No TLS session: a certificate that is not acceptable, or no TLS at all.
    Tls,
    /// No TLS session: the authority that issued the certificate is not trusted.
    UntrustedAuthority,
    /// A deadline passed.
    TimedOut,
    /// The response is larger than allowed.
    TooLarge,
    /// The connection ended before the response did.
    Truncated,
    /// The response is compressed, which was not asked for.
    UnsupportedEncoding,
    /// The proxy could not be used or refused.
    Proxy,
    /// The response is not HTTP.
    Protocol,
    /// The body of the request could not be read.
    RequestBody,
    /// This process may start no further thread, or open no further file.
    ProcessLimit,
    /// Anything else.
    Other,
}
