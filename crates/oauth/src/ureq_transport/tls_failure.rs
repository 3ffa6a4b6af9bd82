use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io;

use rustls::{AlertDescription, CertificateError, Error};

use super::untrusted_issuer::UntrustedIssuer;
use crate::server_text::keep;
use crate::{TransportError, TransportErrorKind as Kind, printable};

/// Says in our words why there is no TLS session with a host, never in those of
/// the TLS library, which are dumps of its values.
pub(super) fn describe(host: &str, error: &Error) -> TransportError {
    let text = match error {
        Error::InvalidCertificate(defect) => {
            format!(
                "the certificate of {host} is rejected: {}",
                certificate(defect)
            )
        }
        Error::NoCertificatesPresented => {
            format!("{host} sent no certificate: check the URL, else tell the server's operator")
        }
        Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => {
            format!("{host} does not speak TLS: check scheme and port of the URL")
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            format!("{host} speaks no TLS 1.2 or 1.3 that is secure: tell the server's operator")
        }
        Error::AlertReceived(alert) => {
            let number = u8::from(*alert);
            format!(
                "{host} refused the TLS session (alert {number}): {}",
                alert_advice(*alert)
            )
        }
        Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_)
        | Error::DecryptError => format!(
            "{host} breaks the rules of TLS: check host and port, and what stands in between, else tell the server's operator"
        ),
        _ => format!("no TLS session with {host}: check the URL"),
    };
    let kind = match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Kind::UntrustedAuthority,
        Error::InvalidCertificate(CertificateError::Other(error))
            if error.0.is::<UntrustedIssuer>() =>
        {
            Kind::UntrustedAuthority
        }
        _ => Kind::Tls,
    };
    TransportError::new(kind, text)
}

impl TransportError {
    /// Says why there is no TLS session with a host, if that is what an error of a socket holds:
    /// for transports that are made of `rustls`, too.
    #[must_use]
    pub fn of_tls(host: &str, error: &io::Error) -> Option<Self> {
        let inner = error.get_ref()?;
        match inner.downcast_ref::<Error>() {
            Some(error) => Some(describe(host, error)),
            None => Self::of_tls(host, inner.downcast_ref::<io::Error>()?),
        }
    }
}

fn certificate(defect: &CertificateError) -> String {
    let advice = match defect {
        CertificateError::UnknownIssuer => "its issuer is not trusted",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired: check the clock of this machine, else tell the server's operator"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet: check the clock of this machine, else tell the server's operator"
        }
        CertificateError::NotValidForNameContext { presented, .. } => return names(presented),
        CertificateError::NotValidForName => "it is for another name: check the host in the URL",
        CertificateError::Revoked => "it is revoked: tell the server's operator",
        CertificateError::BadSignature => {
            "a signature is invalid, or an RSA key is shorter than 2048 bits: the server needs a new certificate"
        }
        CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        } => algorithm(signature_algorithm_id),
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its key or that of its authority is of a type that is not supported: use RSA, P-256 or P-384"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its extended key usage does not allow servers (serverAuth): the server needs a new certificate"
        }
        CertificateError::UnhandledCriticalExtension => CRITICAL_EXTENSION,
        // The error type of another crate, whose text is the name of the variant.
        CertificateError::Other(error) if error.0.is::<UntrustedIssuer>() => {
            return error.0.to_string();
        }
        CertificateError::Other(error) => match error.0.to_string().as_str() {
            "CaUsedAsEndEntity" => {
                "it is an authority's own certificate: the server needs one with basicConstraints=CA:FALSE"
            }
            "UnsupportedCertVersion" => {
                "it is of X.509 version 1, which is not supported: make one of version 3, with a subjectAltName, such as by openssl req -x509 -addext subjectAltName=DNS:HOST"
            }
            "UnsupportedCriticalExtension" => CRITICAL_EXTENSION,
            _ => DAMAGED,
        },
        _ => DAMAGED,
    };
    advice.into()
}

const CRITICAL_EXTENSION: &str =
    "it has a critical extension that is not supported: the server needs a new certificate";
const DAMAGED: &str =
    "it is damaged, or breaks a rule of its authority: tell the server's operator";

/// SHA-1 and MD5 by the object identifiers of their signatures.
fn algorithm(id: &[u8]) -> &'static str {
    const RSA_MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4];
    const RSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
    const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
    let is = |known: &[u8]| id.windows(known.len()).any(|bytes| bytes == known);
    if is(RSA_SHA1) || is(ECDSA_SHA1) {
        "it is signed with SHA-1, which is not secure: the server needs a new certificate"
    } else if is(RSA_MD5) {
        "it is signed with MD5, which is not secure: the server needs a new certificate"
    } else {
        "it is signed with an algorithm that is not supported: use RSA or ECDSA with SHA-256 or SHA-384"
    }
}

/// What the server presented are its own words.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return "it has no subjectAltName (a common name does not count): the server needs a new certificate".into();
    }
    // Each is written as `DnsName("example.com")`.
    let name = |text: &String| {
        let mut parts = text.split('"');
        let quoted = parts.nth(1).unwrap_or(text);
        keep(&printable(quoted).to_string(), 64, &[])
    };
    let names: Vec<String> = presented.iter().take(3).map(name).collect();
    let more = if presented.len() > names.len() {
        ", …"
    } else {
        ""
    };
    format!(
        "it is for another name: check the host in the URL (it is for {}{more})",
        names.join(", ")
    )
}

const fn alert_advice(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "no cipher, key exchange or type of certificate in common, or it wants a client certificate, which is not supported; check the host in the URL, else tell the server's operator"
        }
        AlertDescription::UnrecognisedName => {
            "it does not know this name: check the host in the URL"
        }
        AlertDescription::CertificateRequired | AlertDescription::BadCertificate => {
            "it wants a client certificate, which is not supported"
        }
        _ => {
            "check the host in the URL, and whether it wants a client certificate, which is not supported"
        }
    }
}
