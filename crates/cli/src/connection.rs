//! How servers are reached, from the settings.

use tokenring_oauth::UreqTransport;

use crate::bounded_file;
use crate::failure::{Failure, Reason, Result};
use crate::options::ConnectionOptions;

/// The transport that is asked for; the time-out is for the whole of one token request.
pub(crate) fn transport(options: &ConnectionOptions) -> Result<UreqTransport> {
    let mut transport = UreqTransport::new().with_timeout(*options.timeout.value());
    if let Some(path) = &options.ca_cert {
        let pem = bounded_file::read(path.value(), LARGEST_CA_FILE).map_err(|error| {
            let reason = Reason::new(format!("cannot read {}: {error}", path.value().display()));
            Failure::invalid("ca-cert", path, &reason)
        })?;
        transport = transport
            .with_ca_certificates_pem(&pem)
            .map_err(|error| Failure::invalid("ca-cert", path, &error))?;
    }
    Ok(transport)
}

/// More than all public authorities take together.
const LARGEST_CA_FILE: u64 = 4 * 1024 * 1024;
