//! What the lint finds in the assertion that was sent, and how much of it is the clock's fault.

use tokenring_assertion::NumericDate;

use super::clients::with_variables;
use super::incident::Incident;
use super::{Cause, Likelihood};
use crate::{Endpoint, Finding, Lint, Remedy, Rule, Severity, UnverifiedJwt};

/// How far the clocks may be apart without a word, in seconds.
const WORTH_A_WORD: u64 = 5;
/// From here on most servers refuse something, in seconds.
const SERIOUS: u64 = 30;

/// The rules of the gateway that the assertion breaks.
pub(super) fn causes(incident: &Incident<'_>) -> Vec<Cause> {
    let Some(jwt) = incident.assertion else {
        return clock(incident, None).into_iter().collect();
    };
    let Some(judged_at) = incident.judged_at() else {
        return Vec::new();
    };
    let findings = lint(incident, jwt, judged_at);
    let by_own_clock = match incident.sent_at {
        Some(sent_at) => lint(incident, jwt, sent_at),
        None => findings.clone(),
    };
    let is_wrong = |finding: &&Finding| {
        may_be_refused(finding)
            && is_of_time(finding.rule())
            && !by_own_clock
                .iter()
                .any(|own| may_be_refused(own) && own.rule() == finding.rule())
    };
    let clock_is_worth_it = incident
        .clock_ahead()
        .is_some_and(|ahead| ahead.unsigned_abs() > WORTH_A_WORD);
    let by_clock = findings
        .iter()
        .find(|finding| clock_is_worth_it && is_wrong(finding));
    let mut causes: Vec<Cause> = clock(incident, by_clock).into_iter().collect();
    for finding in &findings {
        if by_clock.is_some() && is_wrong(&finding) {
            continue;
        }
        let is_of_audience = matches!(finding.rule(), Rule::Audience | Rule::AudienceAbsent);
        let cause = cause(finding);
        causes.push(
            if is_of_audience && incident.endpoint.is_audience_replaced() {
                cause.at(Likelihood::Likely)
            } else {
                cause
            },
        );
    }
    causes
}

fn lint(incident: &Incident<'_>, jwt: &UnverifiedJwt, now: NumericDate) -> Vec<Finding> {
    let file_s_own = endpoint_without_replacement(incident);
    let endpoint = file_s_own.as_ref().unwrap_or(incident.endpoint);
    let lint = Lint::new(incident.gateway, endpoint, now);
    let mut findings = lint.check(jwt);
    // What a gateway takes although it advises another one is no reason for a refusal.
    findings.retain(|finding| {
        finding.severity() != Severity::Advised || finding.rule() != Rule::Algorithm
    });
    // A signature is looked at with the keys, which tells more.
    findings.retain(|finding| {
        finding.rule() != Rule::Signature
            || incident.own_key.is_none()
            || incident.provider.is_none()
    });
    findings
}

/// The endpoint with the audience that the gateway's file has, where somebody put another one in
/// its place: before sending that is their business, and after a refusal it is suspicious.
fn endpoint_without_replacement(incident: &Incident<'_>) -> Option<Endpoint> {
    let endpoint = incident.endpoint;
    if !endpoint.is_audience_replaced() {
        return None;
    }
    let environment = incident.gateway.environment(Some(endpoint.environment()));
    let builder = incident.gateway.endpoint(environment.ok()?);
    let mut builder = with_variables(builder, incident);
    if let Ok(url) = endpoint.token_endpoint() {
        builder = builder.with_token_endpoint(url.clone());
    }
    if let Some(issuer) = endpoint.issuer() {
        builder = builder.with_issuer(issuer);
    }
    builder.build().ok()
}

fn is_refused(finding: &Finding) -> bool {
    finding.severity() == Severity::Refused
}

/// Whether the gateway refuses the assertion for it, or may well.
fn may_be_refused(finding: &Finding) -> bool {
    is_refused(finding) || finding.is_unknown()
}

pub(super) const fn is_of_time(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Expired
            | Rule::ExpiryTooLate
            | Rule::ExpiryTooLateWithoutIssuedAt
            | Rule::IssuedInFuture
            | Rule::TooOld
            | Rule::NotYetValid
    )
}

/// What may have made a server fail: one without leeway fails over a date, too, and says the same;
/// another one over a value that it did not expect.
pub(super) fn behind_failure(causes: Vec<Cause>) -> Vec<Cause> {
    let causes = causes.into_iter().filter_map(|cause| {
        if cause.rule().is_some_and(is_of_time) {
            return Some(cause);
        }
        let is_certain = cause.likelihood() == Likelihood::Certain;
        is_certain.then(|| cause.at(Likelihood::Likely))
    });
    causes.collect()
}

fn cause(finding: &Finding) -> Cause {
    let likelihood = match finding.severity() {
        Severity::Refused => Likelihood::Certain,
        _ if finding.is_unknown() => Likelihood::Likely,
        _ => Likelihood::Possible,
    };
    let mut cause = Cause::new(likelihood, finding.rule())
        .wanted(finding.wanted())
        .mended_by(finding.remedy().clone())
        .sourced_in(finding.source());
    // What is there and is no text counts as absent, and is not.
    if let (Some(_), Some(name)) = (finding.found(), name_of(finding.rule())) {
        cause = cause.explained(format!("The assertion's {name} is not a string."));
    }
    cause = match finding.found() {
        Some(found) => cause.found(format!("{} {found}", finding.subject())),
        None => cause.found(format!("no {}", finding.subject())),
    };
    if let Some(detail) = finding.detail() {
        cause = cause.adding(&format!("More exactly: {detail}.").into());
    }
    cause
}

/// The claim that has to be a string, by the rule that it is there.
const fn name_of(rule: Rule) -> Option<&'static str> {
    match rule {
        Rule::IssuerAbsent => Some("iss"),
        Rule::SubjectAbsent => Some("sub"),
        _ => None,
    }
}

/// The clock that the assertion's dates are from, where it is wrong; `broken` is what the
/// assertion breaks by that.
fn clock(incident: &Incident<'_>, broken: Option<&Finding>) -> Option<Cause> {
    let ahead = incident.clock_ahead()?;
    let seconds = ahead.unsigned_abs();
    if seconds <= WORTH_A_WORD {
        return None;
    }
    let (way, usual) = if ahead > 0 {
        ("ahead of", fast_clock(incident))
    } else {
        ("behind", Rule::Expired)
    };
    let likelihood = match broken {
        Some(finding) if is_refused(finding) => Likelihood::Certain,
        Some(_) => Likelihood::Likely,
        None if seconds > SERIOUS => Likelihood::Likely,
        None => Likelihood::Possible,
    };
    Some(
        Cause::new(likelihood, broken.map_or(usual, Finding::rule))
            .explained(format!(
                "This machine's clock is {seconds} s {way} the server's, and the assertion's \
                 dates are from it."
            ))
            .found(format!("{seconds} s {way} the server's Date"))
            .wanted("the same time")
            .mended_by(Remedy::CorrectClock {
                seconds: Some(seconds),
            }),
    )
}

/// What a clock that is fast breaks first.
fn fast_clock(incident: &Incident<'_>) -> Rule {
    let has = |name| {
        let claims = incident.assertion.map(UnverifiedJwt::claims);
        claims.is_some_and(|claims| claims.get(name).is_some())
    };
    if has("nbf") {
        Rule::NotYetValid
    } else if has("iat") {
        Rule::IssuedInFuture
    } else {
        Rule::ExpiryTooLate
    }
}
