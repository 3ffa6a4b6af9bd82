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
    PublishedSet::fetch(url, &transport).map_err(|error| {
        // What is behind the question mark may be a secret.
        let shown = url.as_str().split(['?', '#']).next().unwrap_or_default();
        let step = format!("published JWK Set {shown}");
        match &error {
            Error::ApiUnreachable { source, .. } => {
                words::error::unreachable(source).while_doing(&step)
            }
            Error::UnusableSet {
                status: 200,
                source,
                ..
            } => Failure::new(
                ExitCode::RuleBroken,
                format!("{step}: {}", chain(&**source)),
            ),
            Error::UnusableSet { source, .. } => Failure::new(
                ExitCode::Unreachable,
                format!("{step}: {}", chain(&**source)),
            )
            .with_advice("serve the set there, to everybody and without redirects"),
            error => Failure::from_error(ExitCode::Unexpected, error),
        }
    })
}
