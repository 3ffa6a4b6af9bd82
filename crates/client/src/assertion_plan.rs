//! What goes into an assertion.

use tokenring_assertion::{JwtId, Lifetime, NumericDate};
use tokenring_gateway::{AssertionPlan, IssuerRule, SubjectRule};

use crate::error::{Cause, Reason};
use crate::options::{AssertionOptions, GatewayOptions};
use crate::requested_scope::RequestedScope;
use crate::target::{Target, incomplete};
use crate::{EffectiveValue, Error, Parameter};

/// Plans by the gateway's rules and by what was given in place of them.
pub(crate) fn plan(
    target: &Target,
    client_id: &str,
    scope: &RequestedScope,
    gateway: &GatewayOptions,
    options: &AssertionOptions,
    effective: &mut Vec<EffectiveValue>,
) -> Result<AssertionPlan, Error> {
    let audience = target.endpoint().audience().map_err(incomplete)?;
    let rules = target.gateway().assertion();
    let mut plan = AssertionPlan::new(rules, client_id, audience);
    match read_lifetime(target, options)? {
        Some(lifetime) => plan = plan.with_lifetime(lifetime),
        None => {
            let seconds = rules.lifetime().as_seconds().to_string();
            effective.push(EffectiveValue::new(
                Parameter::Lifetime,
                seconds,
                target.source(),
            ));
        }
    }
    plan = match &options.typ {
        Some(typ) if typ.is_empty() => plan.without_token_type(),
        Some(typ) => plan.with_token_type(typ),
        None => {
            let typ = rules.typ().unwrap_or("(none)");
            effective.push(EffectiveValue::new(Parameter::Typ, typ, target.source()));
            plan
        }
    };
    if let Some(issuer) = issuer(target, gateway, effective) {
        plan = plan.with_issuer(issuer);
    }
    let subject = match &gateway.subject {
        Some(subject) => Some(subject.as_str()).filter(|subject| !subject.is_empty()),
        None => {
            let subject = match rules.subject_rule() {
                SubjectRule::ClientId | SubjectRule::Any => Some(client_id),
                SubjectRule::Fixed(_) => target.endpoint().subject(),
                _ => None,
            };
            let shown = subject.unwrap_or("(none)");
            effective.push(EffectiveValue::new(
                Parameter::Subject,
                shown,
                target.source(),
            ));
            subject
        }
    };
    plan = match subject {
        Some(subject) => plan.with_subject(subject),
        None => plan.without_subject(),
    };
    if let Some(scope) = scope.of_claim() {
        plan = plan.with_claim("scope", scope);
    }
    let given = |name: &str| options.claims.iter().any(|(other, _)| other == name);
    for (name, value) in target.endpoint().claims() {
        if !given(name) {
            plan = plan.with_claim(name, value.clone());
        }
    }
    for (name, value) in &options.claims {
        plan = plan.with_claim(name, value.clone());
    }
    // Claims that have a method of their own are found here, before any key is read.
    let jwt_id = JwtId::random().map_err(no_randomness)?;
    plan.claims(NumericDate::from_seconds(0), jwt_id)
        .map_err(unusable)?;
    Ok(plan)
}

/// The issuer, where it is not the client as everywhere else.
fn issuer<'t>(
    target: &'t Target,
    gateway: &'t GatewayOptions,
    effective: &mut Vec<EffectiveValue>,
) -> Option<&'t str> {
    if let Some(issuer) = &gateway.assertion_issuer {
        return Some(issuer);
    }
    let IssuerRule::Fixed(_) = target.gateway().assertion().issuer_rule() else {
        return None;
    };
    let issuer = target.endpoint().assertion_issuer()?;
    effective.push(EffectiveValue::new(
        Parameter::AssertionIssuer,
        issuer,
        target.source(),
    ));
    Some(issuer)
}

pub(crate) fn no_randomness(error: tokenring_assertion::Error) -> Error {
    Error::Randomness {
        source: Cause::from(Box::from(error)),
    }
}

/// A claim that cannot be used.
pub(crate) fn unusable(error: tokenring_assertion::Error) -> Error {
    let tokenring_assertion::Error::ReservedClaim(name) = &error else {
        return Error::invalid(Parameter::Claim, error);
    };
    let parameter = match &**name {
        "iss" => Some(Parameter::AssertionIssuer),
        "sub" => Some(Parameter::Subject),
        "aud" => Some(Parameter::Audience),
        "exp" => Some(Parameter::Lifetime),
        _ => None,
    };
    Error::ReservedClaim {
        name: name.to_string(),
        parameter,
    }
}

fn read_lifetime(target: &Target, options: &AssertionOptions) -> Result<Option<Lifetime>, Error> {
    let Some(lifetime) = options.lifetime else {
        return Ok(None);
    };
    let lifetime = Lifetime::from_seconds(lifetime.as_secs())
        .map_err(|error| Error::invalid(Parameter::Lifetime, error))?;
    let stated = target.gateway().assertion().maximum_lifetime();
    let maximum = stated.unwrap_or(Lifetime::DAY);
    if options.skip_lint || lifetime <= maximum {
        return Ok(Some(lifetime));
    }
    let name = target.gateway().name();
    let reason = match stated {
        Some(_) => format!("gateway {name} takes {maximum} at most"),
        None => format!("the file of gateway {name} allows no lifetime over a day ({maximum})"),
    };
    Err(Error::invalid(Parameter::Lifetime, Reason::new(reason)))
}
