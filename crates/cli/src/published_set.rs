//! A JWK Set where gateways fetch it.

use tokenring::{Error, PublishedSet};
use tokenring_oauth::SecureUrl;

use crate::ExitCode;
use crate::connection;
use crate::failure::{Failure, Result, chain};
use crate::options::ConnectionOptions;
use crate::words;

/// Fetches it.
pub(crate) fn fetch(url: &SecureUrl, options: &ConnectionOptions) -> Result<PublishedSet> {
    let transport = connection::transport(options)?;
    PublishedSet::fetch(url, &transport).map_err(|error| failure(&error, ExitCode::RuleBroken))
}

/// Why there is no set, or one that cannot be used, which is the fault that the code says.
pub(crate) fn failure(error: &Error, unusable: ExitCode) -> Failure {
    match error {
        Error::ApiUnreachable { url, source } => {
            words::error::unreachable(source).while_doing(&format!("published JWK Set {url}"))
        }
        Error::UnusableSet {
            url,
            status,
            source,
        } => {
            let text = format!("published JWK Set {url}: {}", chain(&**source));
            match status {
                200 => Failure::new(unusable, text),
                _ => Failure::new(ExitCode::Unreachable, text)
                    .with_advice("serve the set there, to everybody and without redirects"),
            }
        }
        error => Failure::from_error(ExitCode::Unexpected, error),
    }
}
