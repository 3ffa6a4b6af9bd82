//! What was sent, as an answer quotes it and a condition of the file asks for it.

use std::collections::BTreeSet;

use serde_json::Value;
use tokenring_gateway::RequestPart;

use super::{Case, KeyLookup, dpop_problem, first_unknown_scope, requested_scope};
use crate::client::{Client, ClientKeys};
use crate::form::Parameter;
use crate::header::only_value;

impl Case<'_> {
    /// The value of a part, if the request or the client has it.
    pub(crate) fn part(&self, part: &RequestPart) -> Option<String> {
        match part {
            RequestPart::Form(name) => match self.parameter(name) {
                Parameter::Once(value) => Some(value.to_owned()),
                Parameter::Repeated => self.form.first(name).map(str::to_owned),
                Parameter::Absent => None,
            },
            RequestPart::Header(name) => self.header(name).map(written),
            RequestPart::Claim(name) => self.claim(name).map(written),
            RequestPart::Http(name) => {
                let name = name.parse().ok()?;
                only_value(&self.head.headers, &name).map(str::to_owned)
            }
            RequestPart::Client(name) if name == "key-count" => match &self.keys {
                KeyLookup::Found { keys, .. } => Some(keys.iter().count().to_string()),
                _ => None,
            },
            RequestPart::Client(name) => of_client(self, self.client?, name),
            RequestPart::ClientInForm => self.client_in_form.map(|client| client.id.clone()),
            RequestPart::DpopProblem => dpop_problem(self).map(|problem| problem.name().to_owned()),
            RequestPart::RepeatedParameter => self.form.repeated().map(str::to_owned),
            RequestPart::UnknownScope => first_unknown_scope(self).map(str::to_owned),
            RequestPart::RequestedScopes => {
                let scopes: BTreeSet<&str> = requested_scope(self)?.split_whitespace().collect();
                Some(scopes.into_iter().collect::<Vec<_>>().join(", "))
            }
            RequestPart::JwksStatus => match &self.keys {
                KeyLookup::Unreachable { status } => status.map(|status| status.to_string()),
                _ => None,
            },
            RequestPart::Path => Some(self.head.uri.path().to_owned()),
            RequestPart::Method => Some(self.head.method.to_string()),
            RequestPart::TokenEndpoint => Some(self.rulebook.site.token_url()),
            RequestPart::Issuer => self.rulebook.site.issuer.clone(),
            RequestPart::BaseUrl => Some(self.rulebook.site.base_url.clone()),
            _ => None,
        }
    }

    /// The value of a part as an answer quotes it.
    pub(crate) fn quoted(&self, part: &RequestPart) -> String {
        self.part(part).unwrap_or_default()
    }
}

/// A text as it is, a list as its elements, anything else as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(written).collect();
            elements.join(", ")
        }
        other => other.to_string(),
    }
}

fn url_of(client: &Client) -> Option<&str> {
    match &client.keys {
        ClientKeys::Url(url) => Some(url),
        _ => None,
    }
}

fn authority_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

fn of_client(case: &Case<'_>, client: &Client, name: &str) -> Option<String> {
    let registration = &client.registration;
    match name {
        "id" => Some(client.id.clone()),
        "authenticator" => Some(registration.authentication.name().to_owned()),
        "algorithm" => case
            .algorithm_of_client()
            .map(|algorithm| algorithm.name().to_owned()),
        "disabled" => registration.is_disabled.then(|| "true".to_owned()),
        "grants" => registration.grants.as_ref().map(|grants| grants.join(" ")),
        "scopes" => registration.scopes.as_ref().map(|scopes| scopes.join(" ")),
        "keys" => Some(
            match &client.keys {
                ClientKeys::Unregistered => return None,
                keys => keys.form().name(),
            }
            .to_owned(),
        ),
        "jwks-url" => Some(url_of(client)?.to_owned()),
        "jwks-authority" => Some(authority_of(url_of(client)?)?.to_owned()),
        "jwks-host" => {
            let authority = authority_of(url_of(client)?)?;
            let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
            let parts = authority.rsplit_once(':').filter(|(_, port)| is_port(port));
            Some(parts.map_or(authority, |(host, _)| host).to_owned())
        }
        _ => None,
    }
}
