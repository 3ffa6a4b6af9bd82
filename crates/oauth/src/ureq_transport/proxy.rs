use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use ureq::{Proxy, ProxyProtocol};

use self::bypass::{Bypass, BypassedPort};
use crate::secure_url::{parse_port, split_authority};
use crate::{Error, SecureUrl, TransportError, TransportErrorKind};

mod bypass;

/// Which proxy a request goes through.
#[derive(Clone)]
pub(super) enum ProxyChoice {
    Direct,
    Fixed(Proxy),
    Environment(Environment),
}

/// What the environment says about proxies, read once.
#[derive(Clone)]
pub(super) struct Environment {
    /// An address that cannot be used fails each request that needs it: going
    /// past a proxy that somebody asked for is no way out.
    proxy: Result<Proxy, Unusable>,
    /// The variable that names it.
    variable: &'static str,
    bypassed: Vec<Bypass>,
}

/// Why a proxy's address cannot be used.
#[derive(Clone, Copy)]
enum Unusable {
    Socks,
    Quoted,
    /// A script that chooses one.
    Script,
    Malformed,
}

impl ProxyChoice {
    pub(super) fn from_environment() -> Self {
        // What is not UTF-8 is there all the same, and cannot be used.
        Self::from_variables(|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned()))
    }

    pub(super) fn fixed(url: &str) -> Result<Self, Error> {
        parse(url).map(Self::Fixed).map_err(|_| Error::InvalidProxy)
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = variable(name).filter(|value| !value.trim().is_empty())?;
                Some((*name, value))
            })
        };
        let known = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        let Some((name, url)) = first(&known) else {
            return Self::Direct;
        };
        let bypassed = first(&["no_proxy", "NO_PROXY"]);
        let bypassed = bypassed.map(|(_, entries)| entries).unwrap_or_default();
        Self::Environment(Environment {
            proxy: parse(&url),
            variable: name,
            bypassed: bypassed
                .split([',', ' ', '\t'])
                .filter(|entry| !entry.is_empty())
                .map(Bypass::parse)
                .collect(),
        })
    }

    /// The proxy for this URL, if any.
    pub(super) fn of(&self, url: &SecureUrl) -> Result<Option<&Proxy>, TransportError> {
        if !url.is_https() {
            // On the way to a proxy it would leave this machine in clear.
            return Ok(None);
        }
        match self {
            Self::Direct => Ok(None),
            Self::Fixed(proxy) => Ok(Some(proxy)),
            Self::Environment(environment) => environment.of(url),
        }
    }
}

/// Shows the proxy's host and port: its URL may hold a password.
impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = match self {
            Self::Direct => return f.write_str("Direct"),
            Self::Fixed(proxy)
            | Self::Environment(Environment {
                proxy: Ok(proxy), ..
            }) => proxy,
            Self::Environment(Environment { proxy: Err(_), .. }) => {
                return f.write_str("Unusable");
            }
        };
        write!(f, "{}:{}", proxy.host(), proxy.port())
    }
}

impl Environment {
    fn of(&self, url: &SecureUrl) -> Result<Option<&Proxy>, TransportError> {
        let unusable = |text| Err(TransportError::new(TransportErrorKind::Proxy, text));
        // Not the names below `localhost`: a proxy may know another machine by
        // one, and a certificate proves it.
        if ["localhost", "127.0.0.1", "::1"].contains(&url.host().to_ascii_lowercase().as_str()) {
            return Ok(None);
        }
        let mut entries = self.bypassed.iter().filter(|entry| entry.covers(url));
        match entries.next() {
            Some(Bypass::Host(_, BypassedPort::Invalid)) => unusable(format!(
                "NO_PROXY names {} with an invalid port: write HOST or HOST:PORT, with a port from 1 to 65535",
                url.host()
            )),
            Some(_) => Ok(None),
            None => match &self.proxy {
                Ok(proxy) => Ok(Some(proxy)),
                Err(Unusable::Socks) => unusable(format!(
                    "the proxy in {} is a SOCKS proxy, which is not supported: name an HTTP proxy, as http://HOST:PORT, or the host in NO_PROXY",
                    self.variable
                )),
                Err(Unusable::Quoted) => unusable(format!(
                    "the proxy in {} has quotation marks around it: remove them",
                    self.variable
                )),
                Err(Unusable::Script) => unusable(format!(
                    "{} names a script that chooses a proxy (PAC), which is not supported: name the proxy itself, as http://HOST:PORT, or the host in NO_PROXY",
                    self.variable
                )),
                Err(Unusable::Malformed) => unusable(format!(
                    "the proxy in {} cannot be used: write it as http://HOST:PORT, with a port from 1 to 65535 and USER:PASSWORD@ before the host where it wants a login, percent-encoded, or name the host in NO_PROXY",
                    self.variable
                )),
            },
        }
    }
}

/// Reads a proxy's address, with the port's default only if none is written:
/// `ureq` takes that for an invalid one too.
fn parse(url: &str) -> Result<Proxy, Unusable> {
    let url = url.trim();
    if url.starts_with(['"', '\'']) {
        return Err(Unusable::Quoted);
    }
    if url.starts_with("pac+") || url.ends_with(".pac") || url.starts_with("PROXY ") {
        return Err(Unusable::Script);
    }
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| scheme.to_ascii_lowercase().starts_with("socks")) {
        return Err(Unusable::Socks);
    }
    let proxy = Proxy::new(url).map_err(|_| Unusable::Malformed)?;
    let authority = proxy.uri().authority().ok_or(Unusable::Malformed)?.as_str();
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (_, port) = split_authority(address).ok_or(Unusable::Malformed)?;
    if port.is_some_and(|port| parse_port(port).is_none()) {
        return Err(Unusable::Malformed);
    }
    match proxy.protocol() {
        ProxyProtocol::Http | ProxyProtocol::Https => Ok(proxy),
        _ => Err(Unusable::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::string::ToString;

    use super::*;

    /// What is chosen for the URL: nothing, `HOST:PORT`, or an error.
    #[track_caller]
    fn check(variables: &[(&str, &str)], url: &str, expected: Result<Option<&str>, ()>) {
        let choice = ProxyChoice::from_variables(|name| {
            let value = variables.iter().find(|(known, _)| *known == name)?.1;
            Some(value.to_owned())
        });
        let url = SecureUrl::new(url).unwrap();
        let chosen = choice.of(&url).map_err(|error| {
            assert_eq!(error.kind(), TransportErrorKind::Proxy);
        });
        let chosen = chosen
            .map(|proxy| proxy.map(|proxy| std::format!("{}:{}", proxy.host(), proxy.port())));
        assert_eq!(chosen, expected.map(|proxy| proxy.map(ToOwned::to_owned)));
    }

    const API: &str = "https://api.example.com/x";

    #[test]
    fn unusable() {
        for (value, words) in [
            ("\"http://p:1\"", "quotation marks"),
            ("'http://p:1'", "quotation marks"),
            ("http://p/proxy.pac", "script that chooses a proxy"),
            ("pac+http://p/", "script that chooses a proxy"),
            ("socks5h://p:1", "SOCKS"),
            ("http://user:p#ss@p:1", "percent-encoded"),
            ("http://user:p\u{e4}ss@p:1", "percent-encoded"),
        ] {
            let choice = ProxyChoice::from_variables(|name| {
                (name == "HTTPS_PROXY").then(|| value.to_owned())
            });
            let error = choice.of(&SecureUrl::new(API).unwrap()).err().unwrap();
            let text = error.to_string();
            assert!(text.contains(words) && !text.contains("ss@"), "{text}");
        }
    }

    #[test]
    fn variables_in_order() {
        check(&[], API, Ok(None));
        check(&[("HTTPS_PROXY", "http://p:3128")], API, Ok(Some("p:3128")));
        check(&[("https_proxy", "http://p:3128")], API, Ok(Some("p:3128")));
        check(&[("ALL_PROXY", "p")], API, Ok(Some("p:80")));
        check(&[("all_proxy", "https://u:s@p")], API, Ok(Some("p:443")));
        check(
            &[("HTTPS_PROXY", "a:1"), ("ALL_PROXY", "b:2")],
            API,
            Ok(Some("a:1")),
        );
        check(
            &[("HTTPS_PROXY", " "), ("ALL_PROXY", "b:2")],
            API,
            Ok(Some("b:2")),
        );
        // For plain http, as curl, Go and Python have it.
        check(
            &[("HTTP_PROXY", "a:1"), ("http_proxy", "a:1")],
            API,
            Ok(None),
        );
    }

    #[test]
    fn unusable_proxies_are_not_gone_past() {
        check(&[("ALL_PROXY", "socks5://p:1080")], API, Err(()));
        check(&[("HTTPS_PROXY", "http://")], API, Err(()));
        check(
            &[("ALL_PROXY", "socks5://p"), ("NO_PROXY", "example.com")],
            API,
            Ok(None),
        );
    }

    #[test]
    fn invalid_ports_are_no_default_ports() {
        for address in [
            "http://p:99999",
            "http://p:65536/",
            "http://p:0",
            "http://p:",
            "http://p:abc",
            "http://p:-1",
            "http://p:+80",
            "http://p:31 28",
            "http://u:s@p:99999",
            "http://[::1]:99999",
            "http://[::1]x",
            "https://p:443x",
            "https://p:4430000",
            "p:99999",
            "p:x",
            "http://\u{fffd}:80",
            "http://u:\u{fffd}@p",
        ] {
            for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
                check(&[(name, address)], API, Err(()));
            }
            assert!(matches!(
                ProxyChoice::fixed(address),
                Err(Error::InvalidProxy)
            ));
        }
        check(&[("ALL_PROXY", "http://p:65535")], API, Ok(Some("p:65535")));
        check(&[("ALL_PROXY", "[::1]:1")], API, Ok(Some("[::1]:1")));
        check(&[("ALL_PROXY", "http://u:80@p")], API, Ok(Some("p:80")));
        // A port that is not one does not stand for every port.
        for (entries, expected) in [
            ("api.example.com:99999", Err(())),
            ("example.com:", Err(())),
            ("other.example:99999", Ok(Some("p:1"))),
        ] {
            check(
                &[("ALL_PROXY", "p:1"), ("NO_PROXY", entries)],
                API,
                expected,
            );
        }
    }

    #[test]
    fn this_machine_is_never_proxied() {
        for url in [
            "http://localhost/",
            "http://127.0.0.1:1/",
            "https://LOCALHOST/",
            "https://[::1]:1/",
        ] {
            check(&[("ALL_PROXY", "p:1")], url, Ok(None));
        }
        for url in ["https://localhost./", "https://app.localhost/"] {
            check(&[("ALL_PROXY", "p:1")], url, Ok(Some("p:1")));
        }
        check(&[("ALL_PROXY", "p:1")], "http://app.localhost/", Ok(None));
    }

    #[test]
    fn no_proxy() {
        #[track_caller]
        fn bypassed(entries: &str, url: &str, expected: bool) {
            let proxy = (!expected).then_some("p:1");
            check(
                &[("ALL_PROXY", "p:1"), ("NO_PROXY", entries)],
                url,
                Ok(proxy),
            );
        }
        bypassed("*", API, true);
        bypassed("example.com", API, true);
        bypassed(".example.com", API, true);
        bypassed("*.example.com", API, true);
        bypassed("API.Example.COM", API, true);
        bypassed("other.org, api.example.com", API, true);
        bypassed("other.org example.com", API, true);
        bypassed("api.example.com:443", API, true);
        bypassed("api.example.com:8443", API, false);
        bypassed("ample.com", API, false);
        bypassed("pi.example.com", API, false);
        bypassed("sub.api.example.com", API, false);
        bypassed(".", API, false);
        bypassed("", API, false);
        bypassed("10.0.0.0/8", "https://10.200.3.4/", true);
        bypassed("10.0.0.0/8", "https://11.0.0.1/", false);
        bypassed("10.0.0.0/33", "https://10.0.0.0/", false);
        bypassed("0.0.0.0/0", "https://11.0.0.1/", true);
        bypassed("192.168.1.5", "https://192.168.1.5/", true);
        bypassed("fd00::/8", "https://[fd12::1]/", true);
        bypassed("fd00::/8", "https://[fe80::1]/", false);
        bypassed("[fd12::1]", "https://[fd12::1]/", true);
        bypassed("[fd12::1]:443", "https://[fd12::1]/", true);
        bypassed("fd12::1", "https://[fd12::1]/", true);
    }

    #[test]
    fn passwords_are_not_shown() {
        let choice = ProxyChoice::fixed("http://user:pa55@proxy:3128").unwrap();
        assert_eq!(std::format!("{choice:?}"), "proxy:3128");
    }
}
