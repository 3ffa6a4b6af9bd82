use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

use ureq::Timeout;
use zeroize::Zeroizing;

use super::UreqTransport;
use super::exchange::{LONGEST_CONNECT, Limits};
use super::failure::Failure;
use super::resolver::Host;
use super::tls_failure;
use crate::{SecureUrl, TransportError};

impl UreqTransport {
    /// Returns the proxy that a request to this URL goes through, as
    /// `HOST:PORT`.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Proxy`](crate::TransportErrorKind::Proxy) if the
    /// environment names one that cannot be used.
    pub fn proxy_for(&self, url: &SecureUrl) -> Result<Option<String>, TransportError> {
        let proxy = self.proxy.of(url)?;
        Ok(proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
    }

    /// Returns the URL of the proxy that a request to this URL goes through, with user and
    /// password, for transports of another kind that go the same way.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if the environment names one that cannot be used.
    pub fn secret_proxy_url(
        &self,
        url: &SecureUrl,
    ) -> Result<Option<Zeroizing<String>>, TransportError> {
        let proxy = self.proxy.of(url)?;
        Ok(proxy.map(|proxy| Zeroizing::new(proxy.uri().to_string())))
    }

    /// Returns the configuration of TLS, with the verification of servers, for transports of another
    /// kind that trust the same.
    ///
    /// The type is that of `rustls` 0.23, and changes with the version of it that is used here.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if the provider that the program has installed cannot do TLS.
    pub fn rustls_config(&self) -> Result<rustls::ClientConfig, TransportError> {
        Ok((*self.tls_config("any host")?).clone())
    }

    pub(super) fn tls_config(
        &self,
        host: &str,
    ) -> Result<Arc<rustls::ClientConfig>, TransportError> {
        let config = self.trust.config();
        config.map_err(|error| tls_failure::describe(host, &error))
    }

    /// Looks up the addresses that a request to this URL is tried at, in that
    /// order, within the time limit of this transport.
    ///
    /// No proxy is taken into account: it does its own look-up.
    ///
    /// # Errors
    ///
    /// A [`TransportError`], as a request would fail with.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{SecureUrl, UreqTransport};
    ///
    /// let url = SecureUrl::new("http://localhost:8080/")?;
    /// let addresses = UreqTransport::new().resolve(&url)?;
    /// assert!(addresses.iter().all(|address| address.is_loopback()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, url: &SecureUrl) -> Result<Vec<IpAddr>, TransportError> {
        let failure = Failure::new(url, None, Limits::total(self.timeout));
        let limit = self.timeout.min(LONGEST_CONNECT);
        let found = Host::new(url.host(), url.is_https())
            .addresses(url.port(), (limit, Timeout::Resolve))
            .map_err(|error| failure.before_body(error))?;
        let mut addresses: Vec<IpAddr> = found.iter().map(core::net::SocketAddr::ip).collect();
        addresses.dedup();
        Ok(addresses)
    }
}
