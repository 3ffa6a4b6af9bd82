//! The way to the token endpoint: proxy, name, TLS; and the clock at its end.

use std::env;
use std::net::ToSocketAddrs;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokenring_oauth::{HttpRequest, SecureUrl, Transport, TransportErrorKind, UreqTransport};

use super::report::{Check, Report};
use crate::ExitCode;
use crate::clock;
use crate::connection;

/// As the transport looks for them, the first that is not empty.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Whether the endpoint answers over HTTP, whatever it answers.
pub(super) fn reach(
    url: &SecureUrl,
    transport: &UreqTransport,
    timeout: Duration,
    report: &mut Report,
) -> bool {
    let is_proxied = proxy(url, report);
    if is_proxied {
        report.add(Check::skipped("dns", "the proxy looks the name up"));
    } else if !resolve(url, timeout, report) {
        for name in ["tls", "clock"] {
            report.add(Check::blocked(
                name,
                "there is no network, or no such host",
                "Mend dns first.",
            ));
        }
        return false;
    }
    connect(url, transport, report)
}

fn proxy(url: &SecureUrl, report: &mut Report) -> bool {
    const NAME: &str = "proxy";
    let set = |name: &&str| env::var(name).is_ok_and(|value| !value.trim().is_empty());
    let Some(variable) = PROXIES.iter().find(|name| set(name)) else {
        report.add(Check::ok(NAME, "none"));
        return false;
    };
    let address = env::var(variable).unwrap_or_default();
    let shown = shown(&address);
    if !url.is_https() || url.is_loopback() {
        let text = format!("{variable} names {shown}, and this machine is reached without it");
        report.add(Check::ok(NAME, text));
        return false;
    }
    let exceptions = ["no_proxy", "NO_PROXY"];
    let exceptions = exceptions.iter().find(|name| set(name));
    let is_bypassed = exceptions.is_some_and(|name| {
        let list = env::var(name).unwrap_or_default();
        let mut entries = list
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty());
        entries.any(|entry| {
            let entry = entry.trim_start_matches('.');
            let host = url.host();
            entry == "*" || host == entry || host.ends_with(&format!(".{entry}"))
        })
    });
    if is_bypassed {
        let text = format!(
            "{variable} names {shown}, with an exception for {}",
            url.host()
        );
        report.add(Check::ok(NAME, text));
        return false;
    }
    report.add(Check::ok(NAME, format!("{shown}, from {variable}")));
    true
}

/// A proxy's address without its password.
fn shown(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split('/').next().unwrap_or(host).trim().to_owned()
}

/// Looks the host's name up, for no longer than a request may take.
fn resolve(url: &SecureUrl, timeout: Duration, report: &mut Report) -> bool {
    const NAME: &str = "dns";
    let host = url.host().trim_matches(['[', ']']).to_owned();
    let port = url.port();
    let (sender, receiver) = mpsc::channel();
    let name = host.clone();
    // A resolver knows no time limit of ours; the thread ends with the process.
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs();
        let found = found.map(|addresses| addresses.map(|found| found.ip()).collect::<Vec<_>>());
        let _ = sender.send(found);
    });
    let remedy = "Check the host's name, and whether this machine has a network and a resolver.";
    match receiver.recv_timeout(timeout) {
        Ok(Ok(addresses)) if !addresses.is_empty() => {
            let mut shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            shown.sort_unstable();
            shown.dedup();
            report.add(Check::ok(NAME, format!("{host} is {}", shown.join(", "))));
            true
        }
        Ok(_) => {
            let text = format!("{host} has no address that this machine can find");
            report.add(Check::failure(NAME, ExitCode::Unreachable, text, remedy));
            false
        }
        Err(_) => {
            let text = format!("{host} was not found within {} s", timeout.as_secs());
            report.add(Check::failure(NAME, ExitCode::Unreachable, text, remedy));
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
