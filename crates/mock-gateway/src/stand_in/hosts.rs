use core::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The hosts that this gateway stands in for, each with its port.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Hosts(Vec<(String, u16)>);

impl Hosts {
    /// Adds the host of a URL, unless it has none or leads to this machine anyway.
    pub(crate) fn add_url(&mut self, url: &str) {
        let Some((scheme, rest)) = url.split_once("://") else {
            return;
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let default_port = if scheme.eq_ignore_ascii_case("http") {
            80
        } else {
            443
        };
        let Some(host) = split_authority(authority, default_port) else {
            return;
        };
        if !is_own(&host.0) && !self.0.contains(&host) {
            self.0.push(host);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a host is among these, at any port.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.names().any(|each| each == name)
    }

    pub(crate) fn knows_at(&self, name: &str, port: u16) -> bool {
        let mut hosts = self.0.iter();
        hosts.any(|(each, its_port)| each == name && *its_port == port)
    }

    /// The hosts without their ports.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, port)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match port {
                443 => write!(f, "{separator}{name}")?,
                port => write!(f, "{separator}{name}:{port}")?,
            }
        }
        Ok(())
    }
}

/// A host in lower case, without brackets and the dot of a complete name, and its port.
///
/// Nothing comes of a text that has a user, or is no host.
pub(crate) fn split_authority(authority: &str, default_port: u16) -> Option<(String, u16)> {
    let bracketed = authority.strip_prefix('[');
    let (host, port) = match bracketed {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            match after {
                "" => (host, ""),
                after => (host, after.strip_prefix(':')?),
            }
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let port = match port {
        "" => default_port,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_host = match bracketed {
        Some(_) => host.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.len() <= 253 && host.bytes().all(is_name),
    };
    is_host.then(|| (host.to_ascii_lowercase(), port))
}

/// Whether a host is this machine's, or an address in digits.
pub(crate) fn is_own(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok()
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => is_own(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_authorities() {
        for (authority, wanted) in [
            ("Example.com", Some(("example.com", 443))),
            ("example.com:8443", Some(("example.com", 8443))),
            ("example.com.:443", Some(("example.com", 443))),
            ("[::1]:80", Some(("::1", 80))),
            ("[::1]", Some(("::1", 443))),
            ("127.0.0.1:1", Some(("127.0.0.1", 1))),
            ("example.com:", Some(("example.com", 443))),
            ("example.com:x", None),
            ("example.com:+1", None),
            ("example.com:99999", None),
            ("user@example.com", None),
            ("[::1", None),
            ("[evil]", None),
            ("a b", None),
            ("", None),
        ] {
            let wanted = wanted.map(|(host, port)| (host.to_owned(), port));
            assert_eq!(split_authority(authority, 443), wanted, "{authority}");
        }
    }

    #[test]
    fn takes_hosts_of_urls() {
        let mut hosts = Hosts::default();
        for url in [
            "https://a.example/token",
            "https://A.example",
            "https://b.example:8443/x?y",
            "http://127.0.0.1:80/token",
            "https://localhost/token",
            "no-url",
            "https://",
        ] {
            hosts.add_url(url);
        }
        assert_eq!(hosts.to_string(), "a.example, b.example:8443");
        assert!(hosts.knows_at("a.example", 443) && !hosts.knows_at("a.example", 80));
        assert!(hosts.knows("b.example") && !hosts.knows("c.a.example"));
    }
}
