use core::fmt;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use tokenring_jwk::KeySpec;

use super::certificate::{Contents, Issuer};
use super::hosts::Hosts;

/// A client whose clock is slow takes the certificates too.
const VALID_BEFORE: Duration = Duration::from_secs(86_400);
/// More than any process of this kind runs, less than the 398 days that Apple's platforms allow.
const VALID_FOR: Duration = Duration::from_secs(90 * 86_400);
/// The only protocol that this gateway speaks (RFC 7301, section 6).
const HTTP_1_1: &[u8] = b"http/1.1";

/// A certificate authority that is made at the start and gone at the end.
///
/// It vouches for the hosts that this gateway stands in for, and its certificate says so (RFC 5280,
/// section 4.2.1.10): whoever trusts it by mistake trusts it for no other host.
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    key: Arc<dyn SigningKey>,
    /// The key of every host's certificate.
    host_key: Arc<dyn SigningKey>,
    validity: (Duration, Duration),
    /// One for each host, made on first use.
    configurations: Mutex<HashMap<String, Arc<ServerConfig>>>,
}

/// A key or a certificate could not be made.
#[derive(Debug)]
pub(crate) struct NotMade;

impl Authority {
    pub(crate) fn generate(hosts: &Hosts) -> Result<Self, NotMade> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let validity = (now.saturating_sub(VALID_BEFORE), now + VALID_FOR);
        let key = generate_key()?;
        let issuer = Issuer { key: &*key };
        let certificate = issuer.sign(&Contents::Authority(hosts), &*key, validity)?;
        Ok(Self {
            certificate,
            key,
            host_key: generate_key()?,
            validity,
            configurations: Mutex::default(),
        })
    }

    /// The certificate that clients have to trust, as PEM. There is no key in it.
    pub(crate) fn to_pem(&self) -> String {
        let ending = pem_rfc7468::LineEnding::LF;
        // Fails for nothing but a label that is none.
        pem_rfc7468::encode_string("CERTIFICATE", ending, &self.certificate).unwrap_or_default()
    }

    /// How TLS is spoken as that host.
    ///
    /// The caller sees to it that there are few hosts.
    pub(crate) fn configuration(&self, host: &str) -> Result<Arc<ServerConfig>, NotMade> {
        let configurations = self.configurations.lock();
        let mut configurations = configurations.unwrap_or_else(PoisonError::into_inner);
        if let Some(configuration) = configurations.get(host) {
            return Ok(Arc::clone(configuration));
        }
        let issuer = Issuer { key: &*self.key };
        let contents = Contents::Host(host);
        let certificate = issuer.sign(&contents, &*self.host_key, self.validity)?;
        let certified = CertifiedKey::new(vec![certificate], Arc::clone(&self.host_key));
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions();
        let mut configuration = builder
            .map_err(|_| NotMade)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        configuration.alpn_protocols = vec![HTTP_1_1.to_vec()];
        let configuration = Arc::new(configuration);
        configurations.insert(host.to_owned(), Arc::clone(&configuration));
        Ok(configuration)
    }
}

fn generate_key() -> Result<Arc<dyn SigningKey>, NotMade> {
    let key = tokenring_jwk::ring::generate(KeySpec::P256).map_err(|_| NotMade)?;
    let der = key.to_pkcs8_der();
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.secret()));
    ring::sign::any_ecdsa_type(&der).map_err(|_| NotMade)
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}
