use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use ureq::Timeout;

use super::UreqTransport;
use super::exchange::{LONGEST_CONNECT, Limits};
use super::failure::Failure;
use super::resolver::Host;
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
