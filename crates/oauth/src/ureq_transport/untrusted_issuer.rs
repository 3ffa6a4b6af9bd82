use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error, OtherError};
use tokenring_jwk::CertificateFacts;

use crate::printable;
use crate::server_text::keep;

/// Who issued a certificate that nobody here trusts.
#[derive(Debug)]
pub(super) struct UntrustedIssuer {
    issuer: String,
    is_self_signed: bool,
    is_chain: bool,
    lacks_system: bool,
}

impl UntrustedIssuer {
    /// Adds the issuer to an error that is about one. A certificate that is an authority's own and
    /// self-signed is the same case: nobody vouches for it.
    pub(super) fn explain(
        error: Error,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        lacks_system: bool,
    ) -> Error {
        let Some(own) = CertificateFacts::from_der(end_entity) else {
            return error;
        };
        let is_self_signed = own.is_self_issued();
        let is_about_trust = match &error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
            Error::InvalidCertificate(CertificateError::Other(other)) => {
                is_self_signed && other.0.to_string() == "CaUsedAsEndEntity"
            }
            _ => false,
        };
        if !is_about_trust {
            return error;
        }
        let mut last = own;
        let mut is_chain = false;
        for next in intermediates {
            match CertificateFacts::from_der(next) {
                Some(next) if last.is_issued_by(&next) && !last.is_self_issued() => {
                    last = next;
                    is_chain = true;
                }
                _ => {}
            }
        }
        let issuer = keep(&printable(last.issuer()).to_string(), 128, &[]);
        let found = Self {
            issuer,
            is_self_signed,
            is_chain,
            lacks_system,
        };
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(found))))
    }
}

impl fmt::Display for UntrustedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_self_signed {
            f.write_str("it is self-signed, and not one that is trusted here")?;
        } else {
            match self.issuer.as_str() {
                "" => f.write_str("its issuer is not trusted")?,
                issuer => write!(f, "its issuer ({issuer}) is not trusted")?,
            }
            f.write_str(": a private authority, or that of a proxy that inspects TLS")?;
            if !self.is_chain {
                f.write_str(", or the server leaves out an intermediate certificate")?;
            }
        }
        if self.lacks_system {
            f.write_str(" (the system's store of authorities is empty or cannot be read)")?;
        }
        Ok(())
    }
}

impl core::error::Error for UntrustedIssuer {}
