//! A JWK Set where gateways fetch it.

use tokenring::PublishedSet;
use tokenring_oauth::SecureUrl;

use crate::connection;
use crate::failure::Result;
use crate::options::ConnectionOptions;
use crate::words::error::of_library;

/// Fetches it.
pub(crate) fn fetch(url: &SecureUrl, options: &ConnectionOptions) -> Result<PublishedSet> {
    let transport = connection::transport(options)?;
    PublishedSet::fetch(url, &transport).map_err(|error| of_library(&error))
}
