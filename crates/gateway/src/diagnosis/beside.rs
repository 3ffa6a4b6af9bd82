//! Answers whose cause lies beside the assertion: another address, another kind of token, another
//! way of authentication, another part of the request.

use tokenring_oauth::ErrorResponse;

use super::incident::Incident;
use super::words::Said;
use super::{Cause, Class, Likelihood, address, dpop, grants, overridden};
use crate::{Remedy, Rule, Text};

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
    Size,
    Parameter,
    Secret,
    Tenant,
    OldCertificate,
    Resource,
    AuthorizationDetails,
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
    (
        &[&[" client secret "], &[" expired ", " wrong "]],
        Matter::Secret,
    ),
    (
        &[&[" tenant "], &[" no such ", " not found ", " not exist "]],
        Matter::Tenant,
    ),
    (&[&[" oauth 2 0 parameter "]], Matter::Parameter),
    (
        &[
            &[
                " mtls ",
                " mutual tls ",
                " client certificate ",
                " client certification ",
            ],
            &[
                " missing",
                " required",
                " expected",
                " no client certificate ",
            ],
        ],
        Matter::Certificate,
    ),
    (
        &[&[" certificate "], &[" expired "]],
        Matter::OldCertificate,
    ),
    (
        &[&[" invalid target ", " invalid resource "]],
        Matter::Resource,
    ),
    (
        &[&[" invalid authorization details "]],
        Matter::AuthorizationDetails,
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
            &[" duplicat", " more than once ", " repeated ", " twice "],
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
    address::has_address_words(response) || matter(response, sent).is_some()
}

/// The cause that such an answer tells of.
pub(super) fn cause(incident: &Incident<'_>, class: Class) -> Option<Cause> {
    let response = incident.response;
    match matter(response, &incident.sent_names()) {
        _ if matches!(response.status(), 300..=399) => Some(address::redirect(incident)),
        _ if matches!(response.status(), 407 | 511) => Some(intermediary(response.status())),
        Some(matter) => Some(matter_cause(matter, incident)),
        None if response.wants_other_authentication() => Some(other_authentication(incident)),
        None if matches!(class, Class::NotOAuth | Class::Intermediary)
            && address::is_of_address(response) =>
        {
            Some(address::cause(incident, class))
        }
        None if response.status() == 415 => Some(Cause::new(Likelihood::Likely, Rule::ContentType)),
        None if response.status() == 431 => Some(
            Cause::of_class(Likelihood::Likely, Class::Request)
                .explained(
                    "The request's headers are larger than the server, or a proxy in front of it, \
                     accepts.",
                )
                .mended_by(Remedy::ShortenHeaders),
        ),
        None if response.status() == 414 => Some(
            Cause::of_class(Likelihood::Likely, Class::Request)
                .explained("The token URL is longer than the server accepts.")
                .mended_by(Remedy::CompareTokenUrl),
        ),
        None if response.status() == 413 => Some(matter_cause(Matter::Size, incident)),
        None if class == Class::Other && address::is_elsewhere(incident) => {
            Some(address::cause(incident, Class::NotOAuth).at(Likelihood::Likely))
        }
        None => None,
    }
}

/// A proxy or network that lets nothing pass before somebody has authenticated to it.
fn intermediary(status: u16) -> Cause {
    let cause = Cause::of_class(Likelihood::Likely, Class::Intermediary);
    match status {
        407 => cause
            .explained(
                "A proxy between this machine and the server wants a user and password for itself \
                 (status 407). The server did not get the request.",
            )
            .mended_by(Remedy::AuthenticateToProxy),
        _ => cause.explained(
            "The network wants a login before it lets requests pass (status 511). The server did \
             not get the request.",
        ),
    }
}

/// A server that names how it wants to be authenticated to, and means no assertion by that.
fn other_authentication(incident: &Incident<'_>) -> Cause {
    let schemes = incident.response.authentication_schemes().join(", ");
    if overridden::is_grant_alone(incident) {
        return grants::client_authentication(incident)
            .found(format!("WWW-Authenticate: {schemes}"));
    }
    Cause::of_class(Likelihood::Likely, Class::Request)
        .explained(
            "The server, or something in front of it, wants another kind of authentication than \
             a signed JWT, and did not look at the assertion.",
        )
        .found(format!("WWW-Authenticate: {schemes}"))
        .mended_by(Remedy::ChangeAuthentication)
}

fn matter_cause(matter: Matter, incident: &Incident<'_>) -> Cause {
    let request = |explanation: &str| {
        Cause::of_class(Likelihood::Certain, Class::Request).explained(explanation.to_owned())
    };
    match matter {
        Matter::Dpop => dpop::cause(incident),
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
        Matter::OldCertificate => Cause::of_class(Likelihood::Likely, Class::Key)
            .explained("A certificate has expired: the registered one, or the one that was sent.")
            .mended_by(Remedy::Stated(Text::from(
                "Renew the certificate, register the new one, and sign with its key.",
            ))),
        Matter::Resource => Cause::of_class(Likelihood::Certain, Class::Scope).explained(
            "The server does not give tokens for the requested resource, or not for several at \
             once (RFC 8707 section 2).",
        ),
        Matter::AuthorizationDetails => Cause::of_class(Likelihood::Certain, Class::Scope)
            .explained(
                "The server rejects the parameter authorization_details.",
            ),
        Matter::Secret => Cause::of_class(Likelihood::Likely, Class::Grant).explained(
            "The server authenticates this client by a secret, which it does not accept. \
             tokenring sends none.",
        ),
        Matter::Tenant => Cause::of_class(Likelihood::Likely, Class::NotOAuth)
            .explained("The tenant in the token URL does not exist at this server.")
            .mended_by(Remedy::CompareTokenUrl),
        Matter::ApiKey => request(
            "The API gateway in front of the token endpoint expects a header of its own, such as \
             an API key or subscription key. It did not look at the assertion.",
        )
        .wanted("the gateway's header")
        .mended_by(Remedy::SendHeader),
        Matter::Consent => Cause::of_class(Likelihood::Certain, Class::Grant).explained(
            "A person has to consent once that this client acts for them, before it gets a token \
             without them.",
        )
        .mended_by(Remedy::Stated(Text::from(
            "Have that person, or an administrator for all, give consent on the server's page \
             for it, once; then run this again.",
        ))),
        Matter::Size => Cause::of_class(Likelihood::Likely, Class::Request)
            .explained(
                "The request is larger than the server, or a proxy in front of it, accepts.",
            )
            .mended_by(Remedy::ShortenAssertion),
        Matter::Realm => Cause::of_class(Likelihood::Certain, Class::Other)
            .explained("The realm in the token URL exists and is disabled.")
            .mended_by(Remedy::AskSupport),
    }
}

/// What is wrong with a parameter that the server names: it is missing, empty or of another value,
/// or came more than once.
fn parameter(incident: &Incident<'_>) -> Cause {
    let words = incident.response.description().unwrap_or_default();
    let name = words.rsplit(':').next().unwrap_or_default().trim();
    if incident.form.is_none() || repeated(incident).is_some() {
        return repetition(incident);
    }
    if incident
        .form_value(name)
        .is_some_and(|value| !value.is_empty())
    {
        return Cause::of_class(Likelihood::Likely, Class::Request)
            .explained("The server does not accept the value of a parameter that it names.")
            .found(name.to_owned());
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

fn words_of(response: &ErrorResponse) -> String {
    let code = response.error().unwrap_or_default();
    let words = response.description().unwrap_or_default();
    format!("{code} {words}").to_lowercase()
}

fn method(incident: &Incident<'_>) -> Cause {
    let words = words_of(incident.response);
    let cause = Cause::of_class(Likelihood::Likely, Class::Grant);
    if overridden::is_grant_alone(incident) {
        return grants::client_authentication(incident);
    }
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
