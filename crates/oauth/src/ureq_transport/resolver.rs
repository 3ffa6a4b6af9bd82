use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::io;
use std::net::{ToSocketAddrs, UdpSocket};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use super::address_race::interleave;
use crate::secure_url::is_localhost;

/// Looks names up for `ureq`, in place of its own resolver, which panics if no
/// thread can be started and asks the network where `localhost` is.
#[derive(Debug)]
pub(super) struct HostResolver {
    /// Whether a proxy looks the host up, and nobody here.
    pub(super) is_proxied: bool,
}

impl Resolver for HostResolver {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        if self.is_proxied {
            return Ok(self.empty());
        }
        let host = uri.host().ok_or(Error::HostNotFound)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let mut addresses = self.empty();
        let found = Host::new(host, is_https).addresses(port, (*timeout.after, timeout.reason))?;
        for address in found.into_iter().take(MOST_ADDRESSES) {
            addresses.push(address);
        }
        if addresses.is_empty() {
            return Err(Error::HostNotFound);
        }
        Ok(addresses)
    }
}

/// The room in `ResolvedSocketAddrs`.
const MOST_ADDRESSES: usize = 16;

/// What is known of a host before anybody is asked.
pub(super) enum Host<'a> {
    Address(IpAddr),
    /// Both loopback addresses, whatever a hosts file or a DNS server says
    /// (RFC 6761 section 6.3).
    Loopback,
    Name(&'a str),
}

impl<'a> Host<'a> {
    /// A certificate proves who answers as `localhost`; where none does, as for
    /// plain `http` and for proxies, only this machine may.
    pub(super) fn new(host: &'a str, is_certified: bool) -> Self {
        if let Ok(address) = host.parse() {
            Self::Address(address)
        } else if !is_certified && is_localhost(host) {
            Self::Loopback
        } else {
            Self::Name(host)
        }
    }

    pub(super) fn addresses(
        &self,
        port: u16,
        limit: (Duration, Timeout),
    ) -> Result<Vec<SocketAddr>, Error> {
        let known: &[IpAddr] = match self {
            Self::Address(address) => &[*address],
            Self::Loopback => &[
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(Ipv6Addr::LOCALHOST),
            ],
            Self::Name(name) => return look_up(name, port, limit).map(interleave),
        };
        Ok(known
            .iter()
            .map(|address| SocketAddr::new(*address, port))
            .collect())
    }
}

/// Asks the system, which knows no time limit: the thread outlives a look-up
/// that takes too long.
fn look_up(
    name: &str,
    port: u16,
    (limit, reason): (Duration, Timeout),
) -> Result<Vec<SocketAddr>, Error> {
    let (sender, found) = mpsc::sync_channel(1);
    let name = name.to_owned();
    start_thread("tokenring-resolver", move || {
        let found = (name.as_str(), port).to_socket_addrs();
        let _ = sender.send(found.map(Iterator::collect));
    })?;
    match found.recv_timeout(limit) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(Error::Io(exhaustion().unwrap_or(error))),
        Err(RecvTimeoutError::Timeout) => Err(Error::Timeout(reason)),
        Err(RecvTimeoutError::Disconnected) => Err(Error::HostNotFound),
    }
}

/// Starts a thread, or fails with [`NoThread`].
pub(super) fn start_thread(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
    match thread::Builder::new().name(name.to_owned()).spawn(run) {
        Ok(_) => Ok(()),
        Err(_) => Err(io::Error::other(NoThread)),
    }
}

/// The system gave this process no further thread.
#[derive(Debug)]
pub(super) struct NoThread;

impl fmt::Display for NoThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot start a thread")
    }
}

impl core::error::Error for NoThread {}

/// The C library calls a name unknown if it has no file descriptor left to look
/// it up with.
fn exhaustion() -> Option<io::Error> {
    /// To as many DNS servers as the C library asks.
    const SOCKETS: usize = 3;
    let sockets: io::Result<Vec<_>> = (0..SOCKETS)
        .map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect();
    sockets.err().filter(has_no_descriptor)
}

/// Whether the process, or the system, has as many open files as it may have.
pub(super) fn has_no_descriptor(error: &io::Error) -> bool {
    /// `ENFILE` and `EMFILE` of every Unix.
    const UNIX: core::ops::RangeInclusive<i32> = 23..=24;
    /// `WSAEMFILE`.
    const WINDOWS: i32 = 10_024;
    error.raw_os_error().is_some_and(|code| {
        if cfg!(windows) {
            code == WINDOWS
        } else {
            UNIX.contains(&code)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, is_certified: bool, expected: &str) {
        let limit = (Duration::from_secs(5), Timeout::Resolve);
        let shown = match Host::new(host, is_certified) {
            Host::Name(name) => std::format!("look up {name}"),
            host => std::format!("{:?}", host.addresses(1, limit).unwrap()),
        };
        assert_eq!(shown, expected);
    }

    /// RFC 6761 section 6.3.
    #[test]
    fn localhost_is_never_looked_up() {
        for host in [
            "localhost",
            "LocalHost",
            "localhost.",
            "app.localhost",
            "a.b.LOCALHOST.",
        ] {
            check(host, false, "[127.0.0.1:1, [::1]:1]");
            check(host, true, &std::format!("look up {host}"));
        }
        for host in [
            "localhost.example.com",
            "mylocalhost",
            "localhost..",
            "localhost.localdomain",
        ] {
            check(host, false, &std::format!("look up {host}"));
        }
    }

    #[test]
    fn addresses_are_never_looked_up() {
        for is_certified in [true, false] {
            check("127.0.0.1", is_certified, "[127.0.0.1:1]");
            check("::1", is_certified, "[[::1]:1]");
            check("192.0.2.7", is_certified, "[192.0.2.7:1]");
        }
    }
}
