//! As much of X.509 as a gateway needs that keeps a certificate for a client: its key and hash.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use tokenring_jwk::{PublicKey, any};

const SEQUENCE: u8 = 0x30;
/// The `[0] EXPLICIT Version` of RFC 5280, section 4.1.
const VERSION: u8 = 0xa0;

/// A certificate that a client registered. Nobody looks at who signed it, or until when it holds.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) public_key: PublicKey,
    /// The value of `x5t#S256`: RFC 7515, section 4.1.8.
    pub(crate) hash: String,
    /// The value of `x5t`: RFC 7515, section 4.1.7.
    pub(crate) sha1: Option<String>,
}

impl Certificate {
    pub(crate) fn from_der(der: &[u8]) -> Option<Self> {
        Some(Self {
            public_key: PublicKey::from_spki_der(public_key_info(der)?).ok()?,
            hash: sha256_base64url(der),
            sha1: sha1_base64url(der),
        })
    }

    /// Reads the first certificate of a PEM text.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
        let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
        Self::from_base64(&body.split_ascii_whitespace().collect::<String>())
    }

    /// Reads an element of `x5c`: base64 of DER, not base64url (RFC 7515, section 4.1.6).
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        Self::from_der(&Base64::decode_vec(text).ok()?)
    }
}

pub(crate) fn sha256_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(&any::sha256(bytes))
}

fn sha1_base64url(der: &[u8]) -> Option<String> {
    let certificate = tokenring_jwk::Certificate::from_der(der).ok()?;
    Some(any::certificate_sha1_thumbprint(&certificate).to_string())
}

/// The SubjectPublicKeyInfo inside a certificate: RFC 5280, section 4.1.
fn public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = contents(certificate, SEQUENCE)?;
    let (mut rest, _) = contents(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.1;
    }
    // Serial number, signature algorithm, issuer, validity and subject stand before the key.
    for _ in 0..5 {
        rest = element(rest)?.1;
    }
    (rest.first() == Some(&SEQUENCE))
        .then(|| element(rest))?
        .map(|(info, _)| info)
}

/// What is inside an element with this tag, and what follows it.
fn contents(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (header, length) = header(bytes)?;
    if bytes.first() != Some(&tag) {
        return None;
    }
    let rest = bytes.get(header..)?;
    Some((rest.get(..length)?, rest.get(length..)?))
}

/// A whole element with its header, and what follows it.
fn element(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, length) = header(bytes)?;
    let end = header.checked_add(length)?;
    Some((bytes.get(..end)?, bytes.get(end..)?))
}

/// The lengths of an element's header and of its contents, in DER of at most 64 KiB.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1..)? {
        [length @ 0..=0x7f, ..] => Some((2, usize::from(length))),
        [0x81, length, ..] => Some((3, usize::from(length))),
        [0x82, high, low, ..] => Some((4, usize::from(u16::from_be_bytes([high, low])))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_cut_off_or_something_else() {
        for bytes in [
            [].as_slice(),
            &[0x30],
            &[0x30, 0x00],
            &[0x30, 0x82, 0xff, 0xff],
            &[0x31, 0x02, 0x30, 0x00],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x02, 0x30, 0x00],
        ] {
            assert!(Certificate::from_der(bytes).is_none(), "{bytes:?}");
        }
        assert!(Certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA").is_none());
    }
}
