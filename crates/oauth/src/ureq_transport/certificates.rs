use alloc::vec::Vec;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts};

use crate::Error;

/// The certificates in a PEM file, at least one.
///
/// Each is tried as an authority here, because `ureq` leaves out what it cannot
/// read without a word.
pub(super) fn read_pem(pem: &[u8]) -> Result<Vec<Certificate<'static>>, Error> {
    let pem = pem.strip_prefix("\u{feff}".as_bytes()).unwrap_or(pem);
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| Error::InvalidCertificate)?;
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|_| Error::InvalidCertificate)?;
        certificates.push(Certificate::from_der(&certificate).to_owned());
    }
    if certificates.is_empty() {
        return Err(Error::InvalidCertificate);
    }
    Ok(certificates)
}

/// Mozilla's authorities and these.
pub(super) fn public_and(private: &[Certificate<'static>]) -> RootCerts {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|certificate| Certificate::from_der(certificate))
        .chain(private.iter().cloned())
        .into()
}
