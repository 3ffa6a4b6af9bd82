use alloc::vec::Vec;

use base64ct::{Base64, Encoding};

use crate::der::{self, Reader};
use crate::pem::Block;
use crate::{CertificateDefect, CertificateFacts, Error, FoundInput, foreign};

/// Reads the certificates of a file into DER, one at least, in their order: PEM, DER, or base64 of
/// DER. PEM blocks of other kinds, such as a private key, are passed over.
///
/// Their keys may be of any kind, and nothing is verified.
///
/// # Errors
///
/// [`Error::UnusableCertificate`], which says what the file is instead and which of several
/// certificates is damaged; [`Error::UnexpectedInput`].
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{CertificateDefect, Error, read_certificates};
///
/// let error = read_certificates(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
/// assert_eq!(error, Err(Error::UnusableCertificate(CertificateDefect::Damaged { number: 1 })));
/// ```
pub fn read_certificates(contents: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    if let Some(found) = foreign::identify_file(contents) {
        return Err(match found {
            FoundInput::Pkcs12 => unusable(CertificateDefect::Pkcs12),
            FoundInput::JavaKeyStore => unusable(CertificateDefect::JavaKeyStore),
            FoundInput::Empty | FoundInput::PgpBlock => unusable(CertificateDefect::Missing),
            found => Error::UnexpectedInput(found),
        });
    }
    let Ok(text) = core::str::from_utf8(contents) else {
        return read_der(contents);
    };
    if text.contains("-----BEGIN ") {
        return read_pem(text);
    }
    // Some write the base64 of DER without the lines around it.
    let digits: alloc::string::String = text.split_whitespace().collect();
    match Base64::decode_vec(&digits) {
        Ok(der) => read_der(&der),
        Err(_) => Err(unusable(CertificateDefect::Missing)),
    }
}

fn read_pem(text: &str) -> Result<Vec<Vec<u8>>, Error> {
    let mut certificates = Vec::new();
    let blocks = Block::find_all(text)?;
    for block in &blocks {
        if !block.is_certificate() {
            continue;
        }
        let number = certificates.len() + 1;
        let damaged = || unusable(CertificateDefect::Damaged { number });
        let mut der = Vec::new();
        block.decode_into(&mut der).map_err(|_| damaged())?;
        if block.label == "TRUSTED CERTIFICATE" {
            return Err(unusable(CertificateDefect::OpenSslTrusted));
        }
        CertificateFacts::from_der(&der).ok_or_else(damaged)?;
        certificates.push(der);
    }
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    let labels = || blocks.iter().map(|block| block.label);
    Err(unusable(
        if labels().any(|label| label == "PKCS7" || label == "CMS") {
            CertificateDefect::Pkcs7 { is_der: false }
        } else if labels().any(|label| label.ends_with("CERTIFICATE REQUEST")) {
            CertificateDefect::Request
        } else {
            CertificateDefect::Missing
        },
    ))
}

fn read_der(der: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    /// 1.2.840.113549.1.7.2, signed data (RFC 5652 section 5.1).
    const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    if CertificateFacts::from_der(der).is_some() {
        return Ok([der.into()].into());
    }
    let mut outer = Reader::new(der);
    let Some(body) = outer.sequence() else {
        // Windows writes these in BER, without a length in front.
        let is_ber = der.starts_with(&[der::SEQUENCE, 0x80, der::OBJECT_IDENTIFIER, 9]);
        return Err(unusable(match is_ber {
            true => CertificateDefect::Pkcs7 { is_der: true },
            false if der.first() == Some(&der::SEQUENCE) => {
                CertificateDefect::Damaged { number: 1 }
            }
            false => CertificateDefect::Missing,
        }));
    };
    Err(unusable(
        if body.clone().value(der::OBJECT_IDENTIFIER) == Some(SIGNED_DATA) {
            CertificateDefect::Pkcs7 { is_der: true }
        } else {
            match foreign::identify_der(body) {
                FoundInput::Pkcs12 => CertificateDefect::Pkcs12,
                FoundInput::CertificateRequest => CertificateDefect::Request,
                FoundInput::Certificate => CertificateDefect::Damaged { number: 1 },
                _ => CertificateDefect::Missing,
            }
        },
    ))
}

const fn unusable(defect: CertificateDefect) -> Error {
    Error::UnusableCertificate(defect)
}
