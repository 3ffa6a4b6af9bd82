//! What the caller put in the place of the preset's own values, or added to them: whatever a server
//! refuses, that may be it.

use super::incident::Incident;
use super::{Cause, Class, Likelihood};
use crate::request_rules::RESERVED;
use crate::{AudienceRule, Grant, IssuerRule, Remedy, Rule, SubjectRule, Text};

/// What every assertion can have.
const CLAIMS: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "scope"];

pub(super) fn causes(incident: &Incident<'_>) -> Vec<Cause> {
    // Other statuses are about the address, the form or the rate.
    if !matches!(incident.response.status(), 400 | 401 | 403 | 422 | 500..) {
        return Vec::new();
    }
    let causes = [
        issuer(incident),
        subject(incident),
        audience(incident),
        claims(incident),
        parameters(incident),
    ];
    causes.into_iter().flatten().collect()
}

/// Another `iss` than the client ID.
fn issuer(incident: &Incident<'_>) -> Option<Cause> {
    let (id, sent) = (incident.client_id?, incident.claim("iss")?);
    let is_other = match incident.gateway.assertion().issuer_rule() {
        IssuerRule::Fixed(_) => false,
        // The key's name follows.
        IssuerRule::OfKey(_) => !sent.starts_with(id),
        _ => id != sent,
    };
    is_other.then(|| {
        Cause::new(Likelihood::Likely, Rule::UnknownClient)
            .explained("The assertion's iss is not the client ID.")
            .found(format!("iss {sent:?}"))
            .wanted(format!("{id:?}"))
            .mended_by(Remedy::SetIssuerClaim)
    })
}

/// A `sub` that says for whom the token is.
fn subject(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.claim("sub")?;
    let rules = incident.gateway.assertion();
    let is_free = !matches!(
        rules.subject_rule(),
        SubjectRule::ClientId | SubjectRule::Absent
    );
    let is_other = incident.claim("iss") != Some(sent);
    (is_free && is_other).then(|| {
        Cause::of_class(Likelihood::Possible, Class::Client)
            .explained("The gateway may not know the subject, or the client may not act for it.")
            .found(format!("sub {sent:?}"))
            .mended_by(Remedy::SetSubject { wanted: None })
    })
}

/// An issuer identifier that became `aud`, and that no file knows.
fn audience(incident: &Incident<'_>) -> Option<Cause> {
    let sent = incident.claim("aud")?;
    let endpoint = incident.endpoint;
    if matches!(
        incident.gateway.assertion().audience(),
        AudienceRule::Absent
    ) {
        return (!sent.is_empty()).then(|| {
            Cause::new(Likelihood::Possible, Rule::Audience)
                .explained("The JWT has an aud, which this gateway's preset does not send.")
                .found(format!("aud {sent:?}"))
        });
    }
    let environment = incident.gateway.environment(Some(endpoint.environment()));
    let is_stated = environment.is_ok_and(|environment| environment.issuer().is_some());
    (endpoint.issuer() == Some(sent) && !is_stated).then(|| {
        Cause::new(Likelihood::Possible, Rule::Audience)
            .explained(
                "The assertion's aud is the issuer identifier that was given for the server, and \
                 the server may call itself something else.",
            )
            .found(format!("aud {sent:?}"))
            .mended_by(Remedy::SetIssuer)
    })
}

fn claims(incident: &Incident<'_>) -> Option<Cause> {
    // Where the file lists the claims, that says more.
    if incident.gateway.assertion().allowed_claims().is_some() {
        return None;
    }
    let own = incident.endpoint.claims();
    let is_usual = |name: &str| CLAIMS.contains(&name) || own.iter().any(|(own, _)| own == name);
    let names = incident.assertion?.claims().iter().map(|(name, _)| name);
    let others: Vec<&str> = names.filter(|name| !is_usual(name)).collect();
    (!others.is_empty()).then(|| {
        Cause::new(Likelihood::Possible, Rule::UnknownClaim)
            .explained("The assertion has claims that this gateway's preset does not send.")
            .found(others.join(", "))
            .mended_by(Remedy::Stated(Text::from(
                "Leave these claims out, or compare them with what the gateway's portal says.",
            )))
    })
}

fn parameters(incident: &Incident<'_>) -> Option<Cause> {
    let own = incident.endpoint.parameters();
    let secret = incident.gateway.request().secret_parameters();
    let is_usual = |name: &str| {
        RESERVED.contains(&name)
            || name == "client_secret"
            || own.iter().any(|(own, _)| own == name)
            || secret.iter().any(|secret| secret == name)
    };
    let names = incident.form?.iter().map(|(name, _)| name.as_str());
    let others: Vec<&str> = names.filter(|name| !is_usual(name)).collect();
    (!others.is_empty()).then(|| {
        Cause::of_class(Likelihood::Possible, Class::Request)
            .explained("The form has parameters that this gateway's preset does not send.")
            .found(others.join(", "))
            .mended_by(Remedy::CompareForm)
    })
}

/// Whether the assertion is the grant, and authenticates no client.
pub(super) fn is_grant_alone(incident: &Incident<'_>) -> bool {
    let rules = incident.gateway.request();
    rules.grant() == Grant::JwtBearer
        && rules.client_authentication() == crate::ClientAuthentication::None
}
