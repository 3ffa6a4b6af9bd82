//! How servers are reached, from the settings.

use tokenring::{ApiClient, ClientBuilder};

use crate::failure::Result;
use crate::options::{ConnectionOptions, Field};
use crate::words;

/// What reaches servers as it is asked for; the time-out is for the whole of one request.
pub(crate) fn transport(options: &ConnectionOptions) -> Result<ApiClient> {
    let builder = options.give_to("", ClientBuilder::default());
    let client = builder.build_without_token();
    client.map_err(|error| words::error::to_failure(&error, |it| options.all_given().origin(it)))
}
