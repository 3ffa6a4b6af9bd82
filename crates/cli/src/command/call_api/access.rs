use crate::endpoint::Target;
use crate::failure::Result;
use crate::options::{Access, CallOptions};
use crate::setting::Origin;
use crate::settings::Settings;

/// How to get in: as asked for, else as it follows from what was given.
pub(super) fn choose(
    options: &CallOptions,
    target: &Target,
    settings: &Settings<'_>,
) -> Result<Access> {
    if let Some(access) = &options.access {
        settings.note_all(|effective| effective.add_given("auth", Some(access)));
        return Ok(*access.value());
    }
    let (access, reason) = fitting(target, settings)?;
    settings.note("auth", access.name(), Origin::Default(reason.into()));
    Ok(access)
}

/// The way that follows from the environment and from what was given, and why.
fn fitting(target: &Target, settings: &Settings<'_>) -> Result<(Access, &'static str)> {
    if target.endpoint.is_open() {
        return Ok((Access::None, "the environment is open"));
    }
    // Where an environment has a header of its own for API keys, a key alone is
    // a way in, and so is nothing at all.
    let environment = target
        .gateway
        .environment(Some(target.endpoint.environment()));
    let is_key_enough = environment.is_ok_and(|found| found.api_key_header().is_some());
    if !is_key_enough || settings.noted_path("private-key")?.is_some() {
        return Ok((Access::SignedJwt, "default"));
    }
    Ok(match settings.noted_text("client-id")? {
        Some(_) => (Access::ApiKey, "an API key is given, and no private key"),
        None => (Access::None, "neither private key nor API key is given"),
    })
}
