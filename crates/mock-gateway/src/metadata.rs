//! What a client finds that starts from the issuer: RFC 8414 and OpenID Connect Discovery.

use hyper::StatusCode;
use serde_json::{Value, json};
use tokenring_gateway::Grant;

use crate::answer::Answer;
use crate::dpop;
use crate::state::State;

/// Answers a path at which the gateway publishes something.
pub(crate) fn answer(state: &State, path: &str) -> Option<Answer> {
    let site = &state.rulebook.site;
    if path == site.jwks_path {
        let body = state.own_key.published().as_bytes().to_vec();
        return Some(Answer::new(StatusCode::OK, "application/json", body));
    }
    let mut documents = state.rulebook.gateway.server().documents().iter();
    if let Some((_, body)) = documents.find(|(each, _)| each == path) {
        let body = body.fill(|part| state.quoted(part));
        return Some(Answer::new(
            StatusCode::OK,
            "application/json",
            body.into_bytes(),
        ));
    }
    let mut paths = site.metadata_paths.iter();
    paths
        .any(|each| each == path)
        .then(|| Answer::json(StatusCode::OK, &members(state)))
}

fn members(state: &State) -> Vec<(&'static str, Value)> {
    let (gateway, site) = (&state.rulebook.gateway, &state.rulebook.site);
    let server = gateway.server();
    let grant = match gateway.request().grant() {
        Grant::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
        _ => "client_credentials",
    };
    let algorithms = gateway.assertion().algorithms().iter();
    let algorithms: Vec<&str> = algorithms.map(|algorithm| algorithm.name()).collect();
    let token_url = site.token_url();
    let folder = token_url.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut members = vec![
        ("issuer", site.published_issuer().into()),
        // Nothing answers there, but OpenID Connect Discovery, section 3, has it in each document,
        // and MSAL for Python (1.39.0) fails where it is absent.
        (
            "authorization_endpoint",
            format!("{folder}/authorize").into(),
        ),
        ("token_endpoint", token_url.as_str().into()),
        ("jwks_uri", site.jwks_url().into()),
        ("response_types_supported", json!([])),
        ("grant_types_supported", json!([grant])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
        ),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            json!(algorithms),
        ),
    ];
    if let Some(url) = site.introspection_url() {
        members.push(("introspection_endpoint", url.into()));
        let methods = json!(["private_key_jwt"]);
        members.push(("introspection_endpoint_auth_methods_supported", methods));
        members.push((
            "introspection_endpoint_auth_signing_alg_values_supported",
            json!(algorithms),
        ));
    }
    if state.dpop.is_published() {
        let algorithms = json!(dpop::algorithms());
        members.push(("dpop_signing_alg_values_supported", algorithms));
    }
    let optional = server.optional_scopes().unwrap_or_default();
    let names = server.default_scopes().iter().chain(optional);
    let scopes: Vec<&String> = names.filter(|name| !name.contains('*')).collect();
    if !scopes.is_empty() {
        members.push(("scopes_supported", json!(scopes)));
    }
    members
}
