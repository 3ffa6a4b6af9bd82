//! The way to the token endpoint: proxy, name, TLS; and the clock at its end.

use std::env;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{HttpRequest, SecureUrl, Transport, TransportErrorKind};

use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::options::ProxyOption;
use crate::request_plan::shown_url;
use crate::{Error, Parameter, Target, clock};

/// As the transport looks for them, the first that is not empty.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

impl Steps<'_> {
    /// Whether the token endpoint answers over HTTP, whatever it answers.
    pub(super) fn reach(&mut self, target: Option<&Target>) -> bool {
        let endpoint = target.and_then(|target| target.endpoint().token_endpoint().ok());
        let Some(url) = endpoint.map(|endpoint| endpoint.url()) else {
            let check = Check::blocked(CheckStep::Network, "no token endpoint is known");
            self.checks.push(check);
            return false;
        };
        let after_dns = [CheckStep::Tls, CheckStep::Clock];
        let after_proxy = [CheckStep::Dns, CheckStep::Tls, CheckStep::Clock];
        let (steps, why, first): (&[CheckStep], _, _) = match self.proxy(url) {
            Some(true) => {
                let text = "the proxy looks the name up";
                self.checks.push(Check::skipped(CheckStep::Dns, text));
                return self.connect(url);
            }
            Some(false) if self.look_up_name(url) => return self.connect(url),
            Some(false) => {
                let why = "there is no network, or no such host";
                (&after_dns, why, CheckStep::Dns)
            }
            None => (&after_proxy, "the proxy cannot be used", CheckStep::Proxy),
        };
        let remedy = CheckRemedy::FixFirst(first);
        let blocked = steps
            .iter()
            .map(|step| Check::blocked_by(*step, why, remedy.clone()));
        self.checks.extend(blocked);
        false
    }

    /// Whether there is one in between, if that is known.
    fn proxy(&mut self, url: &SecureUrl) -> Option<bool> {
        const STEP: CheckStep = CheckStep::Proxy;
        let named = match self.proxy {
            ProxyOption::Environment => proxy_variable(),
            ProxyOption::Url(address) => Some((None, shown_proxy(address))),
            ProxyOption::None => None,
        };
        let Some((variable, address)) = named else {
            self.checks.push(Check::ok(STEP, "none"));
            return Some(false);
        };
        let is_local = !url.is_https() || url.is_loopback();
        let (text, is_used) = match (self.connection.api.proxy_for(url), variable) {
            (Ok(Some(proxy)), Some(variable)) => (format!("{proxy}, from {variable}"), true),
            (Ok(Some(proxy)), None) => (format!("{proxy}, as given"), true),
            (Ok(None), variable) => {
                let named = match variable {
                    Some(variable) => format!("{variable} names {address}"),
                    None => format!("{address} is given"),
                };
                let text = match is_local {
                    true => format!("{named}, and this machine is reached without it"),
                    false => format!("{named}, with an exception for {}", url.host()),
                };
                (text, false)
            }
            (Err(error), variable) => {
                self.checks.push(match variable {
                    Some(variable) => {
                        Check::failure(STEP, error.to_string(), CheckRemedy::CorrectProxy(variable))
                    }
                    None => Check::failed(STEP, Error::invalid(Parameter::Proxy, error)),
                });
                return None;
            }
        };
        self.checks.push(Check::ok(STEP, text));
        Some(is_used)
    }

    /// Looks the host's name up, as a request does.
    fn look_up_name(&mut self, url: &SecureUrl) -> bool {
        const STEP: CheckStep = CheckStep::Dns;
        let (check, is_found) = match self.connection.api.resolve(url) {
            Ok(addresses) => {
                let mut shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                shown.sort_unstable();
                shown.dedup();
                let text = format!("{} is {}", url.host(), shown.join(", "));
                (Check::ok(STEP, text), true)
            }
            Err(error) => {
                let remedy = CheckRemedy::CheckHost;
                (Check::failure(STEP, error.to_string(), remedy), false)
            }
        };
        self.checks.push(check);
        is_found
    }

    /// Asks the endpoint without an assertion: any answer shows that the way is free.
    fn connect(&mut self, url: &SecureUrl) -> bool {
        let response = match self.connection.api.send(HttpRequest::get(url)) {
            Ok(response) => response,
            Err(source) => {
                let is_tls = matches!(
                    source.kind(),
                    TransportErrorKind::Tls | TransportErrorKind::UntrustedAuthority
                );
                let step = match is_tls {
                    true => CheckStep::Tls,
                    false => CheckStep::Connection,
                };
                let error = Error::Unreachable {
                    url: shown_url(url.as_str()),
                    source: std::sync::Arc::new(source),
                };
                self.checks.push(Check::failed(step, error));
                self.checks.push(Check::blocked_by(
                    CheckStep::Clock,
                    "the token endpoint was not reached",
                    CheckRemedy::FixFirst(step),
                ));
                return false;
            }
        };
        let text = match url.is_https() {
            true => format!(
                "{} is who it says, by an authority that is trusted here",
                url.host()
            ),
            false => "none: plain http, which stays on this machine".to_owned(),
        };
        self.checks.push(Check::ok(CheckStep::Tls, text));
        self.checks.push(compare_clocks(response.date()));
        true
    }
}

/// The variable that names a proxy, and which.
fn proxy_variable() -> Option<(Option<&'static str>, String)> {
    PROXIES.iter().find_map(|name| {
        let value = env::var_os(name)?.to_string_lossy().into_owned();
        (!value.trim().is_empty()).then(|| (Some(*name), shown_proxy(&value)))
    })
}

/// A proxy's address without its password.
fn shown_proxy(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    host.split('/').next().unwrap_or(host).trim().to_owned()
}

fn compare_clocks(server: Option<NumericDate>) -> Check {
    const STEP: CheckStep = CheckStep::Clock;
    /// A Date has whole seconds, and an answer takes its time.
    const UNAVOIDABLE: u64 = 2;
    /// From here on servers reject that are strict.
    const HARMLESS: u64 = 5;
    /// From here on most servers reject.
    const SERIOUS: u64 = 60;
    let (Some(server), Ok(own)) = (server, clock::now()) else {
        return Check::skipped(STEP, "the server tells no time");
    };
    let (own, server) = (own.as_seconds(), server.as_seconds());
    let way = if own > server { "ahead of" } else { "behind" };
    let seconds = own.abs_diff(server);
    let text = format!("this machine's clock is {seconds} s {way} the server's");
    if seconds <= UNAVOIDABLE {
        Check::ok(STEP, "agrees with the server's")
    } else if seconds <= HARMLESS {
        Check::ok(STEP, text)
    } else if seconds <= SERIOUS {
        Check::warning(STEP, text, CheckRemedy::CorrectClock)
    } else {
        Check::failure(STEP, text, CheckRemedy::CorrectClock)
    }
}
