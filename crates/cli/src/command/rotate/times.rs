//! How long to wait, from the gateway's data and the settings.

use std::time::Duration;

use tokenring_gateway::{Gateway, Rule};

use crate::failure::{Failure, Reason, Result};
use crate::setting::Origin;
use crate::settings::Settings;

/// What is added to the lifetime of assertions: clocks differ, and requests take time.
const MARGIN: Duration = Duration::from_secs(60);
/// How long assertions are under way at a gateway that nobody named. The longest
/// lifetime that most take is five minutes.
const USUAL_DRAIN: Duration = Duration::from_secs(600);
/// A month.
const LONGEST: u64 = 31 * 24 * 60 * 60;

/// How long the gateway keeps its copy of the JWK Set, if that is known.
pub(super) fn cache(
    gateway: Option<&Gateway>,
    settings: &Settings<'_>,
) -> Result<Option<Duration>> {
    if let Some(stated) = seconds("cache-seconds", settings)? {
        return Ok(Some(stated));
    }
    let cache = gateway.and_then(|gateway| gateway.key().jwk_set_cache());
    if let (Some(cache), Some(gateway)) = (cache, gateway) {
        let origin = Origin::Gateway(gateway.name().into());
        settings.note("cache-seconds", &cache.as_secs(), origin);
    }
    Ok(cache)
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

/// As [`cache`], for who cannot do without.
pub(super) fn known_cache(gateway: Option<&Gateway>, settings: &Settings<'_>) -> Result<Duration> {
    cache(gateway, settings)?.ok_or_else(|| {
        let who = match gateway {
            Some(gateway) => format!(
                "how long gateway {} keeps its copy of the JWK Set is not known",
                gateway.name()
            ),
            None => {
                "no gateway is named that tells how long it keeps its copy of the JWK Set".into()
            }
        };
        Failure::usage(format!("{who}; say it with --cache-seconds SECONDS"))
    })
}

/// How long assertions are under way that a key has signed.
pub(super) fn drain(gateway: Option<&Gateway>, settings: &Settings<'_>) -> Result<Duration> {
    if let Some(stated) = seconds("drain-seconds", settings)? {
        return Ok(stated);
    }
    let (drain, origin) = match gateway {
        Some(gateway) => {
            let rules = gateway.assertion();
            let longest = rules.maximum_lifetime().unwrap_or_else(|| rules.lifetime());
            let longest = Duration::from_secs(longest.as_seconds());
            let origin = Origin::Gateway(gateway.name().into());
            (longest + MARGIN, origin)
        }
        None => (USUAL_DRAIN, Origin::Default("default".into())),
    };
    settings.note("drain-seconds", &drain.as_secs(), origin);
    Ok(drain)
}

fn seconds(name: &str, settings: &Settings<'_>) -> Result<Option<Duration>> {
    let Some(text) = settings.noted_text(name)? else {
        return Ok(None);
    };
    let seconds = text.parse(name, |text| match text.parse() {
        Ok(seconds @ 0..=LONGEST) => Ok(seconds),
        _ => Err(Reason::new(format!(
            "it is a whole number of seconds, 0 to {LONGEST}"
        ))),
    })?;
    Ok(Some(Duration::from_secs(seconds.into_value())))
}

/// What a gateway says to an assertion whose key it does not know.
pub(super) fn refusal(gateway: Option<&Gateway>) -> String {
    let refusals = gateway.map(Gateway::refusals).unwrap_or_default();
    let mut refusals = refusals.iter();
    let refusal = refusals.find(|refusal| refusal.rule() == Some(Rule::UnknownKeyId));
    match refusal {
        None => "as one whose key it does not know".into(),
        Some(refusal) => {
            let status = refusal.status().unwrap_or(401);
            let words = refusal.description().or(refusal.contains());
            let words = words.or(refusal.error()).unwrap_or("without a reason");
            format!("with status {status}: {words}")
        }
    }
}
