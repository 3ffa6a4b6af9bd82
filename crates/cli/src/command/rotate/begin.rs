use std::fs;
use std::path::{Path, PathBuf, absolute};

use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_key_rotation::{BegunRotation, Error, KeyNaming, NextKey, RotationDriver};

use super::{key_folder, times, words};
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::NextKeyOptions;
use crate::{Console, ExitCode, Failure, Origin, Reason, Result, Setting, output};

/// Makes the next key and puts its public half into the JWK Set.
pub(crate) fn run(options: NextKeyOptions, console: &Console) -> Result<ExitCode> {
    let folder = key_folder::folder(&options.rotation)?;
    let gateway = stated_gateway(&options.rotation.gateway)?;
    let steps = [
        format!("make the next key in {}", folder.display()),
        "add its public half to the JWK Set".to_owned(),
    ];
    if explain(&options.explanation, steps)? {
        return Ok(ExitCode::Success);
    }
    let next = next_key(&options, gateway.as_ref(), &folder)?;
    let driver = key_folder::driver(folder, &options.reading, gateway.as_ref(), console)?;
    let begun = driver.begin(&next, times::now()?);
    let begun = begun.map_err(|error| match (&error, &options.algorithm) {
        (Error::AlgorithmOfOtherKeys { .. }, Some(asked)) => Failure::invalid("alg", asked, &error),
        _ => words::failure(&error, driver.folder()),
    })?;
    tell(&begun, &driver, gateway.as_ref(), &options, console);
    let (path, jwk_set) = (begun.path.display(), begun.jwk_set.display());
    output::print(&format!("{path}\n{jwk_set}\n"))
}

fn next_key(options: &NextKeyOptions, gateway: Option<&Gateway>, folder: &Path) -> Result<NextKey> {
    let mut next = NextKey::new().with_naming(naming(options, gateway)?);
    if let Some(path) = &options.rotation.private_key {
        next = next.with_key_in_use(path.value());
    }
    if let Some(key_id) = &options.reading.key_id {
        next = next.with_key_id_in_use(key_id.value().as_str());
    }
    if let Some(path) = &options.jwk_set {
        next = next.with_jwk_set(set_path(path, folder)?);
    }
    if let Some(spec) = &options.key_type {
        next = next.with_spec(*spec.value());
    }
    if let Some(algorithm) = &options.algorithm {
        next = next.with_algorithm(*algorithm.value());
    }
    if let Some(gateway) = gateway {
        next = next.with_accepted(gateway.algorithms());
    }
    Ok(match options.encrypts {
        true => next.encrypted(),
        false => next,
    })
}

/// How the new key is named: as asked for, else as the gateway has it.
fn naming(options: &NextKeyOptions, gateway: Option<&Gateway>) -> Result<KeyNaming> {
    let scheme = match &options.key_id_scheme {
        Some(scheme) => Some(scheme.value().of_key().ok_or_else(|| {
            let reason = Reason::new("a new key is named by thumbprint or spki-sha256");
            Failure::invalid("kid-scheme", scheme, &reason)
        })?),
        None => gateway.map(|gateway| gateway.key().id_scheme()),
    };
    Ok(match (&options.next_key_id, scheme) {
        (Some(key_id), _) => KeyNaming::Named(key_id.value().clone()),
        (None, Some(KeyIdScheme::Thumbprint)) => KeyNaming::Thumbprint,
        (None, Some(KeyIdScheme::SpkiSha256)) => KeyNaming::SpkiSha256,
        _ => KeyNaming::Sequence,
    })
}

/// The JWK Set's path. One in a configuration file belongs to that file's folder already, any
/// other starts in the folder of the keys.
fn set_path(path: &Setting<PathBuf>, folder: &Path) -> Result<PathBuf> {
    let origin = path.origin();
    let path = path.value();
    if matches!(origin, Origin::Profile { .. } | Origin::ConfigFile(_)) {
        return Ok(absolute(path).unwrap_or_else(|_| path.clone()));
    }
    let within = folder.join(path);
    if within.exists() || !path.exists() {
        return Ok(path.clone());
    }
    let meant = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    Err(Failure::usage(format!(
        "--jwk-set: there is no {}, as a path without / at its beginning starts in the folder of \
         the keys; did you mean {}?",
        within.display(),
        meant.display()
    )))
}

/// What a person does now.
fn tell(
    begun: &BegunRotation,
    driver: &RotationDriver,
    gateway: Option<&Gateway>,
    options: &NextKeyOptions,
    console: &Console,
) {
    let cache = times::cache(gateway, &options.rotation).map(Setting::into_value);
    let cache_option = times::cache_option(gateway, cache);
    let waits = match cache {
        Some(cache) => format!(
            "once it has been there for {} s, which the next command waits for",
            cache.as_secs()
        ),
        None => "once the gateway has fetched it".into(),
    };
    let named = key_folder::options(driver, gateway);
    console.say(format_args!(
        "Made key {}, {}: keep it secret. Key {} goes on signing.",
        begun.key_id,
        begun.path.display(),
        begun.active
    ));
    console.say("What to do next:");
    console.say(format_args!(
        "  1. Publish {}, which has both keys.",
        begun.jwk_set.display()
    ));
    console.say(format_args!(
        "  2. Let the new key sign {waits}: \
         tokenring rotate activate {named}{cache_option} --jwks-url URL --wait"
    ));
    console.say(format_args!(
        "  3. Later, take the old key away: tokenring rotate retire {named}"
    ));
}
