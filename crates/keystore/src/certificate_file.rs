use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use tokenring_jwk::{
    Certificate, CertificateFacts, CertificateSha1Thumbprint, CertificateThumbprint,
    Error as KeyError, PublicKey, any, read_certificates,
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
    /// In DER; their keys may be of any kind.
    issuers: Vec<Vec<u8>>,
}

/// A chain has a few kilobytes.
const LARGEST: u64 = 1024 * 1024;

impl CertificateFile {
    /// Reads a certificate, or a chain of them, from a file of PEM or DER of at most 1 MiB. The
    /// first one counts as the key's own until [`for_key`](Self::for_key) finds it.
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

    /// The same file with the certificate of this key in front, and those after it that certify it
    /// (RFC 7515 section 4.1.6): some tools write the root first. [`None`] if no certificate in the
    /// file is of the key.
    #[must_use]
    pub fn for_key(self, public_key: &PublicKey) -> Option<Self> {
        if self.is_of(public_key) {
            return Some(self);
        }
        let mut others = self.issuers;
        let (index, own) = others.iter().enumerate().find_map(|(index, der)| {
            let certificate = Certificate::from_der(der).ok()?;
            (certificate.public_key() == public_key).then_some((index, certificate))
        })?;
        others.remove(index);
        others.insert(0, self.own.as_der().to_vec());
        Some(Self {
            path: self.path,
            issuers: issuers_of(&own, others),
            own,
        })
    }

    /// Whom the key's own certificate is for, who issued it and when it is valid.
    #[must_use]
    pub fn facts(&self) -> Option<CertificateFacts> {
        CertificateFacts::from_der(self.own.as_der())
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
        let issuers = self.issuers.iter();
        std::iter::once(self.own.to_base64())
            .chain(issuers.map(|der| Base64::encode_string(der)))
            .collect()
    }
}

fn parse(contents: &[u8]) -> Result<(Certificate, Vec<Vec<u8>>), KeyError> {
    let mut all = read_certificates(contents)?;
    let own = all.remove(0);
    Ok((Certificate::from_der(&own)?, all))
}

/// Those of these certificates that lead from one to its root, in that order.
fn issuers_of(own: &Certificate, mut others: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut issuers = Vec::new();
    let mut last = CertificateFacts::from_der(own.as_der());
    while let Some(facts) = last.filter(|facts| !facts.is_self_issued()) {
        let issuer = others.iter().position(|der| {
            CertificateFacts::from_der(der).is_some_and(|other| facts.is_issued_by(&other))
        });
        let Some(index) = issuer else { break };
        let der = others.remove(index);
        last = CertificateFacts::from_der(&der);
        issuers.push(der);
    }
    issuers
}
