//! How a gateway comes up.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokenring_gateway::{Environment, Gateway, KeyRules, Registration, nearest};

use super::MockGatewayBuilder;
use crate::access_tokens::SharedTokens;
use crate::client::JwkSource;
use crate::client_file;
use crate::clients::SharedClients;
use crate::clock::Clock;
use crate::dpop::Dpop;
use crate::error::Error;
use crate::journal::Journal;
use crate::key_sets::{KeySets, SharedTransport};
use crate::mock_gateway::{MockGateway, base_url};
use crate::mount::MountPlan;
use crate::own_key::OwnKey;
use crate::registration::{read_large_text, read_text, register};
use crate::rulebook::Rulebook;
use crate::server::Server;
use crate::site::{Site, SitePlan};
use crate::stand_in::{Authority, StandIn, split_authority};
use crate::state::State;

/// The gateway that is meant where none is named.
const DEFAULT_GATEWAY: &str = "nhs";

impl MockGatewayBuilder {
    /// Starts the gateway. It answers from the moment that this returns.
    ///
    /// # Errors
    ///
    /// When the gateway has no such environment or variable, when the address is not a loopback
    /// address or cannot be listened on, when a file holds no keys, when the URL of a JWK Set is
    /// one that cannot be fetched, when the fault `rate` is wanted of a gateway whose file states no
    /// rate limit, when a client ID is empty or was given twice, or has a state but
    /// no keys.
    pub fn start(mut self) -> Result<MockGateway, Error> {
        for path in core::mem::take(&mut self.client_files) {
            let read = read_large_text(&path);
            let text = read.map_err(|source| Error::ReadKeySet {
                path: path.clone(),
                source,
            })?;
            for client in client_file::read(&path, &text)? {
                self.registrations
                    .push((client.id.clone(), client.registration));
                self.clients.push((client.id, client.keys));
            }
        }
        let address = self.address;
        let is_exposed = self.beyond_loopback && !self.is_proxy;
        if !is_exposed && !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        if self.has_control && !address.ip().is_loopback() {
            return Err(Error::ControlBeyondLoopback { address });
        }
        if let Some(address) = self.https_address.filter(|it| !it.ip().is_loopback()) {
            return Err(Error::NotLoopback { address });
        }
        let by_url = |(_, keys): &&(_, JwkSource)| matches!(keys, JwkSource::Url(_));
        if let (None, Some((id, _))) = (&self.transport, self.clients.iter().find(by_url)) {
            return Err(Error::NoTransport {
                client_id: id.clone(),
            });
        }
        let clients = register(self.clients, self.states, self.registrations)?;
        for path in core::mem::take(&mut self.claims_files) {
            let text = read_text(&path).map_err(|error| Error::ClaimsFile {
                path: path.clone(),
                what: format!("cannot be read: {error}"),
            })?;
            self.tokens = self.tokens.with_file(&path, &text)?;
        }
        // Clients may still come where they can be registered later.
        let stranger = self.tokens.stranger(|id| clients.find(id).is_some());
        if let (Some(id), false) = (stranger, self.has_control) {
            return Err(Error::ClaimsOfStranger {
                client_id: id.to_owned(),
                nearest: nearest(id, clients.ids()),
            });
        }
        let listener = bind(address)?;
        let https_listener = self.https_address.map(bind).transpose()?;
        let listen = |source| Error::Listen { address, source };
        let own_url = base_url(listener.local_addr().map_err(listen)?);
        let public_url = self.public_url.as_deref().map(root_url).transpose()?;
        let stands_in = self.is_proxy || https_listener.is_some();
        let refused = |error| Error::Gateway(Box::new(error));
        let gateway = match self.gateway {
            Some(gateway) => gateway,
            None => Gateway::builtin(DEFAULT_GATEWAY).map_err(refused)?,
        };
        let environment = environment_of(&gateway, self.environment.as_deref())?;
        let (variables, of_mounts) = variables_of(&gateway, &self.mounts, self.variables);
        let mut plan = SitePlan {
            gateway: &gateway,
            environment,
            variables: &variables,
            issuer: self.issuer,
            base_url: public_url.as_deref().unwrap_or(&own_url),
            is_public: public_url.is_some(),
            stands_in,
        };
        let mut stand_in = None;
        let real_url;
        if stands_in {
            if public_url.is_none() {
                let found = plan.real_token_url().map_err(refused)?;
                let found = found.ok_or_else(|| Error::NoHosts {
                    gateway: gateway.name().to_owned(),
                })?;
                real_url = origin(&found);
                plan.base_url = &real_url;
            }
            let hosts = plan.hosts();
            if hosts.is_empty() {
                return Err(Error::NoHosts {
                    gateway: gateway.name().to_owned(),
                });
            }
            let authority = Authority::generate(&hosts);
            let authority = authority.map_err(|_| Error::CertificateAuthority)?;
            let port = listener.local_addr().map_err(listen)?.port();
            stand_in = Some(StandIn::new(hosts, authority, self.is_proxy, port));
        }
        let site = plan.build().map_err(refused)?;
        let metadata_paths = site.metadata_paths.iter().map(String::as_str);
        let root_paths: Vec<&str> = metadata_paths
            .chain([site.token_path.as_str(), site.jwks_path.as_str()])
            .chain(site.introspection_path.as_deref())
            .collect();
        MountPlan::check(&self.mounts, &root_paths)?;
        let shared = Shared {
            clients: Arc::new(SharedClients::new(clients)),
            clock: self.clock,
            journal: Arc::new(Journal::new(self.observer)),
            transport: self.transport,
            requires_dpop: self.requires_dpop,
            dpop_nonce: self.dpop_nonce,
            tokens: SharedTokens::new(self.tokens),
        };
        let mut mounts = Vec::new();
        for (plan, variables) in self.mounts.into_iter().zip(of_mounts) {
            let base_url = format!("{own_url}{}", plan.path);
            let environment = environment_of(&plan.gateway, plan.environment.as_deref())?;
            let site = SitePlan {
                gateway: &plan.gateway,
                environment,
                variables: &variables,
                issuer: None,
                base_url: &base_url,
                is_public: true,
                stands_in: false,
            };
            let site = site.build().map_err(refused)?;
            mounts.push((plan.path, shared.state(plan.gateway, site)?));
        }
        let state = shared.state(gateway, site)?.with_mounts(mounts);
        state.set_faults(self.faults)?;
        let state = state.with_remedy_words(self.remedy_words);
        let state = state.with_control(self.has_control);
        let state = Arc::new(state.with_stand_in(stand_in));
        let server = Server::start(listener, https_listener, Arc::clone(&state));
        Ok(MockGateway::new(server.map_err(Error::Start)?, state))
    }
}

/// What all gateways of one process have in common.
struct Shared {
    clients: Arc<SharedClients>,
    clock: Clock,
    journal: Arc<Journal>,
    transport: Option<SharedTransport>,
    requires_dpop: bool,
    dpop_nonce: Option<bool>,
    tokens: SharedTokens,
}

impl Shared {
    fn state(&self, gateway: Gateway, site: Site) -> Result<State, Error> {
        let rules = gateway.key();
        let others = gateway.flows().iter().filter_map(|flow| flow.key());
        let by_url = |rules: &&KeyRules| rules.registrations().contains(&Registration::JwkSetUrl);
        let rules = core::iter::once(rules)
            .chain(others)
            .find(by_url)
            .unwrap_or(rules);
        let key_sets = KeySets::new(self.transport.clone(), rules);
        let dpop = Dpop::new(gateway.request(), self.requires_dpop, self.dpop_nonce);
        let state = State::new(
            Rulebook::new(gateway, site),
            Arc::clone(&self.clients),
            self.clock.clone(),
            key_sets,
            OwnKey::generate(self.tokens.now().algorithm())?,
            dpop,
            Arc::clone(&self.journal),
        );
        Ok(state.with_tokens(self.tokens.clone()))
    }
}

fn environment_of<'a>(gateway: &'a Gateway, name: Option<&str>) -> Result<&'a Environment, Error> {
    match (gateway.environment(name), gateway.environments().first()) {
        (Err(tokenring_gateway::Error::NoEnvironment { .. }), Some(first)) => Ok(first),
        (found, _) => found.map_err(|error| Error::Gateway(Box::new(error))),
    }
}

type Variables = Vec<(String, String)>;

/// Gives each gateway the variables that it has. One that no gateway has is left to the first, which
/// says so.
fn variables_of(
    gateway: &Gateway,
    mounts: &[MountPlan],
    variables: Variables,
) -> (Variables, Vec<Variables>) {
    let has = |gateway: &Gateway, name: &str| {
        let mut known = gateway.variables().iter();
        known.any(|variable| variable.name() == name)
    };
    let of = |plan: &MountPlan| {
        let own = variables
            .iter()
            .filter(|(name, _)| has(&plan.gateway, name));
        own.cloned().collect()
    };
    let of_mounts = mounts.iter().map(of).collect();
    let is_of_mount = |name: &str| mounts.iter().any(|plan| has(&plan.gateway, name));
    let mut variables = variables;
    variables.retain(|(name, _)| has(gateway, name) || !is_of_mount(name));
    (variables, of_mounts)
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).map_err(|source| Error::Listen { address, source })
}

/// A URL that paths can follow, without the slash at its end.
fn root_url(url: &str) -> Result<String, Error> {
    let (scheme, rest) = url.split_once("://").ok_or(Error::PublicUrl)?;
    let is_http = ["https", "http"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it));
    let authority = rest.split('/').next().unwrap_or_default();
    let has_only_path = rest
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '\\'));
    let is_root = is_http && has_only_path && split_authority(authority, 443).is_some();
    is_root
        .then(|| url.trim_end_matches('/').to_owned())
        .ok_or(Error::PublicUrl)
}

/// The scheme and host of a URL.
fn origin(url: &str) -> String {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = rest
        .find(['/', '?', '#'])
        .map_or(url.len(), |end| start + end);
    url.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_needs_a_transport() {
        let url = JwkSource::Url("https://keys.example/jwks.json".to_owned());
        let mut builder = MockGateway::builder().with_client("by-url", url);
        builder.transport = None;
        assert!(matches!(
            builder.start(),
            Err(Error::NoTransport { client_id }) if client_id == "by-url"
        ));
    }
}
