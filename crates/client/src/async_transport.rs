use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokenring_oauth::{HttpRequest, HttpResponse, TransportError};

/// What comes of an [`AsyncTransport`].
pub type AsyncAnswer<'t> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 't>>;

/// Something that sends one HTTP request without blocking its thread.
///
/// Closures are transports: any HTTP client will do. The duties are those of a blocking
/// [`Transport`](tokenring_oauth::Transport), because the security of the exchange rests on them: verify TLS
/// certificates; connect plain `http` to 127.0.0.1 or ::1; follow no redirect; send the request
/// once; bound the size of the response; return every response whatever its status. The client
/// bounds the time: it drops the future when that is over.
///
/// # Examples
///
/// ```
/// use tokenring::{AsyncTransport, HttpRequest, HttpResponse};
///
/// fn transport() -> impl AsyncTransport {
///     |request: HttpRequest| async move {
///         // By a client of your own in real life.
///         Ok(request.response(503, Vec::new(), Vec::new()))
///     }
/// }
/// # let _ = transport();
/// ```
pub trait AsyncTransport: Send + Sync {
    /// Sends the request, once, and may give up after this time.
    fn send_within(&self, request: HttpRequest, limit: Duration) -> AsyncAnswer<'_>;
}

impl<F, Answer> AsyncTransport for F
where
    F: Fn(HttpRequest) -> Answer + Send + Sync,
    Answer: Future<Output = Result<HttpResponse, TransportError>> + Send + 'static,
{
    fn send_within(&self, request: HttpRequest, _: Duration) -> AsyncAnswer<'_> {
        Box::pin(self(request))
    }
}
