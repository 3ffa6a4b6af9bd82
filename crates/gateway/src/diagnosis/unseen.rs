//! What cannot be seen from here: what the gateway has on file, and what it is stricter about
//! than anybody said.

use core::time::Duration;

use tokenring_oauth::{ErrorShape, TokenEndpoint};

use super::incident::Incident;
use super::{Cause, Class, Likelihood, kept, overridden};
use crate::{KeyIdScheme, NamedOption, Remedy, Rule, ScopeRule, Text, TypRule, UnverifiedJwt};

/// The `typ` of RFC 10070.
const NEW_TYPE: &str = "client-authentication+jwt";

/// What is left when nothing certain was found, with the way to find out.
pub(super) fn causes(incident: &Incident<'_>, keys_fit: bool) -> Vec<Cause> {
    // A set that is known to be published leaves less to be wrong with the key than with the client.
    let is_seen = incident
        .published
        .is_some_and(|published| !published.is_presumed);
    [
        (!is_seen).then(|| no_key_id(incident)).flatten(),
        is_seen.then(|| unknown_client(incident)),
        keys_fit.then(|| registered_keys(incident)),
        keys_fit.then(|| other_key_id(incident)).flatten(),
        (!is_seen).then(|| unknown_client(incident)),
        new_audience(incident),
        new_type(incident),
        registered_algorithm(incident),
        certificate(incident),
        clock_unknown(incident),
        Some(registered_method(incident)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a request that is in order here may lack there, where the answer only says that it is not.
pub(super) fn of_request(incident: &Incident<'_>) -> Vec<Cause> {
    let lacks_client_id = incident.form.is_some() && incident.form_value("client_id").is_none();
    let client_id = lacks_client_id.then(|| {
        Cause::new(Likelihood::Possible, Rule::ClientIdAbsent).explained(
            "Some servers expect client_id in the form, although the assertion names the client.",
        )
    });
    let is_wordless = incident.response.shape() == ErrorShape::Empty;
    let content_type = is_wordless.then(|| {
        Cause::new(Likelihood::Possible, Rule::ContentType).explained(
            "The answer says nothing. Some servers answer like this when they find no form in the \
             body: its Content-Type is not application/x-www-form-urlencoded, or was changed on \
             the way.",
        )
    });
    content_type.into_iter().chain(client_id).collect()
}

/// What a clock that differs by a second does at a server without any leeway, where no answer
/// tells its time.
pub(super) fn clock_after_failure(incident: &Incident<'_>) -> Option<Cause> {
    let claims = incident.assertion.map(UnverifiedJwt::claims)?;
    let issued_at = claims.get("iat")?.as_f64()?;
    if incident.clock_ahead().is_some_and(|ahead| ahead < 0) {
        return None;
    }
    let judged_at = Duration::from_secs(incident.judged_at()?.as_seconds());
    let likelihood = match issued_at > judged_at.as_secs_f64() {
        true => Likelihood::Likely,
        false => Likelihood::Possible,
    };
    Some(
        Cause::new(likelihood, Rule::IssuedInFuture)
            .explained(
                "Some servers fail like this when iat is ahead of their clock, be it by a second.",
            )
            .mended_by(Remedy::CompareClock),
    )
}

fn unknown_client(incident: &Incident<'_>) -> Cause {
    Cause::new(Likelihood::Possible, Rule::UnknownClient)
        .explained(match incident.gateway.environments() {
            [_] => "The gateway may not know this client, or not yet.".to_owned(),
            _ => format!(
                "The gateway may not know this client in environment {}, or not yet.",
                incident.endpoint.environment()
            ),
        })
        .mended_by(Remedy::CompareClientIds)
}

/// A header that names no key, where nobody knows how many the server has of the client.
fn no_key_id(incident: &Incident<'_>) -> Option<Cause> {
    let sends = incident.gateway.key().id_scheme().sends_key_id();
    let has_one = incident.published.is_some();
    (sends && !has_one && !kept::names_key(incident.assertion?)).then(|| {
        Cause::new(Likelihood::Possible, Rule::KeyIdAbsent).explained(
            "The assertion's header has no kid. A server that has several keys of the client \
             needs one to find the right key.",
        )
    })
}

fn registered_keys(incident: &Incident<'_>) -> Cause {
    let cause = Cause::of_class(Likelihood::Possible, Class::Key);
    match incident.published {
        None => cause
            .explained(
                "The answer is one for many reasons: an unknown client, another key than the \
                 registered one, a JWK Set that cannot be fetched. Which key is registered is not \
                 known here.",
            )
            .mended_by(Remedy::SupplyJwkSet),
        Some(published) => cause
            .explained(format!(
                "{} fits the key that signed, and the gateway may have another set on file, or \
                 an older copy.",
                published.place
            ))
            .mended_by(compare_copy(incident)),
    }
}

/// By which key ID the key is registered is known to its owner, where nothing publishes it and the
/// gateway does not make the ID of the key itself.
fn other_key_id(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.header("kid")?;
    let is_made_there = incident.gateway.key().id_scheme() == KeyIdScheme::SpkiSha256;
    if incident.published.is_some() || is_made_there {
        return None;
    }
    let cause = Cause::new(Likelihood::Possible, Rule::UnknownKeyId).found(format!("{sent:?}"));
    Some(match incident.has_default_key_id {
        true => cause
            .explained(
                "Nobody gave the kid of the header: it is a default, and the gateway may know \
                 the key by another one.",
            )
            .mended_by(Remedy::SetKeyId { wanted: None }),
        false => cause.explained("The gateway may know the key by another kid, or by none."),
    })
}

/// What to do about a copy of the keys that is old.
pub(super) fn compare_copy(incident: &Incident<'_>) -> Remedy {
    let rules = incident.gateway.key();
    Remedy::CompareCopy {
        kept_for: rules.jwk_set_cache(),
        refetches: rules.refetches_on_unknown_id(),
    }
}

/// RFC 10070 has the issuer as the sole audience.
fn new_audience(incident: &Incident<'_>) -> Option<Cause> {
    let endpoint = incident.endpoint.token_endpoint().ok();
    let address = endpoint.map(TokenEndpoint::as_str)?;
    if incident.claim("aud") != Some(address)
        || states_one_audience(incident)
        || overridden::is_grant_alone(incident)
    {
        return None;
    }
    let cause = Cause::new(Likelihood::Possible, Rule::Audience)
        .explained(
            "A server that follows RFC 10070 or FAPI 2 takes its issuer identifier as audience \
             and not the address of its token endpoint.",
        )
        .found(format!("{address:?}"));
    Some(match incident.endpoint.issuer() {
        Some(issuer) => cause
            .wanted(format!("{issuer:?}"))
            .mended_by(Remedy::TryAudience {
                audience: issuer.to_owned(),
            }),
        None => cause
            .wanted("the issuer identifier")
            .mended_by(Remedy::SetIssuerOrGateway {
                gateway: "rfc10070",
            }),
    })
}

/// Whether the gateway's file says what the audience is, and not just what to try.
fn states_one_audience(incident: &Incident<'_>) -> bool {
    states_server(incident) && incident.endpoint.accepted_audiences().len() == 1
}

/// Whether the gateway's file is about one server, of which it knows what it looks at.
fn states_server(incident: &Incident<'_>) -> bool {
    let mut stated = incident.gateway.environments().iter();
    stated.any(|environment| environment.token_endpoint().is_some())
}

fn new_type(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.header("typ");
    if incident.gateway.assertion().typ_rule() == TypRule::Required
        || states_server(incident)
        || overridden::is_grant_alone(incident)
        || sent.is_some_and(|sent| sent.eq_ignore_ascii_case(NEW_TYPE))
    {
        return None;
    }
    Some(
        Cause::new(Likelihood::Possible, Rule::Type)
            .explained("Some servers that follow RFC 10070 refuse an assertion of any other typ.")
            .found(sent.map_or("no typ".into(), |sent| format!("typ {sent:?}")))
            .wanted(format!("typ {NEW_TYPE:?}"))
            .mended_by(Remedy::TryType { typ: NEW_TYPE }),
    )
}

fn registered_algorithm(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.header("alg")?;
    if incident.gateway.assertion().algorithms().len() < 2 {
        return None;
    }
    Some(
        Cause::new(Likelihood::Possible, Rule::Algorithm)
            .explained(format!(
                "The client may be registered for another algorithm than {sent}."
            ))
            .mended_by(Remedy::CompareAlgorithm),
    )
}

fn certificate(incident: &Incident<'_>) -> Option<Cause> {
    incident.gateway.needs_mutual_tls().then(|| {
        Cause::of_class(Likelihood::Possible, Class::Client)
            .explained("This gateway wants a TLS client certificate too, of the same client.")
            .mended_by(Remedy::SendCertificate)
    })
}

fn clock_unknown(incident: &Incident<'_>) -> Option<Cause> {
    let claims = incident.assertion.map(UnverifiedJwt::claims)?;
    if incident.clock_ahead().is_some() || claims.get("exp").is_none() {
        return None;
    }
    Some(
        Cause::new(Likelihood::Possible, Rule::Expired)
            .explained("Whether the clocks agree is not known: the answer has no Date.")
            .mended_by(Remedy::CompareClock),
    )
}

fn registered_method(incident: &Incident<'_>) -> Cause {
    Cause::of_class(Likelihood::Possible, Class::Grant).explained(match overridden::is_grant_alone(
        incident,
    ) {
        true => "The client may be registered without this grant.",
        false => {
            "The client may be registered for another way of authentication than \
                 private_key_jwt, such as a secret, or without this grant."
        }
    })
}

/// A sentence, and perhaps a remedy, about a rule that the server named and that nothing on this
/// side shows to be broken.
pub(super) fn hint(rule: Rule, incident: &Incident<'_>) -> Option<(Text, Option<Remedy>)> {
    match rule {
        Rule::UnknownClient if incident.gateway.environments().len() > 1 => Some((
            format!(
                "The request went to environment {}, and a client identifier is of one \
                 environment.",
                incident.endpoint.environment()
            )
            .into(),
            None,
        )),
        Rule::UnknownKeyId | Rule::Signature => {
            let published = incident.published?;
            Some((
                format!(
                    "{} fits the key that signed, so the gateway has another set on file, or an \
                     older copy.",
                    published.place
                )
                .into(),
                Some(compare_copy(incident)),
            ))
        }
        Rule::Expired | Rule::TooOld | Rule::NotYetValid | Rule::IssuedInFuture => {
            /// Further apart they don't agree, which is a cause of its own.
            const AGREEMENT: u64 = 10;
            let apart = incident.clock_ahead()?.unsigned_abs();
            (apart <= AGREEMENT).then(|| {
                (
                    format!(
                        "This machine's clock agrees with the server's to {} s.",
                        // Date has whole seconds, and some servers forgive no part of one.
                        apart.max(1)
                    )
                    .into(),
                    None,
                )
            })
        }
        Rule::NoApplicationScope | Rule::ProductMissing
            if incident.gateway.request().scope() == ScopeRule::Ignored =>
        {
            Some((
                Text::with_option(
                    "What a token is good for follows from the registration; ",
                    NamedOption::Scope,
                    " has no say.",
                ),
                None,
            ))
        }
        _ => None,
    }
}
