use alloc::borrow::ToOwned;
use alloc::string::String;
use core::net::IpAddr;

use crate::SecureUrl;
use crate::secure_url::parse_port;

/// One entry of `NO_PROXY`, as curl and Go read it.
#[derive(Clone)]
pub(super) enum Bypass {
    Everything,
    /// Addresses whose first so many bits are these.
    Network(IpAddr, u32),
    /// A name with its subdomains, or an address.
    Host(String, BypassedPort),
}

#[derive(Clone, Copy)]
pub(super) enum BypassedPort {
    Any,
    Only(u16),
    /// Nobody knows which ports were meant to go past the proxy.
    Invalid,
}

impl Bypass {
    pub(super) fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::Everything;
        }
        if let Some((address, bits)) = entry.split_once('/') {
            if let (Ok(address), Ok(bits)) = (address.parse(), bits.parse()) {
                return Self::Network(address, bits);
            }
        }
        let bare = entry.trim_start_matches('[').trim_end_matches(']');
        let (host, port) = match entry.rsplit_once(':') {
            _ if bare.parse::<IpAddr>().is_ok() => (bare, BypassedPort::Any),
            Some((host, port)) => (
                host.trim_start_matches('[').trim_end_matches(']'),
                parse_port(port).map_or(BypassedPort::Invalid, BypassedPort::Only),
            ),
            None => (entry, BypassedPort::Any),
        };
        let host = host.strip_prefix('*').unwrap_or(host);
        let host = host.strip_prefix('.').unwrap_or(host);
        Self::Host(host.to_owned(), port)
    }

    pub(super) fn covers(&self, url: &SecureUrl) -> bool {
        match self {
            Self::Everything => true,
            Self::Network(network, bits) => url
                .host()
                .parse()
                .is_ok_and(|address| shares_bits(*network, address, *bits)),
            Self::Host(host, port) => {
                let is_port = match port {
                    BypassedPort::Only(port) => *port == url.port(),
                    BypassedPort::Any | BypassedPort::Invalid => true,
                };
                is_port && is_or_is_under(url.host(), host)
            }
        }
    }
}

fn is_or_is_under(name: &str, domain: &str) -> bool {
    if domain.is_empty() {
        return false;
    }
    let Some(at) = name.len().checked_sub(domain.len()) else {
        return false;
    };
    let Some((before, end)) = name.split_at_checked(at) else {
        return false;
    };
    end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with('.'))
}

fn shares_bits(network: IpAddr, address: IpAddr, bits: u32) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let different = network.to_bits() ^ address.to_bits();
            different.leading_zeros() >= bits && bits <= u32::BITS
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let different = network.to_bits() ^ address.to_bits();
            different.leading_zeros() >= bits && bits <= u128::BITS
        }
        _ => false,
    }
}
