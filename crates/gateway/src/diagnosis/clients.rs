//! The client identifier, and the form that carries it.

use tokenring_text::shortened_id;

use super::incident::Incident;
use super::kept::ASSERTION_TYPE;
use super::{Cause, Class, Likelihood, beside};
use crate::nearest::nearest;
use crate::{EndpointBuilder, Grant, Remedy, Rule, ScopeRule, UnverifiedJwt};

/// What is wrong with the identifier and the form, most telling first.
pub(super) fn causes(incident: &Incident<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    causes.extend(form(incident));
    causes.extend(spelling(incident));
    causes.extend(other_client(incident));
    causes.extend(not_the_one_given(incident));
    causes.extend(environment_of_key(incident));
    causes
}

fn form(incident: &Incident<'_>) -> Vec<Cause> {
    if incident.form.is_none() {
        return Vec::new();
    }
    let value = |name: &str| incident.form_value(name);
    let rules = incident.gateway.request();
    let mut causes = grant(incident);
    causes.extend(assertion(incident));
    match value("client_id") {
        None if rules.client_id_required() => {
            causes.push(Cause::new(Likelihood::Certain, Rule::ClientIdAbsent));
        }
        Some(sent) if is_of_another(incident, sent) => {
            causes.push(
                Cause::new(Likelihood::Certain, Rule::ClientId)
                    .found(format!("client_id {}", shortened_id(sent)))
                    .wanted("the value of iss"),
            );
        }
        _ => {}
    }
    if rules.scope() == ScopeRule::Required
        && value("scope").is_none_or(|scope| scope.trim().is_empty())
    {
        causes.push(Cause::new(Likelihood::Certain, Rule::ScopeAbsent));
    }
    if value("scopes").is_some() && value("scope").is_none() {
        causes.push(
            Cause::new(Likelihood::Possible, Rule::ScopeAbsent)
                .explained("The form has `scopes`, which is no parameter of OAuth.")
                .found("scopes")
                .wanted("scope")
                .mended_by(Remedy::RenameScope),
        );
    }
    causes
}

/// Whether the form names a client that is nobody's in the assertion.
fn is_of_another(incident: &Incident<'_>, client_id: &str) -> bool {
    let names = ["iss", "sub"].map(|name| incident.claim(name));
    let mut known = names.iter().flatten().peekable();
    known.peek().is_some() && known.all(|name| *name != client_id)
}

/// A grant type that is missing or another one, and a parameter that came twice.
fn grant(incident: &Incident<'_>) -> Vec<Cause> {
    let wanted = match incident.gateway.request().grant() {
        Grant::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
        _ => "client_credentials",
    };
    let mut causes = Vec::new();
    match incident.form_value("grant_type") {
        None | Some("") => {
            causes.push(Cause::new(Likelihood::Certain, Rule::GrantTypeAbsent).wanted(wanted));
        }
        Some(sent) if sent != wanted => causes.push(
            Cause::new(Likelihood::Certain, Rule::GrantType)
                .found(format!("grant_type {sent:?}"))
                .wanted(wanted),
        ),
        Some(_) => {}
    }
    causes.extend(second_authentication(incident));
    if let Some(name) = beside::repeated(incident) {
        causes.push(
            Cause::of_class(Likelihood::Certain, Class::Request)
                .explained(
                    "A parameter of the request was sent more than once, which no server has to \
                     accept.",
                )
                .found(format!("{name} more than once")),
        );
    }
    causes
}

/// A secret in addition to the assertion that authenticates the client, in the form or a header.
fn second_authentication(incident: &Incident<'_>) -> Option<Cause> {
    let rules = incident.gateway.request();
    // Beside an assertion that is the grant the client authenticates in its own way.
    if rules.grant() == Grant::JwtBearer {
        return None;
    }
    let names = rules.headers().iter().map(|(name, _)| name);
    let mut names = names.chain(rules.secret_headers());
    let found = if incident.form_value("client_secret").is_some() {
        "client_secret in the form"
    } else if names.any(|name| name.eq_ignore_ascii_case("authorization")) {
        "an Authorization header"
    } else {
        return None;
    };
    Some(
        Cause::new(Likelihood::Likely, Rule::AuthenticationMethod)
            .explained(
                "The request authenticates the client twice, by the assertion and by a secret, \
                 which RFC 6749 section 2.3 forbids.",
            )
            .found(found)
            .wanted("the assertion only")
            .mended_by(Remedy::Stated("Leave the client secret out.".into())),
    )
}

/// What is wrong with the parameters that carry the assertion. Whoever shows a form may leave the
/// assertion out of it, and both of them.
fn assertion(incident: &Incident<'_>) -> Option<Cause> {
    let typ = incident.form_value("client_assertion_type");
    let assertion = incident.form_value("client_assertion");
    // One that is there and empty counts nowhere, but for a form that is shown without it.
    if assertion == Some("") && incident.assertion.is_none() {
        return Some(Cause::new(Likelihood::Certain, Rule::ClientAssertionAbsent));
    }
    match (assertion, typ) {
        (None, Some(_)) if incident.assertion.is_none() => {
            Some(Cause::new(Likelihood::Certain, Rule::ClientAssertionAbsent))
        }
        (Some(_), None) => Some(
            Cause::new(Likelihood::Certain, Rule::ClientAssertionType)
                .found("no client_assertion_type")
                .wanted(ASSERTION_TYPE),
        ),
        (_, Some(sent)) if sent != ASSERTION_TYPE => Some(
            Cause::new(Likelihood::Certain, Rule::ClientAssertionType)
                .found(format!("client_assertion_type {sent:?}"))
                .wanted(ASSERTION_TYPE),
        ),
        (Some(text), _) if text.contains(char::is_whitespace) => Some(
            Cause::new(Likelihood::Certain, Rule::Malformed)
                .explained("The assertion was sent with white space around or in it.")
                .found("white space, such as the end of a line")
                .mended_by(Remedy::SendUnchanged),
        ),
        (Some(text), _)
            if !text.is_empty()
                && incident.assertion.is_none()
                && UnverifiedJwt::decode(text).is_err() =>
        {
            Some(Cause::new(Likelihood::Certain, Rule::Malformed))
        }
        _ => None,
    }
}

/// What creeps in when an identifier is copied.
fn spelling(incident: &Incident<'_>) -> Option<Cause> {
    let id = incident.client_id.or_else(|| incident.claim("iss"))?;
    let blemish = if id.trim() != id {
        "white space around it"
    } else if id.contains(char::is_whitespace) {
        "white space in it"
    } else if id.chars().any(char::is_control) {
        "a control character in it"
    } else if id.contains(['"', '\'', '“', '”', '‘', '’', '`']) {
        "quotes around or in it"
    } else if id.contains(['<', '>', '{', '}', '$']) {
        "the brackets of a placeholder in it"
    } else if !id.is_ascii() {
        "a letter in it that is not ASCII, and may only look like one"
    } else {
        return None;
    };
    Some(
        Cause::new(Likelihood::Likely, Rule::UnknownClient)
            .explained(format!(
                "The client identifier was not copied cleanly: it has {blemish}."
            ))
            .found(format!("{} characters", id.chars().count()))
            .mended_by(Remedy::CopyClientId),
    )
}

/// Another identifier that is known here and looks the same but for a slip.
fn other_client(incident: &Incident<'_>) -> Option<Cause> {
    let id = incident.client_id.or_else(|| incident.claim("iss"))?;
    let others = || incident.other_client_ids.iter().map(String::as_str);
    if others().any(|other| other == id) {
        return None;
    }
    let near = others()
        .find(|other| other.eq_ignore_ascii_case(id))
        .or_else(|| {
            let near = nearest(id, others())?;
            others().find(|other| *other == near)
        })?;
    let way = if near.eq_ignore_ascii_case(id) {
        "in the case of its letters"
    } else {
        "by a slip"
    };
    Some(
        Cause::new(Likelihood::Likely, Rule::UnknownClient)
            .explained(format!(
                "The client identifier differs only {way} from another one that is known here."
            ))
            .found(shortened_id(id))
            .wanted(shortened_id(near))
            .mended_by(Remedy::CorrectClientId),
    )
}

/// A hand-made assertion for somebody else.
fn not_the_one_given(incident: &Incident<'_>) -> Option<Cause> {
    let (id, issuer) = (incident.client_id?, incident.claim("iss")?);
    // That those two differ is a cause of its own.
    let is_one = incident
        .claim("sub")
        .is_none_or(|subject| subject == issuer);
    (id != issuer && is_one).then(|| {
        Cause::new(Likelihood::Likely, Rule::UnknownClient)
            .explained("The assertion's iss is another client than the one that was given.")
            .found(shortened_id(issuer))
            .wanted(shortened_id(id))
    })
}

/// A key whose name is that of another environment: then client and key often are, too.
fn environment_of_key(incident: &Incident<'_>) -> Option<Cause> {
    let key_id = incident.header("kid")?;
    let mine = incident.endpoint.environment();
    if incident.endpoint.default_key_id()?.as_str() == key_id {
        return None;
    }
    let mut environments = incident.gateway.environments().iter();
    let other = environments.find(|environment| {
        let builder = incident.gateway.endpoint(environment);
        environment.name() != mine
            && with_variables(builder, incident)
                .build()
                .is_ok_and(|endpoint| {
                    endpoint
                        .default_key_id()
                        .is_some_and(|name| name.as_str() == key_id)
                })
    })?;
    let other = other.name();
    Some(
        Cause::new(Likelihood::Likely, Rule::UnknownClient)
            .explained(format!(
                "By its name the key is one for environment {other}, and the request went to \
                 {mine}: client and key belong to one environment."
            ))
            .found(format!("kid {key_id:?}"))
            .wanted(format!("a client and a key of {mine}"))
            .mended_by(Remedy::MatchEnvironment {
                of_key: other.to_owned(),
                in_use: mine.to_owned(),
            }),
    )
}

/// The variables that are in use, put into another environment's addresses.
pub(super) fn with_variables<'g>(
    builder: EndpointBuilder<'g>,
    incident: &Incident<'_>,
) -> EndpointBuilder<'g> {
    let variables = incident.endpoint.variables().iter();
    variables.fold(builder, |builder, (name, value)| {
        builder.with_variable(name.as_str(), value.as_str())
    })
}
