//! Advice that the request followed already: then the server's words mean something else, and
//! something else is to be tried.

use core::time::Duration;

use super::incident::Incident;
use super::{Cause, Class, Likelihood, overridden, unseen};
use crate::{AudienceRule, DateUnit, NamedOption, Remedy, Rule, Text, UnverifiedJwt};

/// Closer than this, in seconds, clocks and dates agree as far as an answer can tell.
const AGREEMENT: f64 = 10.0;
/// As many audiences are named: the first is the one to try.
const NAMED: usize = 3;

/// A cause whose remedy asks for nothing that was sent.
pub(super) fn reconsidered(cause: Cause, incident: &Incident<'_>) -> Cause {
    let cause = of_rule(cause, incident);
    let cause = match overridden::is_grant_alone(incident) {
        true => of_grant(cause),
        false => cause,
    };
    match is_followed(cause.remedy(), incident) {
        true => cause
            .adding(&Text::from(
                "What was sent is so already: the server means something else, or something on \
                 the way changed the request.",
            ))
            .mended_by(Remedy::CheckSetup),
        false => cause,
    }
}

/// The causes without that of a date that the answer's own time rules out, where another one is
/// about the same date.
pub(super) fn without_impossible_dates(
    mut causes: Vec<Cause>,
    incident: &Incident<'_>,
) -> Vec<Cause> {
    let Some(left) = time_left(incident) else {
        return causes;
    };
    let is_late = |cause: &Cause| {
        matches!(
            cause.rule(),
            Some(Rule::ExpiryTooLate | Rule::ExpiryTooLateWithoutIssuedAt | Rule::TooOld)
        )
    };
    if left > AGREEMENT && causes.iter().any(is_late) {
        causes.retain(|cause| cause.rule() != Some(Rule::Expired));
    }
    let is_past = |cause: &Cause| cause.rule() == Some(Rule::Expired);
    if left < -AGREEMENT && causes.iter().any(is_past) {
        causes.retain(|cause| cause.rule() != Some(Rule::ExpiryTooLate));
    }
    causes
}

fn of_rule(cause: Cause, incident: &Incident<'_>) -> Cause {
    let other = match cause.rule() {
        Some(Rule::Audience) => audience(&cause, incident),
        Some(Rule::Scope) => scope(&cause, incident),
        None if cause.class() == Class::Scope => {
            let is_general = cause.explanation() == &Text::from(Class::Scope.meaning());
            is_general.then(|| scope(&cause, incident)).flatten()
        }
        Some(Rule::Expired) => expired(&cause, incident),
        Some(Rule::IssuedInFuture) => not_yet(&cause, "iat", incident),
        Some(Rule::NotYetValid) => not_yet(&cause, "nbf", incident),
        Some(Rule::TooOld) => too_old(&cause, incident),
        Some(Rule::JwtIdSpent) => spent(&cause, incident),
        Some(Rule::ContentType) => content_type(&cause, incident),
        Some(Rule::UnknownKeyId) => key_id(&cause, incident),
        _ => None,
    };
    other.unwrap_or(cause)
}

/// An `aud` that is the gateway's by its file.
fn audience(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.claim("aud")?;
    let endpoint = incident.endpoint;
    let is_own = endpoint.audience().is_ok_and(|own| own == sent)
        && (!endpoint.is_audience_replaced()
            || endpoint.accepted_audiences().iter().any(|own| own == sent));
    let tries_another = match cause.remedy() {
        Remedy::TryAudience { audience } => audience != sent,
        Remedy::SetIssuerOrGateway { .. } => true,
        Remedy::SetIssuer => endpoint.issuer().is_none(),
        _ => false,
    };
    if !is_own || tries_another {
        return None;
    }
    let address = endpoint.token_endpoint().ok().map(|url| url.as_str());
    let accepted = endpoint.accepted_audiences().iter().map(String::as_str);
    let mut audiences: Vec<String> = Vec::new();
    for other in accepted.chain(endpoint.issuer()).chain(address) {
        if other != sent && !audiences.iter().any(|known| known == other) {
            audiences.push(other.to_owned());
        }
    }
    audiences.truncate(NAMED);
    let rule = incident.gateway.assertion().audience();
    let takes_issuer =
        matches!(rule, AudienceRule::IssuerElseTokenEndpoint) && endpoint.issuer().is_none();
    let cause = cause.clone();
    // That nobody knows the given issuer is said better there.
    let cause = match cause.remedy() {
        Remedy::SetIssuer => cause,
        _ => cause.explained(
            "The server does not accept the assertion's aud, although it is the one that this \
             preset sends here: the server calls itself something else.",
        ),
    };
    Some(
        cause
            .found(format!("aud {sent:?}"))
            .mended_by(Remedy::ReplaceAudience {
                audiences,
                takes_issuer,
            }),
    )
}

/// No scope, where the server grants none.
fn scope(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    /// What else a server may not grant.
    const OTHERS: [&str; 3] = ["audience", "resource", "authorization_details"];
    incident.form?;
    let is_sent = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    if is_sent(incident.form_value("scope")) || is_sent(incident.claim("scope")) {
        return None;
    }
    let likelihood = cause.likelihood().max(Likelihood::Likely);
    let cause = cause.clone().at(likelihood).found("no scope");
    let mut others = OTHERS.iter();
    Some(match others.find(|name| incident.form_value(name).is_some()) {
        Some(name) => cause
            .explained(format!(
                "The server does not grant the parameter {name}, or wants a scope: the request \
                 has none."
            ))
            .mended_by(Remedy::CompareScope),
        None => cause
            .explained(
                "The request has no scope, and the server may grant no token without one, or not \
                 the scope that it takes in its place.",
            )
            .mended_by(Remedy::SetScope),
    })
}

/// An `exp` that is ahead of the time of the answer itself.
fn expired(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    /// Long enough for slow networks, and short enough for strict servers.
    const SHORT: u64 = 60;
    const LONG: u64 = 300;
    let left = time_left(incident)?;
    // Where the clocks are apart, that is the better explanation.
    if left <= AGREEMENT || !clocks_agree(incident) {
        return None;
    }
    let seconds = match left > 120.0 {
        true => SHORT,
        false => LONG,
    };
    let most = incident.gateway.assertion().maximum_lifetime();
    let most = most.map_or(seconds, |most| most.as_seconds());
    let cause = cause
        .clone()
        .explained(
            "The server says that the assertion has expired, and by the answer's own Date it \
                 has not: the server judges by another clock, or by another limit.",
        )
        .found(format!("exp {left:.0} s ahead of the answer's Date"))
        .mended_by(Remedy::TryLifetime {
            seconds: seconds.min(most),
        });
    Some(match unseen::hint(Rule::Expired, incident) {
        Some((sentence, _)) => cause.adding(&sentence),
        None => cause,
    })
}

/// A date that has come by the time of the answer itself.
fn not_yet(cause: &Cause, name: &str, incident: &Incident<'_>) -> Option<Cause> {
    if cause.likelihood() == Likelihood::Possible || !agrees(incident, name)? {
        return None;
    }
    Some(
        cause
            .clone()
            .explained(format!(
                "The server says that the assertion's {name} is ahead of its clock, and the \
                 answer's own Date agrees with it."
            ))
            .mended_by(Remedy::TryAgainAsClocksAgree),
    )
}

/// An `iat` that is the time of the answer itself.
fn too_old(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    agrees(incident, "iat")?.then(|| {
        cause
            .clone()
            .explained(
                "The server says that the assertion was issued too long ago, and by the answer's \
                 own Date it was not: the server judges by another clock.",
            )
            .mended_by(Remedy::AskSupportWithTime)
    })
}

/// A `jti` that was made for this request.
fn spent(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.claim("jti")?;
    let is_known = incident.spent_jwt_ids.iter().any(|spent| spent == sent);
    (incident.is_own_request && !is_known).then(|| {
        cause
            .clone()
            .explained(
                "The server says that the assertion's jti was used before. The assertion was made \
                 for this request: something on the way sent it twice, or jti was given by hand.",
            )
            .mended_by(Remedy::TryAgainWithNewJwtId)
    })
}

/// A `Content-Type` that is that of a form.
fn content_type(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    incident.is_own_request.then(|| {
        let likelihood = cause.likelihood().max(Likelihood::Likely);
        cause
            .clone()
            .at(likelihood)
            .explained(
                "The server finds no form in the request. One was sent, as \
                 application/x-www-form-urlencoded: the token URL is that of something else, or \
                 something on the way changed the header Content-Type or the body.",
            )
            .mended_by(Remedy::CompareTokenUrl)
    })
}

/// A name that a key may have, or may not have, at the gateway.
fn key_id(cause: &Cause, incident: &Incident<'_>) -> Option<Cause> {
    incident.header("kid")?;
    matches!(cause.remedy(), Remedy::SetKeyId { wanted: None })
        .then(|| cause.clone().mended_by(Remedy::RegisterKeyOrSetKeyId))
}

/// Where the assertion is the grant no client authenticates by it.
fn of_grant(cause: Cause) -> Cause {
    match cause.remedy() {
        Remedy::RegisterGrant => cause.mended_by(Remedy::Stated(Text::from(
            "Have the assertion's issuer, and its subject, admitted to this grant in the \
             gateway's portal.",
        ))),
        Remedy::CompareAlgorithm => cause.mended_by(Remedy::Stated(Text::with_option(
            "Compare ",
            NamedOption::Algorithm,
            " with the algorithm for which the gateway's portal has the key.",
        ))),
        _ => cause,
    }
}

/// Whether what a remedy asks for is what was sent.
fn is_followed(remedy: &Remedy, incident: &Incident<'_>) -> bool {
    let Some(jwt) = incident.assertion else {
        return false;
    };
    let claims = jwt.claims();
    let is_whole = |name: &str| claims.get(name).is_some_and(serde_json::Value::is_u64);
    let is_header = |name: &str, value: &str| jwt.header().text(name) == Some(value);
    let is_client = |name: &str| {
        let id = incident.client_id;
        id.is_some() && claims.text(name) == id
    };
    match remedy {
        Remedy::SetAudience {
            wanted: Some(wanted),
            ..
        } => claims.text("aud") == Some(wanted),
        Remedy::TryAudience { audience } => claims.text("aud") == Some(audience),
        Remedy::SendOneAudience => claims.text("aud").is_some(),
        Remedy::SetType {
            wanted: Some(wanted),
        } => is_header("typ", wanted),
        Remedy::TryType { typ } => is_header("typ", typ),
        Remedy::SetKeyId {
            wanted: Some(wanted),
        } => is_header("kid", wanted),
        Remedy::RemoveCritical => jwt.header().get("crit").is_none(),
        Remedy::RemoveKeyId => jwt.header().get("kid").is_none(),
        Remedy::SetIssuerClaim => is_client("iss"),
        Remedy::SetIssuerAndSubject => is_client("iss") && is_client("sub"),
        Remedy::SetSubject {
            wanted: Some(wanted),
        } => claims.text("sub") == Some(wanted),
        Remedy::LeaveClaimOut { name } => claims.get(name).is_none(),
        Remedy::SendIssuedAt => is_whole("iat"),
        Remedy::SendNotBefore => is_whole("nbf"),
        Remedy::SetExpiry => is_whole("exp"),
        Remedy::SendClientId => {
            let sent = incident.form_value("client_id");
            sent.is_some() && sent == claims.text("iss")
        }
        Remedy::SetScope => {
            let sent = incident.form_value("scope");
            sent.is_some_and(|scope| !scope.trim().is_empty())
        }
        _ => false,
    }
}

/// How many seconds `exp` is ahead of the answer's own time.
fn time_left(incident: &Incident<'_>) -> Option<f64> {
    ahead(incident, "exp")
}

/// How many seconds a date is ahead of the answer's own time.
fn ahead(incident: &Incident<'_>, name: &str) -> Option<f64> {
    let date = incident.assertion.map(UnverifiedJwt::claims)?;
    let date = date.get(name)?.as_f64()?;
    let answered = Duration::from_secs(incident.response.date()?.as_seconds());
    let is_plain = DateUnit::of(date) == DateUnit::Seconds;
    is_plain.then_some(date - answered.as_secs_f64())
}

fn agrees(incident: &Incident<'_>, name: &str) -> Option<bool> {
    Some(ahead(incident, name)?.abs() <= AGREEMENT && clocks_agree(incident))
}

fn clocks_agree(incident: &Incident<'_>) -> bool {
    let apart = incident.clock_ahead().map(i64::unsigned_abs);
    apart.is_none_or(|apart| Duration::from_secs(apart).as_secs_f64() <= AGREEMENT)
}
