use std::fmt;
use std::net::SocketAddr;

use clap::Arg;
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::Faults;

use super::help::WHO;
use super::{Effective, Field, GatewayChoice, Row, Value, options};
use crate::failure::{Reason, Result, chain};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

options! {
    /// The gateway that is to be, where it listens and whom it knows.
    struct MockOptions {
        choice: GatewayChoice;
        /// Issuer of the authorization server [default: the gateway's]
        issuer: Option<Setting<String>> = "issuer" "URL" in WHO, by issuer;
        /// A client and its JWK Set; can be repeated
        clients: Vec<MockClient> = "client" "CLIENT_ID=FILE|URL";
        /// Clients with their registrations, in TOML or JSON
        client_file: Option<Setting<String>> = "clients" "FILE";
        /// What goes wrong: 429, 503, slow, drop, clock=SECONDS, rate, jwks-down, by commas
        faults: Option<Setting<FaultList>> = "fault" "LIST";
        /// Where to listen; port 0 takes a free one [default: 127.0.0.1:0]
        listen: Setting<SocketAddr> = "listen" "ADDRESS:PORT", or
            SocketAddr::from(([127, 0, 0, 1], 0));
        /// Permit an address that other machines can reach
        allows_remote: bool = "allow-remote";
        explanation: Option<Effective>;
    }
}

/// What goes wrong, and how that was written.
#[derive(Clone, Debug)]
pub(crate) struct FaultList {
    pub(crate) faults: Faults,
    text: String,
}

/// A client, and the file or URL of its JWK Set.
#[derive(Clone, Debug)]
pub(crate) struct MockClient {
    pub(crate) id: String,
    pub(crate) source: Setting<String>,
}

/// As the option has it.
impl fmt::Display for MockClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.id, self.source.value())
    }
}

impl Value for FaultList {
    fn parse(text: &str) -> Result<Self, Reason> {
        let faults = text.parse::<Faults>();
        Ok(Self {
            faults: faults.map_err(|error| Reason::new(chain(&error)))?,
            text: text.to_owned(),
        })
    }

    fn shown(&self) -> String {
        self.text.clone()
    }
}

impl Value for SocketAddr {
    fn parse(text: &str) -> Result<Self, Reason> {
        text.parse().map_err(|_| {
            Reason::new(format!(
                "{text:?} is no address and port; write it as 127.0.0.1:8080"
            ))
        })
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

fn issuer(issuer: &str) -> Result<String, Reason> {
    let authority = issuer.split_once("://").map(|(_, rest)| rest);
    let authority = authority.and_then(|rest| rest.split(['/', '?', '#']).next());
    match authority {
        Some(authority) if authority.contains('@') => Err(Reason::new(
            "a URL with a user name or password is not taken; leave that out",
        )),
        _ => Ok(issuer.to_owned()),
    }
}

impl Field for Vec<MockClient> {
    fn arguments(row: &Row) -> Vec<Arg> {
        vec![row.repeatable()]
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        let clients = settings.list(name)?.into_iter();
        let clients = clients.map(|client| {
            let parts = client.parse(name, |text| match text.split_once('=') {
                Some((id, source)) if !id.is_empty() && !source.is_empty() => {
                    Ok((id.to_owned(), source.to_owned()))
                }
                _ => Err(Reason::new("write it as CLIENT_ID=FILE or CLIENT_ID=URL")),
            })?;
            let origin = parts.origin().clone();
            let (id, source) = parts.into_value();
            Ok(MockClient {
                id,
                source: Setting::new(source, origin),
            })
        });
        clients.collect()
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        for client in self {
            effective.add(name, client, client.source.origin().clone());
        }
    }
}

impl MockOptions {
    /// The gateway that is to be.
    pub(crate) fn gateway(&self) -> Setting<String> {
        Setting::or(self.choice.gateway.clone(), "nhs".into())
    }

    /// Adds what was not given.
    pub(crate) fn add_defaults(&self, gateway: &Gateway, effective: &mut Effective) {
        effective.add_given("gateway", Some(&self.gateway()));
        if let Some(flow) = gateway.flow() {
            effective.add_default("flow", flow, Origin::Gateway(gateway.name().into()));
        }
    }
}
