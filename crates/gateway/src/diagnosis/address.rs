//! Answers of a server that has no token endpoint at the address that was called.

use tokenring_oauth::{ErrorResponse, ErrorShape, TokenEndpoint};

use super::clients::with_variables;
use super::incident::Incident;
use super::{Cause, Class, Likelihood};
use crate::Remedy;

/// What the servers' own words are for an address that they do not serve: Apigee, Keycloak.
const ADDRESS_WORDS: [&str; 3] = [
    "applicationnotfound",
    "unable to identify proxy",
    "realm does not exist",
];

/// Whether the answer is that of a server that has nothing at this address.
pub(super) fn is_of_address(response: &ErrorResponse) -> bool {
    matches!(response.status(), 404 | 405) || has_address_words(response)
}

/// Whether the words alone say so.
pub(super) fn has_address_words(response: &ErrorResponse) -> bool {
    let words = words_of(response);
    ADDRESS_WORDS.iter().any(|known| words.contains(known))
}

/// Whether it is a page that a server also shows for a request on which it failed: a servlet
/// container that forwards a failed request to its error page reports the method of that page.
pub(super) fn is_own_page(response: &ErrorResponse) -> bool {
    response.shape() == ErrorShape::Html && matches!(response.status(), 405 | 500)
}

/// Whether the request went to another path than the one that the gateway's file has.
pub(super) fn is_elsewhere(incident: &Incident<'_>) -> bool {
    let stated = stated_endpoint(incident);
    let called = incident.endpoint.token_endpoint().ok();
    stated
        .zip(called)
        .is_some_and(|(stated, called)| path_of(&stated) != path_of(called))
}

/// Another address that the server names. Nothing is sent there: the assertion is for one server.
pub(super) fn redirect(incident: &Incident<'_>) -> Cause {
    let cause = Cause::of_class(Likelihood::Certain, Class::NotOAuth)
        .explained(
            "The token URL answers with a redirect, which is not followed: the assertion is for \
             one address, and a redirect can lead to a login page.",
        )
        .mended_by(Remedy::CompareTokenUrl);
    match incident.response.location() {
        Some(location) => cause.found(format!("a redirect to {location}")),
        None => cause,
    }
}

pub(super) fn cause(incident: &Incident<'_>, class: Class) -> Cause {
    let is_doubtful = is_own_page(incident.response) && !is_elsewhere(incident);
    let likelihood = match is_doubtful {
        true => Likelihood::Likely,
        false => Likelihood::Certain,
    };
    let cause = Cause::of_class(likelihood, class);
    let Ok(endpoint) = incident.endpoint.token_endpoint() else {
        return cause;
    };
    let url = without_query(endpoint);
    if is_doubtful {
        return cause
            .explained(format!(
                "{url} answered with an HTML page and the status {}: the token URL is wrong, or \
                 the server failed to process this request.",
                incident.response.status()
            ))
            .found(url)
            .mended_by(Remedy::CompareTokenUrl);
    }
    let answer = match incident.response.status() {
        405 => "accepts no POST request",
        _ => "has no token endpoint",
    };
    let realm = match words_of(incident.response).contains("realm does not exist") {
        true => ", as the realm in it does not exist",
        false => "",
    };
    let cause = cause
        .explained(format!(
            "The token URL is wrong{realm}: {url} {answer} (status {}).",
            incident.response.status()
        ))
        .found(url);
    let stated = stated_endpoint(incident);
    match stated.as_ref() {
        Some(stated) if path_of(stated) != path_of(endpoint) => cause
            .wanted(format!("the path {}", path_of(stated)))
            .mended_by(Remedy::CorrectTokenUrlPath {
                path: path_of(stated).to_owned(),
            }),
        _ => cause.mended_by(Remedy::CompareTokenUrl),
    }
}

/// The token endpoint that the gateway's file has here.
fn stated_endpoint(incident: &Incident<'_>) -> Option<TokenEndpoint> {
    let environment = Some(incident.endpoint.environment());
    let environment = incident.gateway.environment(environment).ok()?;
    let mut builder = with_variables(incident.gateway.endpoint(environment), incident);
    if let Some(issuer) = incident.endpoint.issuer() {
        builder = builder.with_issuer(issuer);
    }
    builder.build().ok()?.token_endpoint().ok().cloned()
}

/// A query can hold a secret, and is the caller's own.
fn without_query(endpoint: &TokenEndpoint) -> &str {
    let url = endpoint.as_str();
    url.split(['?', '#']).next().unwrap_or(url)
}

fn path_of(endpoint: &TokenEndpoint) -> &str {
    let url = without_query(endpoint);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/')
        .map_or("/", |at| rest.get(at..).unwrap_or("/"))
}

fn words_of(response: &ErrorResponse) -> String {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    format!("{code} {words}").to_lowercase()
}
