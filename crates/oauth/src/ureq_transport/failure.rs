use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::time::Instant;

use ureq::Timeout;

use super::exchange::Limits;
use super::proxy_tunnel::ProxyRefusal;
use super::resolver::{NoThread, has_no_descriptor};
use super::scheme_mismatch::SchemeMismatch;
use super::tls_failure;
use crate::{SecureUrl, TransportError, TransportErrorKind as Kind, tls_port};

/// Tells an error of `ureq` in our words: which step failed, between whom, and
/// what to do about it.
///
/// `ureq` gives no `source()`, and what it wraps has to be looked for.
pub(super) struct Failure {
    host: String,
    /// Who is talked to: the host, and the proxy on the way.
    peer: String,
    proxy: Option<String>,
    is_https: bool,
    total: Option<Duration>,
    started: Instant,
}

impl Failure {
    pub(super) fn new(url: &SecureUrl, proxy: Option<&ureq::Proxy>, limits: Limits) -> Self {
        let host = if url.host().contains(':') {
            format!("[{}]:{}", url.host(), url.port())
        } else {
            format!("{}:{}", url.host(), url.port())
        };
        // Without the password that stands in its URL.
        let proxy = proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port()));
        Self {
            peer: match &proxy {
                Some(proxy) => format!("{host} (through the proxy {proxy})"),
                None => host.clone(),
            },
            host,
            proxy,
            is_https: url.is_https(),
            total: limits.total,
            started: Instant::now(),
        }
    }

    pub(super) fn timed_out(&self) -> TransportError {
        let host = &self.peer;
        TransportError::new(
            Kind::TimedOut,
            match self.total {
                Some(total) => format!(
                    "no whole answer from {host} within {:?}: try again, check host, port and firewall, or raise the time limit",
                    rounded(total)
                ),
                None => format!("{host} stopped answering: try again, or raise the time limit"),
            },
        )
    }

    /// An error on the way to status and headers.
    pub(super) fn before_body(&self, error: ureq::Error) -> TransportError {
        let mismatch = match &error {
            ureq::Error::Other(error) => error.downcast_ref(),
            _ => None,
        };
        if let Some(SchemeMismatch::HandshakeUnanswered) = mismatch {
            return self.anywhere(error);
        }
        // A connection that the watchdog cut looks as if the proxy had.
        if self
            .total
            .is_some_and(|total| self.started.elapsed() >= total)
        {
            return self.timed_out();
        }
        let host = &self.peer;
        let closed = || {
            TransportError::new(
                Kind::Truncated,
                format!(
                    "{host} closed the connection before it answered: try again, and check that the port is right{}",
                    match self.is_https {
                        true => "",
                        false => " (https:// in the URL if it expects TLS)",
                    }
                ),
            )
        };
        match error {
            ureq::Error::Io(error) if is_end(&error) => caused(closed(), error),
            error => self.anywhere(error),
        }
    }

    /// An error while the body is read. `ureq` hides its own in this one.
    pub(super) fn during_body(&self, error: io::Error) -> TransportError {
        let host = &self.peer;
        match ureq::Error::from(error) {
            ureq::Error::Io(error) if is_end(&error) => TransportError::new(
                Kind::Truncated,
                format!("{host} closed the connection in the midst of its answer: try again"),
            ),
            error => self.anywhere(error),
        }
    }

    fn anywhere(&self, error: ureq::Error) -> TransportError {
        let (host, peer) = (&self.host, &self.peer);
        match error {
            ureq::Error::Timeout(Timeout::Resolve) => TransportError::new(
                Kind::NameResolution,
                format!("the name of {host} was not resolved in time: check network and DNS"),
            ),
            ureq::Error::Timeout(Timeout::Connect) => TransportError::new(
                Kind::TimedOut,
                format!(
                    "no connection to {host} in time: check host, port and firewall, and whether a proxy is needed (HTTPS_PROXY)"
                ),
            ),
            ureq::Error::Timeout(_) => self.timed_out(),
            ureq::Error::HostNotFound => self.unresolved(),
            ureq::Error::Io(error) => self.io(error),
            ureq::Error::Rustls(error) => tls_failure::describe(peer, &error),
            ureq::Error::Tls(_) | ureq::Error::TlsRequired | ureq::Error::Pem(_) => {
                TransportError::new(
                    Kind::Tls,
                    format!("no TLS session with {peer}: check the URL"),
                )
            }
            ureq::Error::LargeResponseHeader(..) => TransportError::new(
                Kind::TooLarge,
                format!("the headers of {host}'s answer are too large: check the URL"),
            ),
            ureq::Error::Other(error) => match error.downcast::<SchemeMismatch>() {
                Ok(mismatch) => self.mismatched(*mismatch),
                Err(error) => match error.downcast_ref() {
                    Some(refusal) => self.proxy_refused(refusal),
                    None => self.failed(),
                },
            },
            ureq::Error::ConnectionFailed => self.unconnected(Kind::Connect),
            // The latter: what is read fills the room for it, and makes no sense yet.
            ureq::Error::Protocol(error) => self.protocol(&error.to_string()),
            ureq::Error::BodyStalled => self.not_http(),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => TransportError::new(
                Kind::Other,
                "the request cannot be written as HTTP: check URL and headers",
            ),
            _ => self.failed(),
        }
    }

    fn failed(&self) -> TransportError {
        let text = format!("the exchange with {} failed", self.host);
        TransportError::new(Kind::Other, text)
    }

    fn io(&self, error: io::Error) -> TransportError {
        let (host, peer) = (&self.host, &self.peer);
        if let Some(inner) = error.get_ref() {
            if let Some(inner) = inner.downcast_ref::<rustls::Error>() {
                return tls_failure::describe(peer, inner);
            }
            if let Some(inner) = inner.downcast_ref::<RequestBodyFailure>() {
                return TransportError::new(Kind::RequestBody, inner.to_string());
            }
            if inner.is::<NoThread>() {
                return TransportError::new(
                    Kind::ProcessLimit,
                    format!(
                        "cannot start a thread for the request to {host}: raise the limit on processes (ulimit -u, or pids.max of the container), or free memory"
                    ),
                );
            }
        }
        let failed = match error.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::PermissionDenied => self.unconnected(Kind::Connect),
            // The last address is of a kind that this machine has none of, and
            // the system's words would hide that another one refused.
            ErrorKind::AddrNotAvailable => return self.unconnected(Kind::Connect),
            ErrorKind::TimedOut => self.timed_out(),
            _ if is_end(&error) => TransportError::new(
                Kind::Truncated,
                format!("{peer} closed the connection: try again"),
            ),
            _ if has_no_descriptor(&error) => TransportError::new(
                Kind::ProcessLimit,
                format!(
                    "too many open files to connect to {host}: close some, or raise the limit (ulimit -n)"
                ),
            ),
            _ if is_unresolved(&error) => self.unresolved(),
            _ => self.failed(),
        };
        caused(failed, error)
    }

    fn unresolved(&self) -> TransportError {
        match &self.proxy {
            Some(proxy) => TransportError::new(
                Kind::Proxy,
                format!(
                    "the name of the proxy {proxy} is unknown: check HTTPS_PROXY and ALL_PROXY"
                ),
            ),
            None => TransportError::new(
                Kind::NameResolution,
                format!(
                    "the name of {} is unknown: check its spelling, network and DNS, and whether a proxy is needed (HTTPS_PROXY)",
                    self.host
                ),
            ),
        }
    }

    fn unconnected(&self, kind: Kind) -> TransportError {
        match &self.proxy {
            Some(proxy) => TransportError::new(
                Kind::Proxy,
                format!("no connection to the proxy {proxy}: check HTTPS_PROXY and ALL_PROXY"),
            ),
            None => TransportError::new(
                kind,
                format!(
                    "no connection to {}: check host and port, and that the server is running",
                    self.host
                ),
            ),
        }
    }

    /// What is wrong with an answer, given the words of the parser.
    fn protocol(&self, reason: &str) -> TransportError {
        let host = &self.host;
        let text = if reason.contains("too many headers") {
            format!("{host}'s answer has more than 100 headers: tell the server's operator")
        } else if reason.contains("invalid header") {
            format!(
                "a header of {host}'s answer is malformed, such as by a space in its name or a second line: tell the server's operator"
            )
        } else {
            return self.not_http();
        };
        TransportError::new(Kind::Protocol, text)
    }

    fn not_http(&self) -> TransportError {
        let host = &self.host;
        TransportError::new(
            Kind::Protocol,
            match &self.proxy {
                Some(proxy) => format!(
                    "what {host} or the proxy {proxy} sends is not HTTP/1.1: check URL and HTTPS_PROXY"
                ),
                None => {
                    format!("what {host} sends is not HTTP/1.1: check scheme and port of the URL")
                }
            },
        )
    }

    fn mismatched(&self, mismatch: SchemeMismatch) -> TransportError {
        const ADVICE: &str = "check scheme and port of the URL, and what stands in between";
        let peer = &self.peer;
        match mismatch {
            SchemeMismatch::TlsAlert => tls_port::expected(&self.host),
            SchemeMismatch::HandshakeClosed(error) => {
                let text = format!("{peer} closed the connection in the TLS handshake: {ADVICE}");
                let failed = TransportError::new(Kind::Truncated, text);
                match error {
                    Some(error) => failed.with_source(error),
                    None => failed,
                }
            }
            SchemeMismatch::HandshakeUnanswered => TransportError::new(
                Kind::TimedOut,
                format!("{peer} did not complete the TLS handshake in time: {ADVICE}"),
            ),
        }
    }

    fn proxy_refused(&self, refusal: &ProxyRefusal) -> TransportError {
        let proxy = self.proxy.as_deref().unwrap_or_default();
        match refusal {
            ProxyRefusal::Tls(error) => {
                let described = tls_failure::describe(proxy, error);
                let text = format!("no TLS session with the proxy: {described}");
                TransportError::new(Kind::Proxy, text)
            }
            ProxyRefusal::NotHttp => {
                let text = refusal.describe(proxy, &self.host);
                TransportError::new(Kind::Protocol, text)
            }
            _ => TransportError::new(Kind::Proxy, refusal.describe(proxy, &self.host)),
        }
    }
}

/// What kept the body of a request from being read.
#[derive(Debug)]
pub(super) enum RequestBodyFailure {
    Unreadable(io::Error),
    TooShort,
}

impl fmt::Display for RequestBodyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "the body of the request cannot be read: {error}"),
            Self::TooShort => {
                f.write_str("the body of the request is shorter than was announced: try again")
            }
        }
    }
}

impl core::error::Error for RequestBodyFailure {}

impl From<RequestBodyFailure> for io::Error {
    fn from(failure: RequestBodyFailure) -> Self {
        Self::other(failure)
    }
}

/// An error with its cause in the words of the system. Those of a library are not for people.
fn caused(failed: TransportError, error: io::Error) -> TransportError {
    match error.raw_os_error().is_some() || is_unresolved(&error) {
        true => failed.with_source(error),
        false => failed,
    }
}

pub(super) fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
    )
}

/// The standard library has no kind for a name that cannot be resolved.
fn is_unresolved(error: &io::Error) -> bool {
    /// `WSAHOST_NOT_FOUND` to `WSANO_DATA` of Windows.
    const WINDOWS: core::ops::RangeInclusive<i32> = 11_001..=11_004;
    error.to_string().starts_with("failed to lookup address")
        || (cfg!(windows)
            && error
                .raw_os_error()
                .is_some_and(|code| WINDOWS.contains(&code)))
}

/// A limit as a person reads it: what is left of 2 s is 2 s still.
fn rounded(limit: Duration) -> Duration {
    const TENTH: u128 = 100;
    let tenths = (limit.as_millis() + TENTH / 2) / TENTH;
    match u64::try_from(tenths.saturating_mul(TENTH)) {
        Ok(milliseconds) if milliseconds >= 1000 => Duration::from_millis(milliseconds),
        // A limit below a millisecond is one all the same.
        _ if limit.subsec_millis() > 0 => Duration::from_millis(limit.subsec_millis().into()),
        _ => limit,
    }
}
