use alloc::sync::Arc;
use alloc::vec::Vec;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

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

/// Verifies servers against Mozilla's authorities and these.
///
/// With the provider that the program has installed, or else with *ring*.
pub(super) fn tls_config(private: &[Certificate<'static>]) -> TlsConfig {
    let provider = match CryptoProvider::get_default() {
        Some(provider) => Arc::clone(provider),
        None => Arc::new(rustls::crypto::ring::default_provider()),
    };
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(public_and(private))
        .build()
}

/// Mozilla's authorities and these.
fn public_and(private: &[Certificate<'static>]) -> RootCerts {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|certificate| Certificate::from_der(certificate))
        .chain(private.iter().cloned())
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_ones_come_on_top() {
        let private = read_pem(include_bytes!("../../tests/data/tls/authority.pem")).unwrap();
        let RootCerts::Specific(roots) = public_and(&private) else {
            panic!("not the given authorities");
        };
        let public = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
        assert!(public.len() > 100);
        assert_eq!(roots.len(), public.len() + 1);
        let readable = RootCertStore::empty()
            .add_parsable_certificates(roots.iter().map(|root| root.der().into()));
        assert_eq!(readable, (roots.len(), 0));
    }
}
