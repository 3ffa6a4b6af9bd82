use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::io::Write;

use base64ct::{Base64, Encoding};
use ureq::config::AutoHeaderValue;
use ureq::unversioned::transport::{ConnectionDetails, Transport, TransportAdapter};
use ureq::{Error, Proxy};
use zeroize::Zeroizing;

use super::proxy_check::ProxyLogin;
use crate::location::without_values;
use crate::printable;
use crate::server_text::keep;

/// The room for a proxy's answer to `CONNECT`, in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// So many interim answers come before the one that counts.
const MOST_INTERIM: u8 = 8;

/// Has a proxy connect to the host of the request
/// ([RFC 9110 section 9.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6)).
pub(super) fn open(
    proxy: &Proxy,
    login: ProxyLogin,
    transport: Box<dyn Transport>,
    details: &ConnectionDetails<'_>,
) -> Result<Box<dyn Transport>, Error> {
    let host = details.uri.host().ok_or(Error::HostNotFound)?;
    let port = details.uri.port_u16().unwrap_or(443);
    let mut socket = TransportAdapter::new(transport, details.current_time.clone());
    socket.set_timeout(details.timeout);
    socket.write_all(&request(proxy, login, host, port, details))?;
    let mut transport = socket.into_inner();
    let mut interim = 0_u8;
    let (end, answer) = loop {
        let input = transport.buffers().input();
        if let Some(end) = end_of_head(input) {
            let head = input.get(..end).unwrap_or_default();
            let answer = Answer::read(head);
            // Interim answers come before the one that counts (RFC 9110 section 15.2).
            if answer.as_ref().is_some_and(Answer::is_interim) && interim < MOST_INTERIM {
                interim += 1;
                transport.buffers().input_consume(end);
                continue;
            }
            break (end, answer);
        }
        if input.len() >= LARGEST_ANSWER {
            return Err(ProxyRefusal::TooLong.into());
        }
        if !transport.await_input(details.timeout)? {
            return Err(match transport.buffers().input() {
                input if input.is_empty() || input.starts_with(b"HTTP/") => ProxyRefusal::Closed,
                _ => ProxyRefusal::NotHttp,
            }
            .into());
        }
    };
    let Some(answer) = answer else {
        return Err(ProxyRefusal::NotHttp.into());
    };
    if !(200..300).contains(&answer.status) {
        return Err(ProxyRefusal::Status {
            status: answer.status,
            schemes: answer.schemes,
            location: answer.location,
            had_password: has_password(proxy),
        }
        .into());
    }
    transport.buffers().input_consume(end);
    Ok(transport)
}

fn has_password(proxy: &Proxy) -> bool {
    proxy.username().is_some() || proxy.password().is_some()
}

fn request(
    proxy: &Proxy,
    login: ProxyLogin,
    host: &str,
    port: u16,
    details: &ConnectionDetails<'_>,
) -> Zeroizing<Vec<u8>> {
    let mut head = Zeroizing::new(format!(
        "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    ));
    if let AutoHeaderValue::Provided(agent) = details.config.user_agent() {
        if !agent.is_empty() {
            head.push_str(&format!("User-Agent: {agent}\r\n"));
        }
    }
    if has_password(proxy) && login == ProxyLogin::Sent {
        let user = proxy.username().unwrap_or_default();
        let password = proxy.password().unwrap_or_default();
        let credentials = Zeroizing::new(format!("{user}:{password}"));
        let encoded = Zeroizing::new(Base64::encode_string(credentials.as_bytes()));
        head.push_str("Proxy-Authorization: Basic ");
        head.push_str(&encoded);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    Zeroizing::new(head.as_bytes().to_vec())
}

/// Where the headers end.
fn end_of_head(input: &[u8]) -> Option<usize> {
    let end_of = |ending: &[u8]| {
        let start = input
            .windows(ending.len())
            .position(|bytes| bytes == ending);
        start.map(|start| start + ending.len())
    };
    // Some proxies leave the carriage returns out.
    let ends = [end_of(b"\r\n\r\n"), end_of(b"\n\n")];
    ends.into_iter().flatten().min()
}

/// What a proxy says to `CONNECT`.
struct Answer {
    status: u16,
    /// How it wants to be logged in to.
    schemes: Vec<String>,
    /// Where a redirect leads.
    location: Option<String>,
}

impl Answer {
    /// Nothing of what is not HTTP.
    fn read(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let (version, rest) = lines.next()?.split_once(' ')?;
        if !version.starts_with("HTTP/1.") {
            return None;
        }
        let status = rest.split(' ').next()?.parse().ok()?;
        let fields: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
        let named = |wanted: &'static str| {
            let fields = fields.iter();
            let fields = fields.filter(move |(name, _)| name.eq_ignore_ascii_case(wanted));
            fields.map(|(_, value)| value.trim())
        };
        let location = named("Location").next().map(without_values);
        Some(Self {
            status,
            schemes: schemes(named("Proxy-Authenticate")),
            location: location.map(|to| keep(&printable(&to).to_string(), 128, &[])),
        })
    }

    fn is_interim(&self) -> bool {
        (100..200).contains(&self.status)
    }
}

/// The names of the schemes in headers `Proxy-Authenticate`
/// ([RFC 9110 section 11.7.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.7.1)).
fn schemes<'a>(challenges: impl Iterator<Item = &'a str>) -> Vec<String> {
    /// So many are named.
    const MOST: usize = 6;
    let mut schemes: Vec<String> = Vec::new();
    for challenge in challenges {
        // A comma ends a challenge or a parameter of one, which has a `=` after its name.
        for part in challenge.split(',') {
            let mut words = part.split_ascii_whitespace();
            let Some(name) = words.next() else { continue };
            let is_parameter = words.next().is_some_and(|word| word.starts_with('='));
            let is_name = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let is_known = schemes.iter().any(|known| known.eq_ignore_ascii_case(name));
            if is_name && !is_parameter && !is_known && schemes.len() < MOST {
                schemes.push(keep(name, 32, &[]));
            }
        }
    }
    schemes
}

/// Why a proxy made no connection.
#[derive(Debug)]
pub(super) enum ProxyRefusal {
    Status {
        status: u16,
        schemes: Vec<String>,
        location: Option<String>,
        had_password: bool,
    },
    Closed,
    NotHttp,
    TooLong,
    /// No TLS session with the proxy itself.
    Tls(rustls::Error),
}

impl ProxyRefusal {
    /// What to say of it, of a proxy and the host that it was asked for.
    pub(super) fn describe(&self, proxy: &str, host: &str) -> String {
        let (status, schemes, location, had_password) = match self {
            Self::Status {
                status,
                schemes,
                location,
                had_password,
            } => (*status, schemes, location, *had_password),
            Self::Closed => {
                return format!(
                    "the proxy {proxy} closed the connection instead of connecting to {host}: check HTTPS_PROXY, or ask who runs it"
                );
            }
            Self::NotHttp => {
                return format!(
                    "the proxy {proxy} does not speak HTTP: check host, port and scheme in HTTPS_PROXY (SOCKS is not supported)"
                );
            }
            Self::TooLong => {
                return format!(
                    "the proxy {proxy} sent too long an answer: check host and port in HTTPS_PROXY"
                );
            }
            Self::Tls(_) => {
                return format!("no TLS session with the proxy {proxy}: check HTTPS_PROXY");
            }
        };
        let has_basic = schemes.is_empty()
            || schemes
                .iter()
                .any(|scheme| scheme.eq_ignore_ascii_case("Basic"));
        match status {
            407 if !has_basic => format!(
                "the proxy {proxy} wants a login by {} (407), and only Basic is supported: ask who runs it for Basic, or use a local proxy that logs in",
                schemes.join(" or ")
            ),
            407 if had_password => format!(
                "the proxy {proxy} rejected the user name or password (407): correct USER:PASSWORD in HTTPS_PROXY, with special characters percent-encoded"
            ),
            407 => format!(
                "the proxy {proxy} wants a user name and password (407): write USER:PASSWORD@ before its host in HTTPS_PROXY"
            ),
            300..=399 | 511 => format!(
                "the proxy {proxy} wants a login on a web page first ({status}{}): open a page in a browser on this machine, or ask who runs the proxy",
                match location {
                    Some(location) => format!(", at {location}"),
                    None => String::new(),
                }
            ),
            400 | 404 | 405 | 501 => format!(
                "what is at {proxy} does not answer as a proxy does (status {status}): check host and port in HTTPS_PROXY, or ask who runs it"
            ),
            429 => format!("the proxy {proxy} has too many requests (429): try again later"),
            401 | 403 | 451 => format!(
                "the proxy {proxy} does not allow connections to {host} ({status}): ask who runs it to allow them, or name the host in NO_PROXY"
            ),
            502..=504 => format!(
                "the proxy {proxy} cannot reach {host} ({status}): check the host in the URL, or name it in NO_PROXY if it is reached without the proxy"
            ),
            _ => format!(
                "the proxy {proxy} did not connect to {host} (status {status}): ask who runs it, or name the host in NO_PROXY"
            ),
        }
    }
}

impl fmt::Display for ProxyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe("itself", "the host"))
    }
}

impl core::error::Error for ProxyRefusal {}

impl From<ProxyRefusal> for Error {
    fn from(refusal: ProxyRefusal) -> Self {
        Self::Other(Box::new(refusal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_of_challenges() {
        #[track_caller]
        fn check(challenges: &[&str], expected: &[&str]) {
            assert_eq!(schemes(challenges.iter().copied()), expected);
        }
        check(&[], &[]);
        check(&[""], &[]);
        check(&["Negotiate", "NTLM"], &["Negotiate", "NTLM"]);
        check(
            &["Negotiate, NTLM, Basic realm=\"x\""],
            &["Negotiate", "NTLM", "Basic"],
        );
        check(
            &["Digest realm=\"a\", qop=\"auth\", nonce=\"b==\""],
            &["Digest"],
        );
        check(&["Digest realm = \"a\", nonce = \"b\""], &["Digest"]);
        check(&["basic realm=x", "BASIC realm=y"], &["basic"]);
        check(&["NTLM TlRMTVNTUAABAAAA"], &["NTLM"]);
        check(&["a\u{1b}[31m, \u{202e}b"], &[]);
    }

    #[test]
    fn answers() {
        #[track_caller]
        fn check(head: &str, expected: Option<u16>) {
            assert_eq!(
                Answer::read(head.as_bytes()).map(|answer| answer.status),
                expected
            );
        }
        check("HTTP/1.1 200 Connection established\r\n\r\n", Some(200));
        check("HTTP/1.0 407\r\n\r\n", Some(407));
        check("HTTP/1.1 20x OK\r\n\r\n", None);
        check("HTTP/2 200\r\n\r\n", None);
        check("SSH-2.0-x\r\n\r\n", None);
        check("\r\n\r\n", None);
    }

    #[test]
    fn ends_of_heads() {
        for (input, end) in [
            ("HTTP/1.1 200 OK\r\n\r\n", Some(19)),
            ("HTTP/1.1 200 OK\n\n", Some(17)),
            ("HTTP/1.1 200 OK\n\nabc\r\n\r\n", Some(17)),
            ("HTTP/1.1 200 OK\r\n", None),
        ] {
            assert_eq!(end_of_head(input.as_bytes()), end);
        }
    }
}
