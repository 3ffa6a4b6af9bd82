//! How servers are reached, from the settings.

use tokenring::{ApiClient, ClientBuilder, PublishedSet};
use tokenring_oauth::SecureUrl;

use crate::options::{ConnectionOptions, Field};
use crate::{Result, words};

/// What reaches servers as it is asked for; the time-out is for the whole of one request.
pub(crate) fn transport(options: &ConnectionOptions) -> Result<ApiClient> {
    let builder = options.give_to("", ClientBuilder::default());
    let client = builder.build_without_token();
    client.map_err(|error| words::error::to_failure(&error, |it| options.all_given().origin(it)))
}

/// Fetches a JWK Set where gateways fetch it.
pub(crate) fn fetch_set(url: &SecureUrl, options: &ConnectionOptions) -> Result<PublishedSet> {
    let transport = transport(options)?;
    PublishedSet::fetch(url, &transport).map_err(|error| words::error::of_library(&error))
}
