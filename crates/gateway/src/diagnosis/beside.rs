//! Answers whose cause lies beside the assertion: another address, another kind of token, another
//! way of authentication.

use tokenring_oauth::{ErrorResponse, TokenEndpoint};

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

/// The cause that such an answer tells of.
pub(super) fn cause(incident: &Incident<'_>, class: Class) -> Option<Cause> {
    let response = incident.response;
    if is_of_dpop(response) {
        Some(dpop())
    } else if matches!(class, Class::NotOAuth | Class::Intermediary) && is_of_address(response) {
        Some(address(incident, class))
    } else if words_of(response).contains("cannot authenticate with methods") {
        Some(method())
    } else {
        None
    }
}

/// Whether the answer is about proofs of RFC 9449.
pub(super) fn is_of_dpop(response: &ErrorResponse) -> bool {
    words_of(response).contains("dpop")
}

/// Whether the answer is that of a server that has nothing at this address.
pub(super) fn is_of_address(response: &ErrorResponse) -> bool {
    matches!(response.status(), 404 | 405) || has_address_words(response)
}

/// Whether the words alone say so.
pub(super) fn has_address_words(response: &ErrorResponse) -> bool {
    let words = words_of(response);
    ADDRESS_WORDS.iter().any(|known| words.contains(known))
}

fn words_of(response: &ErrorResponse) -> String {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    format!("{code} {words}").to_lowercase()
}

fn dpop() -> Cause {
    Cause::of_class(Likelihood::Certain, Class::Request)
        .explained(
            "The server wants a DPoP proof (RFC 9449) with the request, for this client or for \
             all, and tokenring sends none.",
        )
        .wanted("a DPoP proof")
        .mended_by(Remedy::RegisterForBearer)
}

fn method() -> Cause {
    Cause::of_class(Likelihood::Likely, Class::Grant).explained(
        "The server knows the client, and has it registered for another way of authentication \
         than private_key_jwt, such as a secret.",
    )
}

fn address(incident: &Incident<'_>, class: Class) -> Cause {
    let cause = Cause::of_class(Likelihood::Certain, class);
    let Ok(endpoint) = incident.endpoint.token_endpoint() else {
        return cause;
    };
    let url = without_query(endpoint);
    let answer = match incident.response.status() {
        405 => "takes no POST",
        _ => "is nothing that gives tokens",
    };
    let realm = match words_of(incident.response).contains("realm does not exist") {
        true => ": the realm in it does not exist",
        false => "",
    };
    let cause = cause
        .explained(format!(
            "The token URL is wrong{realm}. At {url} {answer}, says the status {}.",
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
