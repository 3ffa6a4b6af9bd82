use tokenring::Target;

use crate::options::{Access, CallOptions, Effective, Named, TokenOptions};
use crate::setting::Origin;

/// How to get in: as asked for, else as it follows from what was given.
pub(super) fn choose(
    options: &CallOptions,
    target: &Target,
    token: &TokenOptions,
    own: &mut Effective,
) -> Access {
    if let Some(access) = &options.access {
        own.add("auth", access.value(), access.origin().clone());
        return *access.value();
    }
    let (access, reason) = fitting(target, token);
    own.add("auth", access.name(), Origin::Default(reason.into()));
    access
}

/// The way that follows from the environment and from what was given, and why.
fn fitting(target: &Target, token: &TokenOptions) -> (Access, &'static str) {
    if target.endpoint().is_open() {
        return (Access::None, "the environment is open");
    }
    // Where an environment has a header of its own for API keys, a key alone is
    // a way in, and so is nothing at all.
    let environment = target
        .gateway()
        .environment(Some(target.endpoint().environment()));
    let is_key_enough = environment.is_ok_and(|found| found.api_key_header().is_some());
    if !is_key_enough || token.key.private_key.is_some() {
        return (Access::SignedJwt, "default");
    }
    match token.assertion.client.client_id {
        Some(_) => (Access::ApiKey, "an API key is given, and no private key"),
        None => (Access::None, "neither private key nor API key is given"),
    }
}
