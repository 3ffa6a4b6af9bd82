use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};

use crate::der::{self, Reader};
use crate::pem::{self, Block};
use crate::{Error, FoundInput, PublicKey, spki};

/// An X.509 certificate (RFC 5280 section 4.1): its bytes and its public key.
///
/// It is what some gateways know a key by. Nothing else of it is read, and
/// nothing is verified: neither who signed it nor whether it has expired.
///
/// # Examples
///
/// ```no_run
/// use tokenring_jwk::{Certificate, ring};
///
/// let pem = std::fs::read_to_string("certificate.pem")?;
/// let certificate = Certificate::from_pem(&pem)?;
/// println!("x5t#S256: {}", ring::certificate_thumbprint(&certificate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: PublicKey,
}

/// `[0]`, the version of a certificate that isn't of version 1.
const VERSION: u8 = 0xa0;

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedCertificate`], and whatever is wrong with the key that
    /// is certified.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let key = find_key(der).ok_or(Error::MalformedCertificate)?;
        Ok(Self {
            der: der.into(),
            public_key: spki::read(key)?,
        })
    }

    /// Reads the first certificate of a PEM text (`BEGIN CERTIFICATE`).
    ///
    /// # Errors
    ///
    /// As for [`Certificate::from_der`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let mut chain = Self::chain_from_pem(text)?;
        Ok(chain.swap_remove(0))
    }

    /// Reads every certificate of a PEM text, one at least, in their order;
    /// blocks of other kinds, such as the private key, are passed over.
    ///
    /// In a chain the certificate of the key comes first, and each one after
    /// it certifies the one before (RFC 7515 section 4.1.6).
    ///
    /// # Errors
    ///
    /// As for [`Certificate::from_der`].
    pub fn chain_from_pem(text: &str) -> Result<Vec<Self>, Error> {
        let mut chain = Vec::new();
        for block in Block::find_all(text)? {
            if block.is_certificate() {
                let mut der = Vec::new();
                block.decode_into(&mut der)?;
                chain.push(Self::from_der(&der)?);
            }
        }
        if chain.is_empty() {
            return Err(Error::UnexpectedInput(FoundInput::NoCertificate));
        }
        Ok(chain)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Writes the certificate in PEM, as `openssl x509` does.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.der)
    }

    /// Writes the certificate as a member of `x5c` (RFC 7515 section 4.1.6),
    /// which is base64 and not base64url.
    #[must_use]
    #[doc(alias = "x5c")]
    pub fn to_base64(&self) -> String {
        Base64::encode_string(&self.der)
    }

    /// The key that is certified.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

/// The SubjectPublicKeyInfo inside of a certificate.
fn find_key(der: &[u8]) -> Option<&[u8]> {
    let mut outer = Reader::new(der);
    let mut certificate = outer.sequence()?;
    outer.end()?;
    let mut contents = certificate.sequence()?;
    certificate.sequence()?;
    certificate.bit_string()?;
    certificate.end()?;
    contents.value(VERSION);
    contents.value(der::INTEGER)?;
    for _algorithm_issuer_validity_subject in 0..4 {
        contents.sequence()?;
    }
    contents.whole(der::SEQUENCE)
}

/// The SHA-256 thumbprint of a certificate, 32 bytes.
///
/// A provider computes it:
/// [`ring::certificate_thumbprint`](crate::ring::certificate_thumbprint) or
/// [`aws_lc_rs::certificate_thumbprint`](crate::aws_lc_rs::certificate_thumbprint).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "x5t#S256")]
pub struct CertificateThumbprint([u8; 32]);

impl CertificateThumbprint {
    /// Takes the SHA-256 digest of a certificate in DER.
    #[must_use]
    pub const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Base64url without padding, 43 characters, as `x5t#S256` has it.
impl fmt::Display for CertificateThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

/// Reads what programs write: base64url, and plain base64 with or without padding.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::CertificateThumbprint;
///
/// let thumbprint = CertificateThumbprint::from_digest([0xfb; 32]);
/// let plain: CertificateThumbprint = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=".parse()?;
/// assert_eq!(plain, thumbprint);
/// assert_eq!(thumbprint.to_string().parse(), Ok(thumbprint));
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
impl FromStr for CertificateThumbprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digest = decode_digest(text).ok_or(Error::MalformedJwk("x5t#S256"))?;
        Ok(Self(digest))
    }
}

/// The SHA-1 thumbprint of a certificate, 20 bytes, for servers that know no
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "x5t")]
pub struct CertificateSha1Thumbprint([u8; 20]);

impl CertificateSha1Thumbprint {
    /// Takes the SHA-1 digest of a certificate in DER.
    #[must_use]
    pub const fn from_digest(digest: [u8; 20]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

/// Base64url without padding, 27 characters, as `x5t` has it.
impl fmt::Display for CertificateSha1Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

/// Reads what programs write: base64url, and plain base64 with or without padding.
impl FromStr for CertificateSha1Thumbprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digest = decode_digest(text).ok_or(Error::MalformedJwk("x5t"))?;
        Ok(Self(digest))
    }
}

/// The octets of a digest, in either alphabet of RFC 4648.
fn decode_digest<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = match N % 3 {
        0 => text,
        1 => text.strip_suffix("==").unwrap_or(text),
        _ => text.strip_suffix('=').unwrap_or(text),
    };
    let plain = digits.replace('-', "+").replace('_', "/");
    Base64Unpadded::decode_vec(&plain).ok()?.try_into().ok()
}
