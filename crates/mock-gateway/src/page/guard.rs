use std::net::IpAddr;

use hyper::Request;
use hyper::header::{HOST, HeaderName, ORIGIN};

use crate::header::only_value;

/// What a browser says of where a request comes from: W3C Fetch Metadata.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the request is one that a person on this machine has sent.
///
/// A web page elsewhere can have its host name lead here (DNS rebinding), and then counts as the
/// same origin to the browser. It cannot keep that name out of the `Host` header.
pub(crate) fn admits<B>(request: &Request<B>) -> bool {
    let authority = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => only_value(request.headers(), &HOST),
    };
    authority.is_some_and(|own| is_own(own) && is_same_origin(request, own))
        && is_same_site(request)
}

/// Whether the request names no origin, or this one: a browser that knows no Fetch Metadata says
/// with it which web page asks.
fn is_same_origin<B>(request: &Request<B>, own: &str) -> bool {
    if !request.headers().contains_key(&ORIGIN) {
        return true;
    }
    let origin = only_value(request.headers(), &ORIGIN);
    let authority = origin.and_then(|origin| origin.split_once("://"));
    authority.is_some_and(|(scheme, authority)| {
        matches!(scheme, "http" | "https") && authority.eq_ignore_ascii_case(own)
    })
}

fn is_same_site<B>(request: &Request<B>) -> bool {
    if !request.headers().contains_key(&FETCH_SITE) {
        return true;
    }
    // A link from elsewhere may open the page: what it shows stays with the person. It may not
    // load anything of it.
    let is_page = request.uri().path() == "/";
    let site = only_value(request.headers(), &FETCH_SITE);
    is_page || matches!(site, Some("same-origin" | "none"))
}

/// Whether a host is loopback's name or an address in digits, with or without a port.
fn is_own(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, "")) => host,
            Some((host, port)) if is_port(port) => host,
            _ => return false,
        },
        None => match authority.find(':') {
            Some(colon) => match authority.split_at(colon) {
                (host, port) if is_port(port) => host,
                _ => return false,
            },
            None => authority,
        },
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok()
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|digits| digits.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_names() {
        for own in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "localhost",
            "LOCALHOST:1",
            "[::1]",
            "[::1]:8080",
            "192.0.2.1:80",
        ] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "",
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhost:80:80",
            "localhost:x",
            "[::1",
            "[::1]x",
            "[evil]",
            "user@127.0.0.1",
            "localhost.",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }
}
