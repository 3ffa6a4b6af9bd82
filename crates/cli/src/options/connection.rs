use std::path::PathBuf;
use std::time::Duration;

use tokenring::{CaStore, ClientBuilder, Parameter};

use super::Effective;
use crate::failure::Result;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// How servers are reached.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionOptions {
    /// Certificates to trust in addition.
    pub(crate) ca_cert: Option<Setting<PathBuf>>,
    /// Which certificate authorities to trust in addition.
    pub(crate) ca_store: Option<Setting<CaStore>>,
    /// For the whole of one token request.
    pub(crate) timeout: Setting<Duration>,
}

/// Time that a token request may take when nobody says.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A day: more than anybody waits, and less than overflows a clock.
const LONGEST_TIMEOUT: u64 = 24 * 60 * 60;

impl Settings<'_> {
    pub(crate) fn connection_options(&self) -> Result<ConnectionOptions> {
        let timeout = self.parsed("timeout", |text| {
            super::seconds(
                text,
                LONGEST_TIMEOUT,
                "a time-out is a whole number of seconds",
            )
        })?;
        Ok(ConnectionOptions {
            timeout: timeout.unwrap_or_else(default_timeout),
            ca_cert: self.path("ca-cert")?,
            ca_store: self.parsed("ca-store", str::parse::<CaStore>)?,
        })
    }
}

fn default_timeout() -> Setting<Duration> {
    Setting::new(TIMEOUT, Origin::Default("default".into()))
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            ca_cert: None,
            ca_store: None,
            timeout: default_timeout(),
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

    /// Where the value of a parameter comes from, if it was given.
    pub(crate) fn origin(&self, parameter: Parameter) -> Option<Origin> {
        match parameter {
            Parameter::CaCertificate => self.ca_cert.as_ref().map(|path| path.origin().clone()),
            Parameter::CaStore => self.ca_store.as_ref().map(|store| store.origin().clone()),
            Parameter::Timeout => Some(self.timeout.origin().clone()),
            _ => None,
        }
    }

    pub(crate) fn add_to(&self, effective: &mut Effective) {
        self.add_timeout(effective);
        effective.add_path("ca-cert", self.ca_cert.as_ref());
        effective.add_given("ca-store", self.ca_store.as_ref());
    }

    pub(crate) fn add_timeout(&self, effective: &mut Effective) {
        let seconds = self.timeout.value().as_secs();
        effective.add("timeout", &seconds, self.timeout.origin().clone());
    }
}
