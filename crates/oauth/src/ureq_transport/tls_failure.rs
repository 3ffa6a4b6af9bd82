use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use std::io;

use rustls::{AlertDescription, CertificateError, Error, PeerMisbehaved};

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
        Error::PeerMisbehaved(PeerMisbehaved::SignedKxWithWrongAlgorithm) => format!(
            "the key of {host} is one that is supported in TLS 1.3 only (RSA-PSS): the server needs TLS 1.3, or an ordinary RSA certificate"
        ),
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
        CertificateError::Other(error) if error.0.is::<UntrustedIssuer>() => {
            return error.0.to_string();
        }
        CertificateError::Other(error) => error.0.downcast_ref().map_or(DAMAGED, chain),
        _ => DAMAGED,
    };
    advice.into()
}

/// What the crate that verifies chains says, and `rustls` hands on.
const fn chain(defect: &webpki::Error) -> &'static str {
    use webpki::Error as Defect;
    match defect {
        Defect::CaUsedAsEndEntity => {
            "it is an authority's own certificate: the server needs one with basicConstraints=CA:FALSE"
        }
        Defect::EndEntityUsedAsCa => {
            "it is issued by a certificate that is not an authority's (basicConstraints): the server needs a new certificate"
        }
        Defect::NameConstraintViolation => {
            "its authority may not certify this host (nameConstraints): the server needs a certificate of another authority"
        }
        Defect::PathLenConstraintViolated => {
            "its chain has more authorities than one of them allows (pathlen): the server needs a new certificate"
        }
        Defect::UnsupportedCertVersion => {
            "it is of X.509 version 1, which is not supported: make one of version 3, with a subjectAltName, such as by openssl req -x509 -addext subjectAltName=DNS:HOST"
        }
        Defect::UnsupportedCriticalExtension => CRITICAL_EXTENSION,
        Defect::MaximumPathDepthExceeded
        | Defect::MaximumPathBuildCallsExceeded
        | Defect::MaximumSignatureChecksExceeded => {
            "the server sends too many certificates: tell the server's operator"
        }
        _ => DAMAGED,
    }
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
    // Each is written as `DnsName("example.com")` or `IpAddress(192.0.2.1)`.
    let name = |text: &String| {
        let name = text
            .strip_prefix("DnsName(")
            .or(text.strip_prefix("IpAddress("))?;
        let name = name.trim_end_matches(')').trim_matches('"');
        // An address of IPv6 is not in its usual form.
        let address = name.parse().map(|address: IpAddr| address.to_string());
        let name = address.unwrap_or_else(|_| printable(name).to_string());
        Some(keep(&name, 64, &[]))
    };
    let mut all = presented.iter().filter_map(name);
    let names: Vec<String> = all.by_ref().take(3).collect();
    if names.is_empty() {
        return "it is for no host name and no address: the server needs a new certificate".into();
    }
    let more = match all.next() {
        Some(_) => ", …",
        None => "",
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
        AlertDescription::NoApplicationProtocol => {
            "it speaks no HTTP/1.1, perhaps HTTP/2 only: tell the server's operator"
        }
        AlertDescription::InternalError => "the server failed: try again later",
        AlertDescription::AccessDenied => {
            "it does not allow this client, or wants a client certificate, which is not supported: ask the server's operator"
        }
        AlertDescription::CertificateRequired | AlertDescription::BadCertificate => {
            "it wants a client certificate, which is not supported"
        }
        _ => {
            "check the host in the URL, and whether it wants a client certificate, which is not supported"
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::sync::Arc;

    use rustls::{InvalidMessage, OtherError, PeerIncompatible};

    use super::*;

    /// No text is a name or a dump of a value of the library, and each says what to do.
    #[track_caller]
    fn check(error: &Error) {
        /// Names of the standards, as a certificate's owner looks them up.
        const STANDARD: [&str; 6] = [
            "subjectAltName",
            "subjectAltName=DNS",
            "basicConstraints",
            "basicConstraints=CA",
            "nameConstraints",
            "serverAuth",
        ];
        /// What begins a next step.
        const STEPS: [&str; 9] = [
            "check ",
            "tell ",
            "needs ",
            "use ",
            "make ",
            "ask ",
            "try ",
            "not supported",
            "not trusted",
        ];
        let text = describe("HOST", error).to_string();
        let letters = |c: char| !c.is_ascii_alphanumeric() && c != '=';
        for word in text.split(letters).filter(|word| !STANDARD.contains(word)) {
            let mut following = word.chars().skip(1);
            let is_name = following.any(char::is_uppercase) && word.chars().any(char::is_lowercase);
            assert!(!is_name, "{word:?} in: {text}");
        }
        assert!(!text.contains(['{', '}', '[', ']', '`']), "{text}");
        assert!(text.contains("HOST"), "{text}");
        assert!(STEPS.iter().any(|step| text.contains(step)), "{text}");
    }

    #[test]
    fn of_certificates() {
        for defect in [
            CertificateError::BadEncoding,
            CertificateError::Expired,
            CertificateError::NotValidYet,
            CertificateError::Revoked,
            CertificateError::UnhandledCriticalExtension,
            CertificateError::UnknownIssuer,
            CertificateError::UnknownRevocationStatus,
            CertificateError::BadSignature,
            CertificateError::NotValidForName,
            CertificateError::InvalidPurpose,
            CertificateError::ApplicationVerificationFailure,
            CertificateError::ExpiredRevocationList,
        ] {
            check(&Error::InvalidCertificate(defect));
        }
        for defect in [
            webpki::Error::CaUsedAsEndEntity,
            webpki::Error::EndEntityUsedAsCa,
            webpki::Error::NameConstraintViolation,
            webpki::Error::PathLenConstraintViolated,
            webpki::Error::UnsupportedCertVersion,
            webpki::Error::UnsupportedCriticalExtension,
            webpki::Error::MaximumPathDepthExceeded,
            webpki::Error::MalformedExtensions,
            webpki::Error::EmptyEkuExtension,
            webpki::Error::SignatureAlgorithmMismatch,
        ] {
            let defect = CertificateError::Other(OtherError(Arc::new(defect)));
            check(&Error::InvalidCertificate(defect));
        }
    }

    #[test]
    fn of_sessions() {
        for number in 0..=u8::MAX {
            check(&Error::AlertReceived(AlertDescription::from(number)));
        }
        for error in [
            Error::NoCertificatesPresented,
            Error::DecryptError,
            Error::EncryptError,
            Error::PeerSentOversizedRecord,
            Error::HandshakeNotComplete,
            Error::FailedToGetCurrentTime,
            Error::FailedToGetRandomBytes,
            Error::NoApplicationProtocol,
            Error::InvalidMessage(InvalidMessage::InvalidContentType),
            Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered),
            Error::PeerMisbehaved(PeerMisbehaved::SignedKxWithWrongAlgorithm),
            Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare),
            Error::General("ResourceBusy { id: [1] }".into()),
        ] {
            check(&error);
        }
    }
}
