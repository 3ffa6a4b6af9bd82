use std::time::Duration;

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Activation, Error, RotationDriver, Sight};
use tokenring_oauth::SecureUrl;

use super::{key_folder, times, words};
use crate::connection::fetch_set;
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::ActivationOptions;
use crate::progress::Countdown;
use crate::{Console, ExitCode, Failure, Result, Setting, output};

/// How often the published set is looked at while waiting.
const INTERVAL: Duration = Duration::from_secs(30);

/// Lets the waiting key sign.
pub(crate) fn run(mut options: ActivationOptions, console: &Console) -> Result<ExitCode> {
    let folder = key_folder::folder(&options.rotation)?;
    let gateway = stated_gateway(&options.rotation.gateway)?;
    let cache = times::cache(gateway.as_ref(), &options.rotation);
    times::add(&mut options.explanation, "cache-seconds", cache.as_ref());
    let cache = match cache {
        Some(cache) => cache.into_value(),
        None if options.haste.forces => Duration::ZERO,
        None => return Err(times::unknown_cache(gateway.as_ref())),
    };
    if explain(
        &options.explanation,
        [format!("let the new key in {} sign", folder.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let driver = key_folder::driver(folder, &options.reading, gateway.as_ref(), console)?;
    let countdown = Countdown::start(console);
    let mut copies = Duration::ZERO;
    let mut is_told = false;
    let key_id = loop {
        let (failure, left) = match attempt(&driver, &options, cache, &mut copies)? {
            Ok(key_id) => break key_id,
            Err(not_yet) => not_yet,
        };
        let is_watched = left.is_some() || options.url.is_some();
        if !options.haste.waits || !is_watched {
            return Err(failure);
        }
        if !is_told {
            console.detail(format_args!("Waiting: {failure}"));
            is_told = true;
        }
        let what = match left {
            Some(_) => "until every copy has the new key",
            None => "until the new key is published",
        };
        countdown.wait(left.map_or(INTERVAL, |left| left.min(INTERVAL)), left, what);
    };
    countdown.end();
    console.say(format_args!(
        "Key {key_id} signs now; processes that run take it up at their next assertion."
    ));
    output::print(&format!("{key_id}\n"))
}

/// Why not yet, and after how long, if that is known.
type NotYet = (Failure, Option<Duration>);

/// Looks at what is published, and activates if it is time.
fn attempt(
    driver: &RotationDriver,
    options: &ActivationOptions,
    cache: Duration,
    copies: &mut Duration,
) -> Result<Result<KeyId, NotYet>> {
    // Fetched before anything is locked: a server may take its time.
    let place = options.url.as_ref().map(Setting::value);
    let sight = place.map(|url| fetch_set(url, &options.connection));
    if let Some(Ok(published)) = &sight {
        // The longest that any look told: an older copy is good for as long.
        *copies = published.copies().max(*copies);
    }
    let now = times::now()?;
    let wait = cache + *copies;
    let mut activation =
        Activation::new(wait).with_sight(match (&options.published_since, &sight) {
            (Some(since), _) => Sight::Since(*since.value()),
            (None, None) => Sight::None,
            (None, Some(Ok(published))) => Sight::Fetched(published.document()),
            (None, Some(Err(_))) => Sight::Failed,
        });
    if options.haste.forces {
        activation = activation.forced();
    }
    let error = match driver.activate(&activation, now) {
        Ok(key_id) => return Ok(Ok(key_id)),
        Err(error) => error,
    };
    let mut failure = words::failure(&error, driver.folder());
    match (&error, &options.published_since) {
        (Error::TooEarly { .. }, _) => {
            failure = failure.with_advice(&format!(
                "copies of the JWK Set that lack it are good until then ({} s); --wait waits, and \
                 --force does not",
                wait.as_secs()
            ));
        }
        (Error::PublishedSetUnavailable { .. }, _) => {
            failure = sight.and_then(Result::err).unwrap_or(failure);
        }
        (Error::NotInPublishedSet { key_id, jwk_set }, _) => {
            let place = place.map(SecureUrl::as_str).unwrap_or_default();
            let text = format!(
                "the JWK Set at {} has no key {key_id}, or another one of that name; publish {} \
                 there",
                place.split(['?', '#']).next().unwrap_or_default(),
                jwk_set.display()
            );
            failure = Failure::new(ExitCode::RuleBroken, text);
        }
        (Error::PublishedBeforeMade { .. }, Some(since)) => {
            failure = Failure::invalid("published", since, &error);
        }
        _ => {}
    }
    match error.is_temporary() {
        true => Ok(Err((failure, error.remaining(now)))),
        false => Err(failure),
    }
}
