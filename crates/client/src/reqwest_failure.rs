//! What an error of `reqwest` means, in the words of the blocking transport.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokenring_oauth::{SecureUrl, TransportError, TransportErrorKind as Kind};

/// The system does not know a host.
#[derive(Debug)]
pub(crate) struct Unresolved;

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name is unknown")
    }
}

impl StdError for Unresolved {}

/// The proxy that a request went through.
pub(crate) struct UsedProxy {
    /// `HOST:PORT`.
    pub(crate) address: String,
    pub(crate) has_password: bool,
}

impl UsedProxy {
    /// Why there is no connection through it, as far as `reqwest` says.
    fn describe(&self, host: &str, error: &reqwest::Error) -> String {
        let proxy = &self.address;
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            match error.to_string().as_str() {
                "tunnel error: proxy authorization required" if self.has_password => {
                    return format!(
                        "the proxy {proxy} rejected the user name or password (407), or wants \
                         another login than Basic: correct USER:PASSWORD in HTTPS_PROXY, with \
                         special characters percent-encoded"
                    );
                }
                "tunnel error: proxy authorization required" => {
                    return format!(
                        "the proxy {proxy} wants a user name and password (407): write \
                         USER:PASSWORD@ before its host in HTTPS_PROXY"
                    );
                }
                "tunnel error: unsuccessful" => {
                    return format!(
                        "the proxy {proxy} did not connect to {host}: ask who runs it to allow \
                         the host, or name the host in NO_PROXY"
                    );
                }
                _ => next = error.source(),
            }
        }
        format!("no connection to the proxy {proxy}: check HTTPS_PROXY and ALL_PROXY")
    }
}

/// Says which step failed and what to do, without the URL: its query may hold secrets.
pub(crate) fn describe(
    url: &SecureUrl,
    proxy: Option<&UsedProxy>,
    limit: Duration,
    error: &reqwest::Error,
) -> TransportError {
    let host = match url.host().contains(':') {
        true => format!("[{}]:{}", url.host(), url.port()),
        false => format!("{}:{}", url.host(), url.port()),
    };
    let is_timeout = error.is_timeout();
    let is_connect = error.is_connect();
    let is_builder = error.is_builder();
    let socket = in_chain::<io::Error>(error);
    if let Some(failed) = socket.and_then(|socket| TransportError::of_tls(&host, socket)) {
        return failed;
    }
    let new = |kind, text: String| TransportError::new(kind, text);
    if is_timeout {
        let time = limit.as_millis();
        return new(
            Kind::TimedOut,
            format!(
                "no whole answer from {host} within {time} ms: try again, check host, port and \
                 firewall, or raise the time limit"
            ),
        );
    }
    if is_builder {
        return new(
            Kind::Other,
            "the request cannot be written as HTTP: check URL and headers".into(),
        );
    }
    if let (true, Some(proxy)) = (is_connect, proxy) {
        return new(Kind::Proxy, proxy.describe(&host, error));
    }
    if in_chain::<Unresolved>(error).is_some() {
        return new(
            Kind::NameResolution,
            format!(
                "the name of {host} is unknown: check its spelling, network and DNS, and whether \
                 a proxy is needed (HTTPS_PROXY)"
            ),
        );
    }
    let kind = socket.map(io::Error::kind);
    if is_connect && kind != Some(ErrorKind::UnexpectedEof) {
        return new(
            Kind::Connect,
            format!("no connection to {host}: check host and port, and that the server is running"),
        );
    }
    let hyper = in_chain::<hyper::Error>(error);
    if hyper.is_some_and(|error| error.is_parse() && error.to_string().contains("header")) {
        return new(
            Kind::Protocol,
            format!(
                "a header of {host}'s answer is malformed, such as by a space in its name or a \
                 second line: tell the server's operator"
            ),
        );
    }
    if hyper.is_some_and(hyper::Error::is_parse) {
        return new(
            Kind::Protocol,
            format!(
                "what {host} sends is not HTTP/1.1, or its headers are too large: check scheme and \
                 port of the URL"
            ),
        );
    }
    let is_cut = hyper.is_some_and(|error| error.is_incomplete_message() || error.is_closed())
        || matches!(
            kind,
            Some(
                ErrorKind::UnexpectedEof
                    | ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
            )
        );
    if is_cut {
        return new(
            Kind::Truncated,
            format!("{host} closed the connection before its answer was whole: try again"),
        );
    }
    new(Kind::Other, format!("the exchange with {host} failed"))
}

/// The first error of this type among an error and its causes.
fn in_chain<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
