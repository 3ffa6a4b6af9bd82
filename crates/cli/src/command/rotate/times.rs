//! The time, and how long to wait, from the gateway's data and the settings.

use std::time::Duration;

use tokenring_gateway::{Gateway, Rule};
use tokenring_key_rotation::{Retirement, Timestamp};

use crate::options::{Effective, RetirementOptions, RotationOptions};
use crate::{Failure, Origin, Result, Setting, clock};

/// How long the gateway keeps its copy of the JWK Set, if that is known.
pub(super) fn cache(
    gateway: Option<&Gateway>,
    options: &RotationOptions,
) -> Option<Setting<Duration>> {
    if let Some(stated) = &options.cache_time {
        return Some(stated.clone());
    }
    let gateway = gateway?;
    let origin = Origin::Gateway(gateway.name().into());
    let cache = gateway.key().jwk_set_cache()?;
    Some(Setting::new(cache, origin))
}

/// Adds a time to the values that are shown.
pub(super) fn add(effective: &mut Option<Effective>, name: &str, time: Option<&Setting<Duration>>) {
    if let (Some(effective), Some(time)) = (effective, time) {
        effective.add(name, &time.value().as_secs(), time.origin().clone());
    }
}

/// What states that time in a command that people are told, where naming the gateway is
/// not enough.
pub(super) fn cache_option(gateway: Option<&Gateway>, cache: Option<Duration>) -> String {
    let known = gateway.and_then(|gateway| gateway.key().jwk_set_cache());
    match cache {
        None => " --cache-seconds SECONDS".into(),
        Some(_) if cache == known => String::new(),
        Some(cache) => format!(" --cache-seconds {}", cache.as_secs()),
    }
}

/// That the time is not known, for who cannot do without.
pub(super) fn unknown_cache(gateway: Option<&Gateway>) -> Failure {
    let who = match gateway {
        Some(gateway) => format!(
            "how long gateway {} keeps its copy of the JWK Set is not known",
            gateway.name()
        ),
        None => "no gateway is named that tells how long it keeps its copy of the JWK Set".into(),
    };
    Failure::usage(format!("{who}; say it with --cache-seconds SECONDS"))
}

/// How long assertions are under way that a key has signed.
pub(super) fn drain(gateway: Option<&Gateway>, options: &RetirementOptions) -> Setting<Duration> {
    if let Some(stated) = &options.drain_time {
        return stated.clone();
    }
    match gateway {
        Some(gateway) => {
            let origin = Origin::Gateway(gateway.name().into());
            Setting::new(gateway.assertion().drain_time(), origin)
        }
        None => Setting::or(None, Retirement::USUAL_DRAIN_TIME),
    }
}

/// What a gateway says to an assertion whose key it does not know.
pub(super) fn refusal(gateway: Option<&Gateway>) -> String {
    let mut refusals = gateway.map(Gateway::refusals).unwrap_or_default().iter();
    match refusals.find(|refusal| refusal.rule() == Some(Rule::UnknownKeyId)) {
        None => "as one whose key it does not know".into(),
        Some(refusal) => {
            let status = refusal.status().unwrap_or(401);
            let words = refusal.description().or(refusal.contains());
            let words = words.or(refusal.error()).unwrap_or("without a reason");
            format!("with status {status}: {words}")
        }
    }
}

pub(super) fn now() -> Result<Timestamp> {
    Ok(Timestamp::from_seconds(clock::now()?.as_seconds()))
}
