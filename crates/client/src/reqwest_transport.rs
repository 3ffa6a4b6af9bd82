use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokenring_oauth::{
    HttpRequest, HttpResponse, ProxyLogin, SecureUrl, TransportError, TransportErrorKind,
    UreqTransport,
};
use zeroize::Zeroizing;

use crate::async_transport::{AsyncAnswer, AsyncTransport};
use crate::connection::{Connection, TIMEOUT};
use crate::reqwest_failure::{Unresolved, describe, is_proxy_login};
use crate::{Error, Parameter};

/// Connecting with TLS takes no longer than this.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// An [`AsyncTransport`] made of the crates `reqwest` and `rustls`, on tokio.
///
/// It has the limits of the blocking one: no redirect is followed, a compressed answer is refused,
/// each request has a connection of its own and is sent once, and time and size are bounded.
/// Servers are verified against the same certificate authorities, and the same proxy is used, by
/// default that of the environment. A name that ends in `localhost` is this machine.
///
/// [`ClientBuilder::build_reqwest`](crate::ClientBuilder::build_reqwest) makes one from the
/// builder's values.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// Knows the proxies.
    route: UreqTransport,
    timeout: Duration,
    max_response_size: usize,
}

impl ReqwestTransport {
    /// Makes a transport with the public certificate authorities and the proxy of the environment.
    /// Reading the authorities takes milliseconds.
    ///
    /// # Errors
    ///
    /// An [`Error`] if TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::with_settings(UreqTransport::new(), TIMEOUT)
    }

    /// One that reaches servers as this connection does.
    pub(crate) fn of(connection: &Connection) -> Result<Self, Error> {
        Self::with_settings(connection.api.clone(), connection.timeout)
    }

    /// Limits the time from the first step to the last byte. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_timeout(mut self, total: Duration) -> Self {
        self.timeout = total;
        self
    }

    /// Limits the body of an answer, in bytes. Defaults to 1 MiB.
    #[must_use]
    pub const fn with_max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    fn with_settings(route: UreqTransport, timeout: Duration) -> Result<Self, Error> {
        let proxies = route.clone();
        let proxy = reqwest::Proxy::custom(move |url| {
            let url = SecureUrl::new(url.as_str()).ok()?;
            let proxy = proxies.secret_proxy_url(&url).ok()??;
            reqwest::Url::parse(&proxy).ok()
        });
        let builder = reqwest::Client::builder()
            .user_agent(concat!("tokenring/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .proxy(proxy)
            .dns_resolver2(HostResolver)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(LONGEST_CONNECT)
            .use_preconfigured_tls(
                route
                    .rustls_config()
                    .map_err(|error| Error::invalid(Parameter::CaCertificate, error))?,
            );
        let unusable =
            |error: reqwest::Error| Error::invalid(Parameter::CaCertificate, error.without_url());
        Ok(Self {
            client: builder.build().map_err(unusable)?,
            route,
            timeout,
            max_response_size: 1024 * 1024,
        })
    }

    /// What an error means. `reqwest` says little of a proxy's answer, which is then got again.
    async fn failure(
        &self,
        url: &SecureUrl,
        proxy: Option<&str>,
        limit: Duration,
        error: reqwest::Error,
    ) -> TransportError {
        if error.is_connect() && proxy.is_some() {
            let (route, url) = (self.route.clone(), url.clone());
            let login = match is_proxy_login(&error) {
                true => ProxyLogin::Withheld,
                false => ProxyLogin::Sent,
            };
            let check = move || route.check_proxy(&url, login, limit);
            if let Ok(Err(reason)) = tokio::task::spawn_blocking(check).await {
                return reason;
            }
        }
        describe(url, proxy, limit, &error)
    }

    async fn exchange(
        &self,
        request: HttpRequest,
        limit: Duration,
    ) -> Result<HttpResponse, TransportError> {
        let url = request.secure_url();
        // One that cannot be used is not gone past.
        let proxy = self.route.proxy_for(url)?;
        let proxy = proxy.as_deref();
        let failure = |error: reqwest::Error| describe(url, proxy, limit, &error);
        let built = self.build(&request, limit).map_err(failure)?;
        let mut answer = match self.client.execute(built).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.failure(url, proxy, limit, error).await),
        };
        let headers: Vec<_> = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let announced = answer.content_length().unwrap_or_default();
        let most = self.max_response_size;
        if usize::try_from(announced).map_or(true, |announced| announced > most) {
            return Err(too_large(most));
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(failure)? {
            if body.len().saturating_add(chunk.len()) > most {
                return Err(too_large(most));
            }
            body.extend_from_slice(&chunk);
        }
        let status = answer.status().as_u16();
        let response = request.response(status, headers, std::mem::take(&mut *body));
        let response = response.decompressed(most)?;
        match TransportError::of_tls_port(url, &response) {
            Some(error) => Err(error),
            None => Ok(response),
        }
    }

    fn build(
        &self,
        request: &HttpRequest,
        limit: Duration,
    ) -> Result<reqwest::Request, reqwest::Error> {
        let method = reqwest::Method::from_bytes(request.method().as_bytes());
        let mut built = self
            .client
            .request(method.unwrap_or_default(), request.url())
            .timeout(limit);
        for (name, value) in request.headers() {
            let value = reqwest::header::HeaderValue::from_str(value).map(|mut value| {
                value.set_sensitive(true);
                value
            });
            built = match value {
                Ok(value) => built.header(name, value),
                // The builder remembers that it cannot be sent.
                Err(_) => built.header(name, "\n"),
            };
        }
        let body = request.secret_body();
        if !body.is_empty() || matches!(request.method(), "POST" | "PUT" | "PATCH") {
            // Wiped after it is sent.
            built = built.body(Bytes::from_owner(Zeroizing::new(body.to_vec())));
        }
        built.build()
    }
}

impl AsyncTransport for ReqwestTransport {
    /// The shorter one of this limit and the transport's own applies.
    fn send_within(&self, request: HttpRequest, limit: Duration) -> AsyncAnswer<'_> {
        Box::pin(self.exchange(request, limit.min(self.timeout)))
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("timeout", &self.timeout)
            .field("max_response_size", &self.max_response_size)
            .finish_non_exhaustive()
    }
}

fn too_large(limit: usize) -> TransportError {
    TransportError::new(
        TransportErrorKind::TooLarge,
        format!("the response is larger than {limit} bytes: check the URL"),
    )
}

/// Looks names up by the system, but for those of this machine (RFC 6761 section 6.3).
struct HostResolver;

impl Resolve for HostResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str();
            let top = name.trim_end_matches('.').rsplit('.').next();
            let addresses: Vec<SocketAddr> = match top {
                Some(top) if top.eq_ignore_ascii_case("localhost") => [
                    IpAddr::V4(Ipv4Addr::LOCALHOST),
                    IpAddr::V6(Ipv6Addr::LOCALHOST),
                ]
                .map(|address| SocketAddr::new(address, 0))
                .to_vec(),
                _ => tokio::net::lookup_host((name, 0))
                    .await
                    .map_err(Unresolved)?
                    .collect(),
            };
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}
