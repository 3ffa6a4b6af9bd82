//! How servers are reached.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::{CaStore, Transport, UreqTransport};

use crate::options::{ConnectionOptions, ProxyOption};
use crate::{Error, Parameter};

/// Seconds that a token request may take when nobody says.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);
/// A day: more than anybody waits, and less than overflows a clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// More than all public authorities take together.
const LARGEST_CA_FILE: u64 = 4 * 1024 * 1024;

/// The transports of a client.
#[derive(Clone)]
pub(crate) struct Connection {
    /// Reaches the token endpoint.
    pub(crate) token: Arc<dyn Transport + Send + Sync>,
    /// Reaches APIs, whose bodies stream.
    pub(crate) api: UreqTransport,
    /// For the whole of one token request.
    pub(crate) timeout: Duration,
}

impl Connection {
    pub(crate) fn new(options: &ConnectionOptions) -> Result<Self, Error> {
        let timeout = options.timeout.unwrap_or(TIMEOUT);
        if timeout.is_zero() || timeout > LONGEST_TIMEOUT {
            let reason = crate::error::Reason::new(format!(
                "a time-out is a whole number of seconds, 1 to {}",
                LONGEST_TIMEOUT.as_secs()
            ));
            return Err(Error::invalid(Parameter::Timeout, reason));
        }
        if options.ca_store == CaStore::System && !cfg!(feature = "system-store") {
            return Err(Error::FeatureMissing {
                parameter: Parameter::CaStore,
                feature: "system-store",
            });
        }
        let mut transport = UreqTransport::new()
            .with_timeout(timeout)
            .with_ca_store(options.ca_store);
        for path in &options.ca_certificates {
            let invalid = |text: String| {
                Error::invalid(Parameter::CaCertificate, crate::error::Reason::new(text))
            };
            let contents = tokenring_keystore::bounded_file::read(path, LARGEST_CA_FILE)
                .map_err(|error| invalid(format!("cannot read {}: {error}", path.display())))?;
            transport = transport.with_ca_certificates(&contents).map_err(|error| {
                let reason = error
                    .source()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                invalid(format!("{}: {reason}", path.display()))
            })?;
        }
        transport = match &options.proxy {
            ProxyOption::Environment => transport,
            ProxyOption::None => transport.without_proxy(),
            ProxyOption::Url(url) => transport
                .with_proxy(url)
                .map_err(|error| Error::invalid(Parameter::Proxy, error))?,
        };
        Ok(Self {
            token: match &options.transport {
                Some(transport) => Arc::clone(transport),
                None => Arc::new(transport.clone()),
            },
            api: transport,
            timeout,
        })
    }
}
