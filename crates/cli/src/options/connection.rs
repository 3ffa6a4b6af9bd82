use std::path::PathBuf;
use std::time::Duration;

use tokenring::{CaStore, ClientBuilder};

use super::help::CONNECTION;
use super::{options, seconds};
use crate::setting::Setting;

/// Time that a token request may take when nobody says.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A day: more than anybody waits, and less than overflows a clock.
const LONGEST_TIMEOUT: u64 = 24 * 60 * 60;

options! {
    /// How servers are reached.
    struct ConnectionOptions {
        /// Additional certificates to trust: authorities, or the server's own (PEM or DER)
        ca_cert: Option<Setting<PathBuf>> = "ca-cert" "FILE" in CONNECTION;
        /// Authorities to trust: bundled (Mozilla's), system, or both [default: both]
        ca_store: Option<Setting<CaStore>> = "ca-store" "WHICH" in CONNECTION;
        /// Total time for a request, and for an API's first answer [default: 30]
        timeout: Setting<Duration> = "timeout" "SECONDS" in CONNECTION,
            by seconds::<1, LONGEST_TIMEOUT>, or TIMEOUT;
    }
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            ca_cert: None,
            ca_store: None,
            timeout: Setting::or(None, TIMEOUT),
        }
    }
}

impl ConnectionOptions {
    pub(crate) fn add_to_builder(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if let Some(path) = &self.ca_cert {
            builder = builder.ca_cert(path.value());
        }
        if let Some(store) = &self.ca_store {
            builder = builder.ca_store(*store.value());
        }
        builder.timeout(*self.timeout.value())
    }
}
