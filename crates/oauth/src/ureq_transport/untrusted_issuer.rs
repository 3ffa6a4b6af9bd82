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
    /// An authority of that name is trusted, with another key.
    is_namesake: bool,
}

impl UntrustedIssuer {
    /// Adds the issuer to an error that is about one. A certificate that is an authority's own and
    /// self-signed is the same case: nobody vouches for it.
    pub(super) fn explain(
        error: Error,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        given: &[CertificateDer<'_>],
        lacks_system: bool,
    ) -> Error {
        let Some(own) = CertificateFacts::from_der(end_entity) else {
            return error;
        };
        let is_self_signed = own.is_self_issued();
        let is_namesake = matches!(
            error,
            Error::InvalidCertificate(CertificateError::BadSignature)
        ) && ![intermediates, given, core::slice::from_ref(end_entity)]
            .iter()
            .any(|certificates| certificates.iter().any(has_short_key));
        let is_about_trust = match &error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
            _ if is_namesake => true,
            Error::InvalidCertificate(CertificateError::Other(other)) => {
                let defect = other.0.downcast_ref::<webpki::Error>();
                is_self_signed && defect == Some(&webpki::Error::CaUsedAsEndEntity)
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
            is_namesake,
        };
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(found))))
    }
}

/// Whether it has an RSA key that is too short to verify a signature with. That looks as if the
/// signature were wrong.
fn has_short_key(certificate: &CertificateDer<'_>) -> bool {
    /// The object identifiers of PKCS #1.
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
    /// A SubjectPublicKeyInfo with 2048 bits has 294 octets.
    const SHORTEST: usize = 290;
    let Ok(certificate) = webpki::EndEntityCert::try_from(certificate) else {
        return false;
    };
    let key = certificate.subject_public_key_info();
    key.len() < SHORTEST && key.windows(RSA.len()).any(|bytes| bytes == RSA)
}

impl fmt::Display for UntrustedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_namesake {
            return write!(
                f,
                "its issuer ({}) has another key than the authority of that name that is trusted here, which may be an old one",
                self.issuer
            );
        }
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
