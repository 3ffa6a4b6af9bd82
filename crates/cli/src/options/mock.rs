use std::fmt;
use std::net::SocketAddr;

use tokenring_gateway::Gateway;
use tokenring_mock_gateway::Faults;

use super::Effective;
use crate::failure::{Reason, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// The gateway that is to be, where it listens and whom it knows.
#[derive(Clone, Debug)]
pub(crate) struct MockOptions {
    pub(crate) listen: Setting<SocketAddr>,
    pub(crate) gateway: Setting<String>,
    pub(crate) flow: Option<Setting<String>>,
    pub(crate) environment: Option<Setting<String>>,
    pub(crate) variables: Vec<(String, Setting<String>)>,
    pub(crate) issuer: Option<Setting<String>>,
    pub(crate) faults: Option<Setting<Faults>>,
    /// The faults as they were written.
    fault_list: Option<Setting<String>>,
    pub(crate) clients: Vec<MockClient>,
    /// A file with clients and their registrations.
    pub(crate) client_file: Option<Setting<String>>,
    pub(crate) allows_remote: bool,
    pub(crate) explanation: Option<Effective>,
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

impl Settings<'_> {
    pub(crate) fn mock_options(&self) -> Result<MockOptions> {
        let default = || Origin::Default("default".into());
        let listen = self.parsed("listen", |text| {
            text.parse().map_err(|_| {
                Reason::new(format!(
                    "{text:?} is no address and port; write it as 127.0.0.1:8080"
                ))
            })
        })?;
        let local = || Setting::new(SocketAddr::from(([127, 0, 0, 1], 0)), default());
        let nhs = || Setting::new("nhs".into(), default());
        Ok(MockOptions {
            listen: listen.unwrap_or_else(local),
            gateway: self.text("gateway")?.unwrap_or_else(nhs),
            flow: self.text("flow")?,
            environment: self.text("env")?,
            variables: self.pairs("var")?,
            issuer: self.issuer()?,
            fault_list: self.text("fault")?,
            faults: self.parsed("fault", str::parse::<Faults>)?,
            clients: self.mock_clients()?,
            client_file: self.text("clients")?,
            allows_remote: self.flag("allow-remote")?,
            explanation: self.explanation()?,
        })
    }

    fn issuer(&self) -> Result<Option<Setting<String>>> {
        self.parsed("issuer", |issuer| {
            let authority = issuer.split_once("://").map(|(_, rest)| rest);
            let authority = authority.and_then(|rest| rest.split(['/', '?', '#']).next());
            match authority {
                Some(authority) if authority.contains('@') => Err(Reason::new(
                    "a URL with a user name or password is not taken; leave that out",
                )),
                _ => Ok(issuer.to_owned()),
            }
        })
    }

    fn mock_clients(&self) -> Result<Vec<MockClient>> {
        let clients = self.list("client")?.into_iter();
        let clients = clients.map(|client| {
            let parts = client.parse("client", |text| match text.split_once('=') {
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
}

impl MockOptions {
    pub(crate) fn add_to(&self, gateway: &Gateway, effective: &mut Effective) {
        effective.add_given("listen", Some(&self.listen));
        effective.add_given("gateway", Some(&self.gateway));
        effective.add_given("flow", self.flow.as_ref());
        if let Some(flow) = gateway.flow() {
            effective.add_default("flow", flow, Origin::Gateway(gateway.name().into()));
        }
        effective.add_given("env", self.environment.as_ref());
        effective.add_pairs("var", &self.variables);
        effective.add_given("issuer", self.issuer.as_ref());
        effective.add_given("fault", self.fault_list.as_ref());
        for client in &self.clients {
            effective.add("client", client, client.source.origin().clone());
        }
        effective.add_given("clients", self.client_file.as_ref());
    }
}
