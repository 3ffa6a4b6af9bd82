//! What an error of `reqwest` means, in the words of the blocking transport.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tokenring_oauth::{SecureUrl, TransportError, TransportErrorKind as Kind};

/// The system does not know a host.
#[derive(Debug)]
pub(crate) struct Unresolved(pub(crate) io::Error);

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name is unknown")
    }
}

impl StdError for Unresolved {}

/// Whether a proxy makes no connection because it wants another login, as far as `reqwest` says.
pub(crate) fn is_proxy_login(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if error.to_string() == "tunnel error: proxy authorization required" {
            return true;
        }
        next = error.source();
    }
    false
}

/// Says which step failed and what to do, without the URL: its query may hold secrets.
pub(crate) fn describe(
    url: &SecureUrl,
    proxy: Option<&str>,
    limit: Duration,
    error: &reqwest::Error,
) -> TransportError {
    let host = match url.host().contains(':') {
        true => format!("[{}]:{}", url.host(), url.port()),
        false => format!("{}:{}", url.host(), url.port()),
    };
    // As the blocking transport says it.
    let peer = match proxy {
        Some(proxy) => format!("{host} (through the proxy {proxy})"),
        None => host.clone(),
    };
    let is_timeout = error.is_timeout();
    let is_connect = error.is_connect();
    let is_builder = error.is_builder();
    let socket = in_chain::<io::Error>(error);
    if let Some(failed) = socket.and_then(|socket| TransportError::of_tls(&peer, socket)) {
        return failed;
    }
    let new = |kind, text: String| TransportError::new(kind, text);
    if is_timeout {
        let time = limit.as_millis();
        return new(
            Kind::TimedOut,
            format!(
                "no whole answer from {peer} within {time} ms: try again, check host, port and \
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
    if let Some(Unresolved(cause)) = in_chain(error) {
        let failed = new(
            Kind::NameResolution,
            format!(
                "the name of {host} is unknown: check its spelling, network and DNS, and whether \
                 a proxy is needed (HTTPS_PROXY)"
            ),
        );
        return failed.with_source(io::Error::new(cause.kind(), cause.to_string()));
    }
    let kind = socket.map(io::Error::kind);
    if is_connect && kind != Some(ErrorKind::UnexpectedEof) {
        if let Some(proxy) = proxy {
            // The proxy connects now, which it did not just before.
            let text = format!("the proxy {proxy} did not connect to {host}: try again");
            return new(Kind::Proxy, text);
        }
        let failed = new(
            Kind::Connect,
            format!("no connection to {host}: check host and port, and that the server is running"),
        );
        return match socket.and_then(io::Error::raw_os_error) {
            Some(code) => failed.with_source(io::Error::from_raw_os_error(code)),
            None => failed,
        };
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
            format!(
                "{peer} closed the connection before its answer was whole: try again{}",
                match url.is_https() {
                    true => "",
                    false => ", and check the port (https:// in the URL if it expects TLS)",
                }
            ),
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
