use std::path::{Path, PathBuf};

use tokenring_jwk::{
    Certificate, CertificateSha1Thumbprint, CertificateThumbprint, Error as KeyError, FoundInput,
    PublicKey, any,
};

use crate::{Error, bounded_file};

/// The certificate (RFC 5280) of a key, and those that follow it in its file.
///
/// # Examples
///
/// ```no_run
/// use tokenring_keystore::CertificateFile;
///
/// let certificate = CertificateFile::read("int-1.crt")?;
/// println!("x5t#S256: {}", certificate.thumbprint());
/// # Ok::<(), tokenring_keystore::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CertificateFile {
    path: PathBuf,
    own: Certificate,
    issuers: Vec<Certificate>,
}

/// A chain has a few kilobytes.
const LARGEST: u64 = 1024 * 1024;

impl CertificateFile {
    /// Reads a certificate, or a chain of them that begins with the key's own, from a file of
    /// PEM or DER of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::ReadCertificate`] and [`Error::Certificate`].
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        match bounded_file::read(&path, LARGEST) {
            Ok(contents) => match parse(&contents) {
                Ok((own, issuers)) => Ok(Self { path, own, issuers }),
                Err(source) => Err(Error::Certificate { path, source }),
            },
            Err(source) => Err(Error::ReadCertificate { path, source }),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The certificate of the key.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.own
    }

    /// Whether the key with this public half is certified.
    #[must_use]
    pub fn is_of(&self, public_key: &PublicKey) -> bool {
        self.own.public_key() == public_key
    }

    /// The header parameter `x5t#S256` (RFC 7515 section 4.1.8).
    #[must_use]
    #[doc(alias = "x5t#S256")]
    pub fn thumbprint(&self) -> CertificateThumbprint {
        any::certificate_thumbprint(&self.own)
    }

    /// The header parameter `x5t` (RFC 7515 section 4.1.7).
    #[must_use]
    #[doc(alias = "x5t")]
    pub fn sha1_thumbprint(&self) -> CertificateSha1Thumbprint {
        any::certificate_sha1_thumbprint(&self.own)
    }

    /// The header parameter `x5c` (RFC 7515 section 4.1.6): the key's own certificate and those
    /// that follow it, in base64 and not base64url.
    #[must_use]
    #[doc(alias = "x5c")]
    pub fn to_base64_chain(&self) -> Vec<String> {
        let all = std::iter::once(&self.own).chain(&self.issuers);
        all.map(Certificate::to_base64).collect()
    }
}

fn parse(contents: &[u8]) -> Result<(Certificate, Vec<Certificate>), KeyError> {
    let mut all = match std::str::from_utf8(contents) {
        Ok(text) if text.contains("-----BEGIN ") => Certificate::chain_from_pem(text)?,
        // No certificate in DER is text from its first byte to its last.
        Ok(_) => Vec::new(),
        Err(_) => vec![Certificate::from_der(contents)?],
    }
    .into_iter();
    match all.next() {
        Some(own) => Ok((own, all.collect())),
        None => Err(KeyError::UnexpectedInput(FoundInput::NoCertificate)),
    }
}
