use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokenring_assertion::SigningInput;
use tokenring_oauth::{HttpRequest, HttpResponse, TransportError, TransportErrorKind};
use tokenring_token_store::{Lookup, Runtime, Token};
use zeroize::Zeroizing;

use crate::async_transport::AsyncTransport;
use crate::client::{Client, Inner};
use crate::{ClientBuilder, EffectiveValue, Error, PreparedRequest, RedactedRequest, Target};

/// Access tokens for one client at one gateway, for tasks: the async twin of [`Client`].
///
/// Methods have the same names and the same guarantees, and both share tokens. No method blocks
/// its thread: keys are loaded, assertions signed and files read on the runtime's threads for
/// blocking work. When the task that requests a token is aborted, one of those that wait for it
/// makes another request at once.
///
/// A client can be cloned at the cost of a counter, and all tasks can use it.
#[derive(Clone)]
pub struct AsyncClient(Arc<Parts>);

struct Parts {
    client: Client,
    runtime: Arc<dyn Runtime>,
    transport: Arc<dyn AsyncTransport>,
}

impl Client {
    /// The async twin of this client, with the same tokens in memory.
    ///
    /// The transport takes the place of the one that this client sends with.
    #[must_use]
    pub fn to_async(
        &self,
        runtime: impl Runtime + 'static,
        transport: impl AsyncTransport + 'static,
    ) -> AsyncClient {
        AsyncClient::new(self.clone(), Arc::new(runtime), Arc::new(transport))
    }
}

impl ClientBuilder {
    /// Makes the async twin of a client: checks every value, reads the key, and sends nothing.
    ///
    /// The transport sends in place of [`transport`](Self::transport): any async HTTP client, by a
    /// closure. Proxies and certificates are then its own business.
    ///
    /// # Errors
    ///
    /// An [`Error`] for the first value that cannot be used, or is missing.
    pub async fn build_async(
        self,
        runtime: impl Runtime + 'static,
        transport: impl AsyncTransport + 'static,
    ) -> Result<AsyncClient, Error> {
        let runtime: Arc<dyn Runtime> = Arc::new(runtime);
        let client = run(&*runtime, move || self.build()).await?;
        Ok(AsyncClient::new(client, runtime, Arc::new(transport)))
    }

    /// Makes the async twin of a client on tokio, which sends by reqwest: through the proxy and
    /// with the certificates of this builder.
    ///
    /// # Errors
    ///
    /// An [`Error`] for the first value that cannot be used, or is missing.
    #[cfg(feature = "reqwest")]
    pub async fn build_reqwest(self) -> Result<AsyncClient, Error> {
        let runtime: Arc<dyn Runtime> = Arc::new(crate::TokioRuntime::new());
        let build = move || {
            let client = self.build()?;
            let transport = crate::ReqwestTransport::of(&client.inner().core.connection)?;
            Ok((client, transport))
        };
        let (client, transport) = run(&*runtime, build).await?;
        Ok(AsyncClient::new(client, runtime, Arc::new(transport)))
    }
}

impl AsyncClient {
    pub(crate) fn new(
        client: Client,
        runtime: Arc<dyn Runtime>,
        transport: Arc<dyn AsyncTransport>,
    ) -> Self {
        Self(Arc::new(Parts {
            client,
            runtime,
            transport,
        }))
    }

    /// A token that is valid now: from memory, the store, or the gateway.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`].
    pub async fn token(&self) -> Result<Token, Error> {
        self.look_up(&self.0.client.lookup()).await
    }

    /// A token that stays valid for so long, if the gateway gives such.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`].
    pub async fn token_valid_for(&self, minimum: Duration) -> Result<Token, Error> {
        self.look_up(&self.0.client.lookup().with_minimum_lifetime(minimum))
            .await
    }

    /// A token within this time.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token_within`].
    pub async fn token_within(&self, limit: Duration) -> Result<Token, Error> {
        self.look_up(&self.0.client.lookup_within(limit)).await
    }

    /// A token in place of one that an API rejected (401): of many callers with the same token one
    /// gets a new one, and all others get that.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`].
    pub async fn replace(&self, rejected: &Token) -> Result<Token, Error> {
        self.look_up(&self.0.client.lookup_in_place_of(rejected))
            .await
    }

    /// A signed assertion that nothing has been sent with, as text. It is a secret until it
    /// expires.
    ///
    /// # Errors
    ///
    /// Those of [`Client::assertion`].
    pub async fn assertion(&self) -> Result<Zeroizing<String>, Error> {
        self.off_thread(|this| this.0.client.assertion()).await
    }

    /// The JWS Signing Input (RFC 7515 section 2) of an assertion, for signing it by other means.
    ///
    /// # Errors
    ///
    /// Those of [`Client::signing_input`].
    pub async fn signing_input(&self) -> Result<SigningInput, Error> {
        self.off_thread(|this| this.0.client.signing_input()).await
    }

    /// A token request with a new, signed assertion, for sending it by other means.
    ///
    /// # Errors
    ///
    /// Those of [`Client::prepare`].
    pub async fn prepare(&self) -> Result<PreparedRequest, Error> {
        self.off_thread(|this| this.0.client.prepare()).await
    }

    /// What a token request would hold; nothing is signed.
    ///
    /// # Errors
    ///
    /// Those of [`Client::preview`].
    pub async fn preview(&self) -> Result<RedactedRequest, Error> {
        self.off_thread(|this| this.0.client.preview()).await
    }

    /// The values that nobody gave, and where they come from.
    #[must_use]
    pub fn effective_values(&self) -> &[EffectiveValue] {
        self.0.client.effective_values()
    }

    /// The gateway and its environment.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.0.client.target()
    }

    /// How long before its end a token of this lifetime is renewed.
    #[must_use]
    pub fn early_renewal(&self, lifetime: Duration) -> Duration {
        self.0.client.early_renewal(lifetime)
    }

    /// The blocking twin, with the same tokens in memory.
    #[must_use]
    pub fn blocking(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn inner(&self) -> &Inner {
        self.0.client.inner()
    }

    pub(crate) fn runtime(&self) -> &dyn Runtime {
        &*self.0.runtime
    }

    async fn look_up(&self, lookup: &Lookup) -> Result<Token, Error> {
        self.obtain(lookup).await.map(|(token, _)| token)
    }

    /// Does what may block on another thread.
    pub(crate) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let this = self.clone();
        run(self.runtime(), move || work(&this)).await
    }

    /// Sends a request, and gives up when the time is over, whatever the transport does.
    pub(crate) async fn send(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let url = request.secure_url().clone();
        let mut answer = self.0.transport.send_within(request, limit);
        let mut timer = pin!(self.runtime().sleep(limit));
        poll_fn(|context| {
            if let Poll::Ready(answer) = answer.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            timer.as_mut().poll(context).map(|()| {
                let (host, port) = (url.host(), url.port());
                Err(TransportError::new(
                    TransportErrorKind::TimedOut,
                    format!(
                        "no whole answer from {host}:{port} within {} ms: try again, check host, \
                         port and firewall, or raise the time limit",
                        limit.as_millis()
                    ),
                ))
            })
        })
        .await
    }
}

/// Does what may block on another thread.
pub(crate) async fn run<T: Send + 'static>(
    runtime: &dyn Runtime,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    runtime
        .blocking(work)
        .await
        .unwrap_or(Err(Error::RequestPanicked))
}

impl fmt::Debug for AsyncClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncClient").field(&self.0.client).finish()
    }
}
