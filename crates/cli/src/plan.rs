//! What goes into an assertion, from the settings.

use tokenring_assertion::{JwtId, Lifetime, NumericDate};
use tokenring_gateway::AssertionPlan;

use crate::client::{unexpected, unusable_claims};
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result, chain};
use crate::settings::{Settings, claim_value};

/// Plans by the gateway's rules and what the settings replace of them.
pub(crate) fn read(
    target: &Target,
    client_id: &str,
    audience: &str,
    settings: &Settings<'_>,
) -> Result<AssertionPlan> {
    let rules = target.gateway.assertion();
    let mut plan = AssertionPlan::new(rules, client_id, audience);
    let mut effective = rules.lifetime();
    if let Some(text) = settings.text("lifetime")? {
        let lifetime = text.parse("lifetime", |text| match text.parse() {
            Ok(seconds) => {
                Lifetime::from_seconds(seconds).map_err(|error| Reason::new(chain(&error)))
            }
            Err(_) => Err(Reason::new("a lifetime is a whole number of seconds")),
        })?;
        if let Some(maximum) = rules.maximum_lifetime() {
            if *lifetime.value() > maximum {
                let reason = Reason::new(format!(
                    "gateway {} takes {maximum} at most",
                    target.gateway.name()
                ));
                return Err(Failure::invalid("lifetime", &lifetime, &reason));
            }
        }
        effective = lifetime.into_value();
        plan = plan.with_lifetime(effective);
    }
    settings.note_default(
        "lifetime",
        &effective.as_seconds().to_string(),
        target.origin.clone(),
    );
    match settings.text("typ")? {
        Some(token_type) if token_type.value().is_empty() => plan = plan.without_token_type(),
        Some(token_type) => plan = plan.with_token_type(token_type.into_value()),
        None => {
            settings.note(
                "typ",
                rules.typ().unwrap_or("(none)"),
                target.origin.clone(),
            );
        }
    }
    for (name, text) in settings.pairs("claim")? {
        let value = text.parse("claim", |text| claim_value(text))?;
        plan = plan.with_claim(name, value.into_value());
    }
    // Claims that have a place of their own are found here, before any key is read.
    let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
    plan.claims(NumericDate::from_seconds(0), jwt_id)
        .map_err(|error| unusable_claims(&error))?;
    Ok(plan)
}
