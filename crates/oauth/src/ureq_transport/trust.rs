use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::OnceLock;

use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokenring_jwk::{CertificateDefect, Error as KeyError, read_certificates};

use super::server_verifier::ServerVerifier;
use crate::{CaStore, Error};

/// Whom servers may be certified by.
#[derive(Clone, Default)]
pub(super) struct Trust {
    given: Vec<CertificateDer<'static>>,
    store: CaStore,
    /// Made for the first server, and again for none.
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Trust {
    /// The same with these certificates (PEM or DER).
    ///
    /// Each is tried as an authority here, so that none is left out without a word.
    pub(super) fn with_certificates(self, contents: &[u8]) -> Result<Self, Error> {
        let mut given = self.given;
        let read = read_certificates(contents).map_err(Error::InvalidCertificate)?;
        for (der, number) in read.into_iter().zip(1..) {
            let certificate = CertificateDer::from(der);
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|_| {
                    let defect = CertificateDefect::Damaged { number };
                    Error::InvalidCertificate(KeyError::UnusableCertificate(defect))
                })?;
            given.push(certificate);
        }
        Ok(Self {
            given,
            store: self.store,
            config: Arc::default(),
        })
    }

    pub(super) fn with_store(self, store: CaStore) -> Self {
        Self {
            given: self.given,
            store,
            config: Arc::default(),
        }
    }

    /// How many certificates were given.
    pub(super) fn given(&self) -> usize {
        self.given.len()
    }

    pub(super) const fn store(&self) -> CaStore {
        self.store
    }

    /// The configuration of TLS for all servers.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let config = self.to_config()?;
        Ok(Arc::clone(self.config.get_or_init(|| config)))
    }

    fn to_config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let provider = provider();
        let mut known = RootCertStore::empty();
        if self.store != CaStore::System {
            known.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        known.add_parsable_certificates(self.given.iter().cloned());
        let with_system = cfg!(feature = "system-store") && self.store != CaStore::Bundled;
        let verifier = ServerVerifier::new(&provider, known, self.given.clone(), with_system);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            // The verifier is the one of `rustls` with more to look in.
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        // Each request has a session of its own.
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }
}

/// The provider that the program has installed, or else *ring*, with what it lacks.
fn provider() -> Arc<CryptoProvider> {
    let provider = match CryptoProvider::get_default() {
        Some(provider) => (**provider).clone(),
        None => rustls::crypto::ring::default_provider(),
    };
    #[cfg(feature = "aws-lc-rs")]
    let provider = super::p521_key_exchange::added_to(provider);
    Arc::new(provider)
}
