use alloc::vec::Vec;
use core::fmt;
use std::sync::OnceLock;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokenring_jwk::CertificateFacts;

use super::signature_algorithms::{FurtherAlgorithm, further, further_schemes};
use super::untrusted_issuer::UntrustedIssuer;

/// Verifies a server as `rustls` does, against the authorities that are known from the start, and
/// else those of the operating system, which are read when they are needed.
///
/// A certificate that was given byte for byte is trusted as the server's own, though it may be an
/// authority's: its name and its dates are still checked.
pub(super) struct ServerVerifier {
    /// Of the handshake.
    algorithms: WebPkiSupportedAlgorithms,
    /// Of certificates.
    all: Vec<&'static dyn SignatureVerificationAlgorithm>,
    known: RootCertStore,
    given: Vec<CertificateDer<'static>>,
    system: Option<OnceLock<RootCertStore>>,
}

impl ServerVerifier {
    pub(super) fn new(
        provider: &CryptoProvider,
        known: RootCertStore,
        given: Vec<CertificateDer<'static>>,
        with_system: bool,
    ) -> Self {
        let algorithms = provider.signature_verification_algorithms;
        let further = further().map(|further| further.algorithm);
        Self {
            algorithms,
            all: algorithms.all.iter().copied().chain(further).collect(),
            known,
            given,
            system: with_system.then(OnceLock::new),
        }
    }

    /// Whether an authority that is trusted certifies this one.
    fn verify_chain(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        let verify = |roots: &RootCertStore| {
            verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, now, &self.all)
        };
        let known = verify(&self.known);
        if known.is_ok() {
            return known;
        }
        if self.given.iter().any(|given| given == certificate) {
            return verify_dates(certificate, now);
        }
        let Some(system) = &self.system else {
            return known;
        };
        // A known authority may be an old one, or a namesake of the right one.
        match verify(system.get_or_init(system_roots)) {
            Err(error) if is_about_another_issuer(&error) => known,
            by_system => by_system,
        }
    }
}

impl ServerVerifier {
    /// Whether the operating system was asked and has no authorities.
    fn lacks_system(&self) -> bool {
        let system = self.system.as_ref().and_then(OnceLock::get);
        system.is_some_and(RootCertStore::is_empty)
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verify_chain(end_entity, intermediates, now)
            .map_err(|error| {
                let lacks_system = self.lacks_system();
                let given = &self.given;
                UntrustedIssuer::explain(error, end_entity, intermediates, given, lacks_system)
            })?;
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = verify_tls12_signature(message, certificate, signature, &self.algorithms);
        known.or_else(|error| {
            let is_fitting = |it: &&FurtherAlgorithm| it.tls12 == signature.scheme;
            verify_further(message, certificate, signature, is_fitting).unwrap_or(Err(error))
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = verify_tls13_signature(message, certificate, signature, &self.algorithms);
        known.or_else(|error| {
            let is_fitting = |it: &&FurtherAlgorithm| it.scheme == Some(signature.scheme);
            verify_further(message, certificate, signature, is_fitting).unwrap_or(Err(error))
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithms.supported_schemes();
        for further in further_schemes() {
            if !schemes.contains(&further) {
                schemes.push(further);
            }
        }
        schemes
    }
}

/// Whether no authority is the issuer, or only one that has its name.
const fn is_about_another_issuer(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::UnknownIssuer
                | CertificateError::BadSignature
                | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
        )
    )
}

/// Whether the holder of a certificate made a signature, by one of the further algorithms; [`None`]
/// if none of those is for its key.
fn verify_further(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
    is_fitting: impl FnMut(&&FurtherAlgorithm) -> bool,
) -> Option<Result<HandshakeSignatureValid, Error>> {
    use webpki::Error as Defect;
    let certificate = webpki::EndEntityCert::try_from(certificate).ok()?;
    for further in further().filter(is_fitting) {
        match certificate.verify_signature(further.algorithm, message, signature.signature()) {
            Ok(()) => return Some(Ok(HandshakeSignatureValid::assertion())),
            Err(Defect::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
            Err(_) => {
                let defect = CertificateError::BadSignature;
                return Some(Err(Error::InvalidCertificate(defect)));
            }
        }
    }
    None
}

/// The dates of a certificate that nobody needs to certify.
fn verify_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let facts = CertificateFacts::from_der(certificate)
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let now = now.as_secs();
    let defect = if now < facts.not_before() {
        CertificateError::NotValidYet
    } else if now > facts.not_after() {
        CertificateError::Expired
    } else {
        return Ok(());
    };
    Err(Error::InvalidCertificate(defect))
}

/// None, where the feature is missing.
#[cfg(not(feature = "system-store"))]
fn system_roots() -> RootCertStore {
    RootCertStore::empty()
}

/// The authorities of the operating system, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
///
/// What cannot be read is left out: the server is then rejected for its unknown issuer.
#[cfg(feature = "system-store")]
fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

impl fmt::Debug for ServerVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerVerifier")
            .field("known", &self.known.len())
            .field("given", &self.given.len())
            .finish_non_exhaustive()
    }
}
