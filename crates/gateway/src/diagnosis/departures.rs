//! Where the assertion departs from what the preset would have sent, though no rule of the
//! gateway's file speaks against it: a server may be stricter than its file knows.

use core::time::Duration;

use serde_json::Value;

use super::incident::Incident;
use super::{Cause, Likelihood, kept};
use crate::{DateUnit, Remedy, Rule, TypRule, UnverifiedJwt};

/// What the strictest of the common limits is, in seconds; beyond it many servers refuse.
const USUAL_LIMIT: f64 = 300.0;
/// How much clocks differ without anybody minding, in seconds.
const USUAL_SKEW: f64 = 15.0;

pub(super) fn causes(incident: &Incident<'_>) -> Vec<Cause> {
    let Some(jwt) = incident.assertion else {
        return Vec::new();
    };
    [
        spent_jwt_id(incident, jwt),
        no_key_id(incident),
        other_algorithm(incident),
        token_type(incident),
        audience_list(jwt),
        not_yet_valid(incident, jwt),
        issued_in_future(incident, jwt),
        lifetime(incident, jwt),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn spent_jwt_id(incident: &Incident<'_>, jwt: &UnverifiedJwt) -> Option<Cause> {
    let jwt_id = jwt.claims().text("jti")?;
    let mut spent = incident.spent_jwt_ids.iter();
    spent.any(|other| other == jwt_id).then(|| {
        Cause::new(Likelihood::Certain, Rule::JwtIdSpent)
            .explained("An assertion with this jti was sent before, and a jti counts once.")
            .wanted("a jti that is new")
    })
}

/// A header without the key ID that the preset sends: a server with several keys of the client
/// may take the wrong one, or none.
fn no_key_id(incident: &Incident<'_>) -> Option<Cause> {
    let rules = incident.gateway.key();
    let keys = incident
        .published
        .map(|published| published.keys.keys().len());
    let has_several = keys.is_some_and(|count| count > 1);
    if !rules.id_scheme().sends_key_id() || kept::names_key(incident.assertion?) || !has_several {
        return None;
    }
    Some(
        Cause::new(Likelihood::Likely, Rule::KeyIdAbsent)
            .explained(
                "The assertion's header has no kid. A server that knows several keys of the \
                 client needs one to find the right key.",
            )
            .found("no kid"),
    )
}

/// Another algorithm than the preset would take for this key: a client is often registered for
/// one, and that is the usual one.
fn other_algorithm(incident: &Incident<'_>) -> Option<Cause> {
    let (key, sent) = (incident.own_key?, incident.algorithm()?);
    let of_key = key.key_type().algorithms();
    let mut taken = incident.gateway.assertion().algorithms().iter();
    let usual = taken.find(|taken| of_key.contains(taken))?;
    // The key was made for this one.
    let is_published = incident.published.is_some_and(|published| {
        let mut keys = published.keys.keys().iter();
        keys.any(|jwk| jwk.public_key() == key && jwk.algorithm() == Some(sent))
    });
    (*usual != sent && !is_published).then(|| {
        Cause::new(Likelihood::Likely, Rule::Algorithm)
            .explained(
                "The assertion is signed with another algorithm than this gateway's preset takes \
                 for the key, and a client is often registered for one algorithm only.",
            )
            .found(sent.name())
            .wanted(usual.name())
            .mended_by(Remedy::SetAlgorithm {
                algorithms: vec![*usual],
            })
    })
}

fn token_type(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.header("typ");
    let usual = incident.gateway.assertion().typ();
    // The file knows of clients that send none.
    let gateway = incident.gateway;
    let is_known = gateway.source_of("assertion.typ-rule") != gateway.source_of("assertion");
    if sent.is_none() && is_known && gateway.assertion().typ_rule() == TypRule::Ignored {
        return None;
    }
    if sent.map(str::to_lowercase) == usual.map(str::to_lowercase) {
        return None;
    }
    let shown = |text: Option<&str>| text.map_or("no typ".into(), |text| format!("typ {text:?}"));
    Some(
        Cause::new(Likelihood::Likely, Rule::Type)
            .explained(match (sent, usual) {
                (Some(_), Some(_)) => {
                    "The assertion has another typ than this gateway's preset sends, and servers \
                     differ in what they take."
                }
                (None, _) => {
                    "The assertion has no typ, which this gateway's preset sends, and servers \
                     differ in what they take."
                }
                (_, None) => {
                    "The assertion has a typ, which this gateway's preset does not send, and \
                     servers differ in what they take."
                }
            })
            .found(shown(sent))
            .wanted(shown(usual))
            .mended_by(Remedy::LeaveTypeToGateway),
    )
}

fn audience_list(jwt: &UnverifiedJwt) -> Option<Cause> {
    matches!(jwt.claims().get("aud"), Some(Value::Array(_))).then(|| {
        Cause::new(Likelihood::Likely, Rule::AudienceList)
            .explained("The assertion's aud is a list, which not all servers take.")
            .found("a list")
            .wanted("one text")
    })
}

/// A server of which nobody knows what it forgives may forgive nothing.
fn not_yet_valid(incident: &Incident<'_>, jwt: &UnverifiedJwt) -> Option<Cause> {
    let gateway = incident.gateway;
    let not_before = jwt.claims().get("nbf")?.as_f64()?;
    let ahead = not_before - seconds(incident)?;
    let stated = gateway.assertion().leeway().not_before().as_secs_f64();
    let most = gateway.forgives(Rule::NotYetValid)?.as_secs_f64();
    if ahead <= stated || ahead > most {
        return None;
    }
    let cause = Cause::new(Likelihood::Likely, Rule::NotYetValid)
        .found(format!("nbf {ahead:.1} s ahead of the server's clock"))
        .wanted("a time that has come");
    Some(cause)
}

fn issued_in_future(incident: &Incident<'_>, jwt: &UnverifiedJwt) -> Option<Cause> {
    let issued_at = jwt.claims().get("iat")?.as_f64()?;
    let ahead = issued_at - seconds(incident)?;
    if ahead <= USUAL_SKEW {
        return None;
    }
    let cause = Cause::new(Likelihood::Likely, Rule::IssuedInFuture);
    Some(if DateUnit::of(issued_at) != DateUnit::Seconds {
        in_another_unit(cause, "iat", issued_at)
    } else {
        cause
            .found(format!("iat {ahead:.0} s ahead of the server's clock"))
            .wanted("a time that has come")
    })
}

fn lifetime(incident: &Incident<'_>, jwt: &UnverifiedJwt) -> Option<Cause> {
    let expires_at = jwt.claims().get("exp")?.as_f64()?;
    let lifetime = expires_at - seconds(incident)?;
    if incident.gateway.assertion().maximum_lifetime().is_some() || lifetime <= USUAL_LIMIT {
        return None;
    }
    let cause = Cause::new(Likelihood::Likely, Rule::ExpiryTooLate);
    Some(if DateUnit::of(expires_at) != DateUnit::Seconds {
        in_another_unit(cause, "exp", expires_at)
    } else {
        cause
            .explained("The assertion lives longer than most servers take.")
            .found(format!("{lifetime:.0} s"))
            .wanted(format!(
                "{USUAL_LIMIT:.0} s or less, with some servers 60 s"
            ))
            .mended_by(Remedy::ShortenLifetime { seconds: Some(60) })
    })
}

/// A date that is not in seconds, and therefore far in the future.
fn in_another_unit(cause: Cause, claim: &'static str, date: f64) -> Cause {
    let unit = DateUnit::of(date);
    cause
        .explained(format!(
            "The assertion's {claim} is {}.",
            match unit {
                DateUnit::TooLarge => unit.to_string(),
                unit => format!("in {unit}, and so far in the future"),
            }
        ))
        .found(unit.to_string())
        .wanted("seconds")
        .mended_by(Remedy::for_unit(claim, unit))
}

/// The moment of judgement.
fn seconds(incident: &Incident<'_>) -> Option<f64> {
    let at = incident.judged_at()?;
    Some(Duration::from_secs(at.as_seconds()).as_secs_f64())
}
