//! Answers whose cause lies beside the assertion: another address, another kind of token, another
//! way of authentication, another part of the request.

use tokenring_oauth::{ErrorResponse, TokenEndpoint};

use super::clients::with_variables;
use super::incident::Incident;
use super::words::Said;
use super::{Cause, Class, Likelihood};
use crate::{Remedy, Rule};

/// What the servers' own words are for an address that they do not serve: Apigee, Keycloak.
const ADDRESS_WORDS: [&str; 3] = [
    "applicationnotfound",
    "unable to identify proxy",
    "realm does not exist",
];

/// What an answer is about that is about none of the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Matter {
    Dpop,
    Method,
    Certificate,
    Origin,
    HeaderUrl,
    Repetition,
    AudienceParameter,
    Https,
    Realm,
    ApiKey,
    Consent,
    Parameter,
}

/// Groups of fragments, of each of which one has to occur. The first row that fits counts.
const MATTERS: &[(&[&[&str]], Matter)] = &[
    (&[&[" dpop "]], Matter::Dpop),
    (
        &[
            &[" subscription key ", " api key "],
            &[" missing ", " no api key ", " required "],
        ],
        Matter::ApiKey,
    ),
    (&[&[" consent required "]], Matter::Consent),
    (&[&[" oauth 2 0 parameter "]], Matter::Parameter),
    (
        &[
            &[
                " mtls ",
                " mutual tls ",
                " client certificate ",
                " client certification ",
            ],
            &[" missing", " required", " no ", " not "],
        ],
        Matter::Certificate,
    ),
    (
        &[&[
            " cannot authenticate with methods",
            " client authentication with client secret",
            " public client not allowed",
            " bearer only not allowed",
        ]],
        Matter::Method,
    ),
    (
        &[
            &[" client authentication ", " authentication method"],
            &[
                " only supports ",
                " does not support ",
                " not supported ",
                " unsupported ",
            ],
        ],
        Matter::Method,
    ),
    (
        &[&[" origin "], &[" invalid ", " not allowed "]],
        Matter::Origin,
    ),
    (&[&[" jku "]], Matter::HeaderUrl),
    (
        &[
            &[" duplicat", " more than once ", " repeated "],
            &[" parameter"],
        ],
        Matter::Repetition,
    ),
    (&[&[" requested audience "]], Matter::AudienceParameter),
    (&[&[" https required "]], Matter::Https),
    (
        &[&[" realm not enabled ", " realm is disabled "]],
        Matter::Realm,
    ),
];

fn matter(response: &ErrorResponse, sent: &[&str]) -> Option<Matter> {
    let code = response.error().unwrap_or_default();
    let said = response.description().unwrap_or_default();
    let said = Said::new(&format!("{code} {said}"), sent);
    let mut matters = MATTERS.iter();
    let found = matters.find(|(groups, _)| said.has_one_of_each(groups));
    found.map(|(_, matter)| *matter)
}

/// Whether the server says that it is something beside the assertion.
pub(super) fn is_told(response: &ErrorResponse, sent: &[&str]) -> bool {
    has_address_words(response) || matter(response, sent).is_some()
}

/// The cause that such an answer tells of.
pub(super) fn cause(incident: &Incident<'_>, class: Class) -> Option<Cause> {
    let response = incident.response;
    match matter(response, &incident.sent_names()) {
        Some(matter) => Some(matter_cause(matter, incident)),
        None if matches!(class, Class::NotOAuth | Class::Intermediary)
            && is_of_address(response) =>
        {
            Some(address(incident, class))
        }
        None if class == Class::Other && is_elsewhere(incident) => {
            Some(address(incident, Class::NotOAuth).at(Likelihood::Likely))
        }
        None => None,
    }
}

fn matter_cause(matter: Matter, incident: &Incident<'_>) -> Cause {
    let request = |explanation: &str| {
        Cause::of_class(Likelihood::Certain, Class::Request).explained(explanation.to_owned())
    };
    match matter {
        Matter::Dpop => request(
            "The server wants a DPoP proof (RFC 9449) with the request, for this client or for \
             all, and tokenring sends none.",
        )
        .wanted("a DPoP proof")
        .mended_by(Remedy::RegisterForBearer),
        Matter::Certificate => {
            request("The server expects a TLS client certificate with the request.")
                .mended_by(Remedy::SendCertificate)
        }
        Matter::Method => method(incident),
        Matter::Origin => request(
            "The server rejects the request's Origin header, which only a browser sends: \
             something between here and the server added it.",
        ),
        Matter::HeaderUrl => request(
            "The jku of the assertion's header is not the JWK Set URL that is registered. The \
             header works without it.",
        ),
        Matter::Repetition => repetition(incident),
        Matter::AudienceParameter => {
            let sent = incident.form_value("audience").map(str::to_owned);
            let cause = Cause::of_class(Likelihood::Certain, Class::Scope).explained(
                "The client may not get a token for the form's parameter audience. It is not the \
                 assertion's aud.",
            );
            match sent {
                Some(sent) => cause.found(format!("audience={sent}")),
                None => cause,
            }
        }
        Matter::Https => Cause::of_class(Likelihood::Certain, Class::NotOAuth)
            .explained("The server takes requests over https only.")
            .mended_by(Remedy::CompareTokenUrl),
        Matter::Parameter => parameter(incident),
        Matter::ApiKey => request(
            "The API gateway in front of the token endpoint expects a header of its own, such as \
             an API key or subscription key. It did not look at the assertion.",
        )
        .wanted("the gateway's header"),
        Matter::Consent => Cause::of_class(Likelihood::Certain, Class::Grant).explained(
            "A person has to consent once that this client acts for them, before it gets a token \
             without them.",
        ),
        Matter::Realm => Cause::of_class(Likelihood::Certain, Class::Other)
            .explained("The realm in the token URL exists and is disabled.")
            .mended_by(Remedy::AskSupport),
    }
}

/// What is wrong with a parameter that the server names: it is missing, or came more than once.
fn parameter(incident: &Incident<'_>) -> Cause {
    let words = incident.response.description().unwrap_or_default();
    let name = words.rsplit(':').next().unwrap_or_default().trim();
    if incident.form.is_none() || incident.form_value(name).is_some() {
        return repetition(incident);
    }
    let rule = match name {
        "client_id" => Rule::ClientIdAbsent,
        "grant_type" => Rule::GrantTypeAbsent,
        "client_assertion_type" => Rule::ClientAssertionType,
        "client_assertion" | "assertion" => Rule::ClientAssertionAbsent,
        "scope" => Rule::ScopeAbsent,
        _ => {
            return Cause::of_class(Likelihood::Certain, Class::Request)
                .explained("The request lacks a parameter that the server names.")
                .wanted(name.to_owned());
        }
    };
    Cause::new(Likelihood::Certain, rule)
}

/// A parameter that came more than once: RFC 6749 section 3.2.
fn repetition(incident: &Incident<'_>) -> Cause {
    let cause = Cause::of_class(Likelihood::Certain, Class::Request)
        .explained("A parameter of the request was sent more than once.");
    match repeated(incident) {
        Some(name) => cause.found(format!("{name} more than once")),
        None => cause,
    }
}

/// The parameter that the form has more than once, if it has one. Some may be repeated: RFC 8707
/// section 2, RFC 8693 section 2.1.
pub(super) fn repeated<'i>(incident: &Incident<'i>) -> Option<&'i str> {
    let form = incident.form?;
    let mut names = form.iter().map(|(name, _)| name.as_str());
    names.find(|name| {
        let count = form.iter().filter(|(other, _)| other == name).count();
        count > 1 && !matches!(*name, "resource" | "audience")
    })
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

/// Whether the request went to another path than the one that the gateway's file has.
fn is_elsewhere(incident: &Incident<'_>) -> bool {
    let stated = stated_endpoint(incident);
    let called = incident.endpoint.token_endpoint().ok();
    stated
        .zip(called)
        .is_some_and(|(stated, called)| path_of(&stated) != path_of(called))
}

fn words_of(response: &ErrorResponse) -> String {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    format!("{code} {words}").to_lowercase()
}

fn method(incident: &Incident<'_>) -> Cause {
    let words = words_of(incident.response);
    let cause = Cause::of_class(Likelihood::Likely, Class::Grant);
    // Authlib lists what its grant takes, whatever the client is registered for.
    if words.contains("cannot authenticate with methods") {
        return cause.explained(
            "The client is registered for another way of authentication than private_key_jwt, \
             such as a secret, or this server's grant does not take private_key_jwt at all, \
             whatever the client is registered for.",
        );
    }
    cause.explained(
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
