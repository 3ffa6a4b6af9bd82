use core::fmt;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::Value;

use crate::{Certificate, PublicKey};

/// What is wrong with the first certificate in `x5c` (RFC 7517 section 4.7: standard base64 of DER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFault {
    /// `x5c` is no array of texts.
    NotAnArray,
    /// There is white space in it, such as line ends.
    WhiteSpace,
    /// It is in PEM.
    Pem,
    /// It is base64url.
    Base64Url,
    /// It is no base64.
    NotBase64,
    /// It is no X.509 certificate that can be read.
    Damaged,
    /// It is of another key.
    OtherKey,
}

impl CertificateFault {
    pub(super) fn of(chain: &Value, key: &PublicKey) -> Option<Self> {
        let first = match chain {
            // As good as absent.
            Value::Array(certificates) if certificates.is_empty() => return None,
            chain => chain.get(0).and_then(Value::as_str),
        };
        let Some(text) = first else {
            return Some(Self::NotAnArray);
        };
        let Ok(der) = Base64::decode_vec(text) else {
            return Some(if text.contains("-----BEGIN") {
                Self::Pem
            } else if text.contains(|c: char| c.is_ascii_whitespace()) {
                Self::WhiteSpace
            } else if Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).is_ok() {
                Self::Base64Url
            } else {
                Self::NotBase64
            });
        };
        match Certificate::from_der(&der) {
            Err(_) => Some(Self::Damaged),
            Ok(certificate) => (certificate.public_key() != key).then_some(Self::OtherKey),
        }
    }
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnArray => "is not an array of texts; write it as [\"BASE64\"]",
            Self::WhiteSpace => {
                "contains line ends or other white space; write the base64 without them"
            }
            Self::Pem => "is in PEM; write the base64 between its lines, without line ends",
            Self::Base64Url => "is base64url; standard base64 is expected",
            Self::NotBase64 => "is not base64; write the certificate again",
            Self::Damaged => "is not a certificate that can be read; write it again",
            Self::OtherKey => "is a certificate of another key; put its own certificate there",
        })
    }
}
