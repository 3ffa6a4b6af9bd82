//! The way to the token endpoint: proxy, name, TLS; and the clock at its end.

use std::env;

use tokenring_oauth::{HttpRequest, SecureUrl, Transport, TransportErrorKind, UreqTransport};

use super::report::{Check, Report};
use crate::ExitCode;
use crate::clock;
use crate::connection;

/// As the transport looks for them, the first that is not empty.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Whether the endpoint answers over HTTP, whatever it answers.
pub(super) fn reach(url: &SecureUrl, transport: &UreqTransport, report: &mut Report) -> bool {
    let blocked = match proxy(url, transport, report) {
        Some(true) => {
            report.add(Check::skipped("dns", "the proxy looks the name up"));
            None
        }
        Some(false) if resolve(url, transport, report) => None,
        Some(false) => Some((
            &["tls", "clock"][..],
            "there is no network, or no such host",
            "dns",
        )),
        None => Some((
            &["dns", "tls", "clock"][..],
            "the proxy cannot be used",
            "proxy",
        )),
    };
    let Some((names, why, first)) = blocked else {
        return connect(url, transport, report);
    };
    for name in names {
        report.add(Check::blocked(name, why, format!("Mend {first} first.")));
    }
    false
}

/// Whether there is one in between, if that is known.
fn proxy(url: &SecureUrl, transport: &UreqTransport, report: &mut Report) -> Option<bool> {
    const NAME: &str = "proxy";
    let set = PROXIES.iter().find_map(|name| {
        let value = env::var_os(name)?.to_string_lossy().into_owned();
        (!value.trim().is_empty()).then_some((name, value))
    });
    let Some((variable, address)) = set else {
        report.add(Check::ok(NAME, "none"));
        return Some(false);
    };
    let shown = shown(&address);
    let text = match transport.proxy_for(url) {
        Ok(Some(proxy)) => {
            report.add(Check::ok(NAME, format!("{proxy}, from {variable}")));
            return Some(true);
        }
        Ok(None) if !url.is_https() || url.is_loopback() => {
            format!("{variable} names {shown}, and this machine is reached without it")
        }
        Ok(None) => format!(
            "{variable} names {shown}, with an exception for {}",
            url.host()
        ),
        Err(error) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Unreachable,
                error.to_string(),
                format!("Correct {variable} or NO_PROXY, or remove the variable."),
            ));
            return None;
        }
    };
    report.add(Check::ok(NAME, text));
    Some(false)
}

/// A proxy's address without its password.
fn shown(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split('/').next().unwrap_or(host).trim().to_owned()
}

/// Looks the host's name up, as a request does.
fn resolve(url: &SecureUrl, transport: &UreqTransport, report: &mut Report) -> bool {
    const NAME: &str = "dns";
    match transport.resolve(url) {
        Ok(addresses) => {
            let mut shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            shown.sort_unstable();
            shown.dedup();
            let text = format!("{} is {}", url.host(), shown.join(", "));
            report.add(Check::ok(NAME, text));
            true
        }
        Err(error) => {
            report.add(Check::failure(
                NAME,
                ExitCode::Unreachable,
                error.to_string(),
                "Check the host's name, and whether this machine has a network and a resolver.",
            ));
            false
        }
    }
}

/// Asks the endpoint without an assertion: any answer shows that the way is free.
fn connect(url: &SecureUrl, transport: &UreqTransport, report: &mut Report) -> bool {
    const NAME: &str = "tls";
    let response = match transport.send(HttpRequest::get(url)) {
        Ok(response) => response,
        Err(error) => {
            let failure = connection::unreachable(&error);
            let is_tls = matches!(
                error.kind(),
                TransportErrorKind::Tls | TransportErrorKind::UntrustedAuthority
            );
            let name = if is_tls { NAME } else { "connection" };
            report.add(Check::failed(name, &failure));
            report.add(Check::blocked(
                "clock",
                "the token endpoint was not reached",
                format!("Mend {name} first."),
            ));
            return false;
        }
    };
    report.add(Check::ok(
        NAME,
        if url.is_https() {
            format!(
                "{} is who it says, by an authority that is trusted here",
                url.host()
            )
        } else {
            "none: plain http, which stays on this machine".to_owned()
        },
    ));
    report.add(clock(response.date()));
    true
}

fn clock(server: Option<tokenring_assertion::NumericDate>) -> Check {
    const NAME: &str = "clock";
    /// A Date has whole seconds, and an answer takes its time.
    const UNAVOIDABLE: u64 = 2;
    /// From here on servers refuse that are strict.
    const HARMLESS: u64 = 5;
    /// From here on most servers refuse.
    const SERIOUS: u64 = 60;
    let (Some(server), Ok(own)) = (server, clock::now()) else {
        return Check::skipped(NAME, "the server tells no time");
    };
    let (own, server) = (own.as_seconds(), server.as_seconds());
    let way = if own > server { "ahead of" } else { "behind" };
    let remedy = "Set the clock right, with NTP for instance, or use --clock-skew auto.";
    let seconds = own.abs_diff(server);
    let text = format!("this machine's clock is {seconds} s {way} the server's");
    if seconds <= UNAVOIDABLE {
        Check::ok(NAME, "agrees with the server's")
    } else if seconds <= HARMLESS {
        Check::ok(NAME, text)
    } else if seconds <= SERIOUS {
        Check::warning(NAME, text, remedy)
    } else {
        Check::failure(NAME, ExitCode::Configuration, text, remedy)
    }
}
