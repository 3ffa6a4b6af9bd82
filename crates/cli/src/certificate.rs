//! The certificate of the key that signs, for gateways that know it by that.

use std::path::Path;

use tokenring_jwk::{FoundInput, PublicKey, ring};

use crate::ExitCode;
use crate::bounded_file;
use crate::failure::{Failure, Reason, Result};

/// A certificate (RFC 5280) and those that follow it in its file.
pub(crate) struct Certificate {
    name: String,
    own: tokenring_jwk::Certificate,
    chain: Vec<tokenring_jwk::Certificate>,
}

/// A chain has a few kilobytes.
const LARGEST: u64 = 1024 * 1024;

impl Certificate {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let unusable = |text: String| {
            let text = format!("certificate {name}: {text}");
            Failure::new(ExitCode::Configuration, text)
        };
        let contents = bounded_file::read(path, LARGEST)
            .map_err(|error| unusable(format!("cannot be read: {error}")))?;
        Self::parse(&name, &contents).map_err(|error| unusable(error.to_string()))
    }

    /// Reads a certificate, or a chain of them that begins with the key's own.
    pub(crate) fn parse(name: &str, contents: &[u8]) -> Result<Self, Reason> {
        let read = match std::str::from_utf8(contents) {
            Ok(text) if text.contains("-----BEGIN ") => {
                tokenring_jwk::Certificate::chain_from_pem(text)
            }
            // No certificate in DER is text from its first byte to its last.
            Ok(_) => {
                let found = FoundInput::NoCertificate;
                Err(tokenring_jwk::Error::UnexpectedInput(found))
            }
            Err(_) => tokenring_jwk::Certificate::from_der(contents).map(|own| vec![own]),
        };
        let mut all = read
            .map_err(|error| Reason::new(error.to_string()))?
            .into_iter();
        let Some(own) = all.next() else {
            return Err(Reason::new("it holds no certificate; name one that does"));
        };
        Ok(Self {
            name: name.to_owned(),
            own,
            chain: all.collect(),
        })
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) const fn public_key(&self) -> &PublicKey {
        self.own.public_key()
    }

    /// Fails where the certificate is of another key.
    pub(crate) fn check(&self, public_key: &PublicKey, key_name: &str) -> Result<()> {
        if self.own.public_key() == public_key {
            return Ok(());
        }
        Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "the certificate {} is of another key than the private key {key_name}; name the \
                 one that was made for it",
                self.name
            ),
        ))
    }

    /// The header parameter `x5t#S256` (RFC 7515 section 4.1.8).
    pub(crate) fn thumbprint(&self) -> String {
        ring::certificate_thumbprint(&self.own).to_string()
    }

    /// The header parameter `x5t` (RFC 7515 section 4.1.7).
    pub(crate) fn sha1_thumbprint(&self) -> String {
        ring::certificate_sha1_thumbprint(&self.own).to_string()
    }

    /// The header parameter `x5c` (RFC 7515 section 4.1.6), which is base64 and
    /// not base64url.
    pub(crate) fn chain(&self) -> Vec<String> {
        let all = std::iter::once(&self.own).chain(&self.chain);
        all.map(tokenring_jwk::Certificate::to_base64).collect()
    }
}
