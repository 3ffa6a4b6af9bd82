use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use std::time::Instant;

use rustls::ClientConfig;
use ureq::unversioned::transport::{ConnectionDetails, Connector, Transport};
use ureq::{Error, Proxy, ProxyProtocol};

use super::pace::Pace;
use super::proxy_check::{ProxyLogin, TunnelOpen};
use super::proxy_tunnel::{self, ProxyRefusal};
use super::resolver::Host;
use super::scheme_mismatch::SchemeMismatch;
use super::socket::Socket;
use super::tls_session::TlsSession;

/// Connects to the host of a request, or has a proxy do it, and starts TLS.
///
/// All of it together takes no longer than `ureq`'s limit for connecting.
pub(super) struct RouteConnector {
    pub(super) pace: Pace,
    pub(super) proxy: Option<Proxy>,
    /// Ends with the connection through the proxy.
    pub(super) proxy_check: Option<ProxyLogin>,
    /// [`None`] for plain http.
    pub(super) tls: Option<Arc<ClientConfig>>,
}

impl Connector for RouteConnector {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Box<dyn Transport>>, Error> {
        let until = Instant::now().checked_add(*details.timeout.after);
        let transport: Box<dyn Transport> = match &self.proxy {
            None => {
                let socket = self.socket(&details.addrs, until, details)?;
                match &self.tls {
                    Some(_) => Box::new(socket),
                    None => Box::new(socket.expecting_http()),
                }
            }
            Some(proxy) => {
                let socket = self.reach(proxy, until, details)?;
                let login = self.proxy_check.unwrap_or(ProxyLogin::Sent);
                let tunnel = self.bounded(until, details, || {
                    let socket = self.secure(proxy, socket, details)?;
                    proxy_tunnel::open(proxy, login, socket, details)
                })?;
                if self.proxy_check.is_some() {
                    return Err(TunnelOpen.into());
                }
                tunnel
            }
        };
        let Some(tls) = &self.tls else {
            return Ok(Some(transport));
        };
        let host = details.uri.host().ok_or(Error::HostNotFound)?;
        let session = self
            .bounded(until, details, || {
                TlsSession::start(bare(host), transport, tls, details)
            })
            .map_err(SchemeMismatch::of_handshake)?;
        Ok(Some(Box::new(session)))
    }
}

impl RouteConnector {
    fn socket(
        &self,
        addresses: &[core::net::SocketAddr],
        until: Option<Instant>,
        details: &ConnectionDetails<'_>,
    ) -> Result<Socket, Error> {
        Socket::connect(addresses, until, self.pace.clone(), details)
    }

    /// A connection to the proxy.
    fn reach(
        &self,
        proxy: &Proxy,
        until: Option<Instant>,
        details: &ConnectionDetails<'_>,
    ) -> Result<Socket, Error> {
        let limit = (*details.timeout.after, details.timeout.reason);
        let addresses = Host::new(bare(proxy.host()), false).addresses(proxy.port(), limit)?;
        self.socket(&addresses, until, details)
    }

    /// A TLS session with the proxy itself, if its URL says `https`.
    fn secure(
        &self,
        proxy: &Proxy,
        socket: Socket,
        details: &ConnectionDetails<'_>,
    ) -> Result<Box<dyn Transport>, Error> {
        match &self.tls {
            Some(tls) if proxy.protocol() == ProxyProtocol::Https => {
                let host = bare(proxy.host());
                let session = TlsSession::start(host, Box::new(socket), tls, details);
                Ok(Box::new(session.map_err(of_proxy)?))
            }
            _ => Ok(Box::new(socket)),
        }
    }

    fn bounded<T>(
        &self,
        until: Option<Instant>,
        details: &ConnectionDetails<'_>,
        exchange: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.pace.until(until, details.timeout.reason, exchange)
    }
}

/// An error of TLS that is about the proxy's certificate, not the host's.
fn of_proxy(error: Error) -> Error {
    match error {
        Error::Rustls(error) => ProxyRefusal::Tls(error).into(),
        Error::Io(error) => match error.downcast::<rustls::Error>() {
            Ok(error) => ProxyRefusal::Tls(error).into(),
            Err(error) => Error::Io(error),
        },
        error => error,
    }
}

/// An address without the brackets that a URL wants.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

impl fmt::Debug for RouteConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteConnector").finish_non_exhaustive()
    }
}
