//! The certificate of the key that signs, for gateways that know it by that.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use tokenring_jwk::PublicKey;

use crate::ExitCode;
use crate::bounded_file;
use crate::digest::sha256;
use crate::failure::{Failure, Reason, Result};
use crate::settings::Settings;

/// A certificate (RFC 5280) and those that follow it in its file, in DER.
pub(crate) struct Certificate {
    name: String,
    der: Vec<u8>,
    public_key: PublicKey,
    chain: Vec<Vec<u8>>,
}

/// A chain has a few kilobytes.
const LARGEST: u64 = 1024 * 1024;
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl Certificate {
    /// Reads the file that the settings name, if they name one.
    pub(crate) fn read(settings: &Settings<'_>) -> Result<Option<Self>> {
        let Some(path) = settings.path("certificate")? else {
            return Ok(None);
        };
        let name = path.value().display().to_string();
        let unusable = |text: String| {
            let text = format!("certificate {name}: {text}");
            Failure::new(ExitCode::Configuration, text)
        };
        let contents = bounded_file::read(path.value(), LARGEST)
            .map_err(|error| unusable(format!("cannot be read: {error}")))?;
        Self::parse(&name, &contents)
            .map(Some)
            .map_err(|error| unusable(error.to_string()))
    }

    /// Reads a certificate, or a chain of them that begins with the key's own.
    pub(crate) fn parse(name: &str, contents: &[u8]) -> Result<Self, Reason> {
        let all = match std::str::from_utf8(contents) {
            Ok(text) if text.contains("-----BEGIN ") => read_pem(text)?,
            _ => vec![contents.to_vec()],
        };
        let mut all = all.into_iter();
        let der = all.next().unwrap_or_default();
        let info = public_key_info(&der).ok_or_else(|| {
            Reason::new("it holds no certificate; write one in PEM (BEGIN CERTIFICATE) or DER")
        })?;
        let public_key =
            PublicKey::from_spki_der(info).map_err(|error| Reason::new(error.to_string()))?;
        Ok(Self {
            name: name.to_owned(),
            der,
            public_key,
            chain: all.collect(),
        })
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Fails where the certificate is of another key.
    pub(crate) fn check(&self, public_key: &PublicKey, key_name: &str) -> Result<()> {
        if self.public_key == *public_key {
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
        Base64UrlUnpadded::encode_string(&sha256(&self.der))
    }

    /// The header parameter `x5c` (RFC 7515 section 4.1.6), which is base64 and
    /// not base64url.
    pub(crate) fn chain(&self) -> Vec<String> {
        let all = std::iter::once(&self.der).chain(&self.chain);
        all.map(|der| Base64::encode_string(der)).collect()
    }
}

/// The certificates of a file in PEM, which may hold more than these.
fn read_pem(text: &str) -> Result<Vec<Vec<u8>>, Reason> {
    let mut all = Vec::new();
    for block in text.split(BEGIN).skip(1) {
        let (lines, _) = block
            .split_once(END)
            .ok_or_else(|| Reason::new("it ends in the middle of a certificate"))?;
        let mut lines = lines.to_owned();
        lines.retain(|character| !character.is_whitespace());
        let der = Base64::decode_vec(&lines)
            .map_err(|_| Reason::new("it holds a certificate that is damaged"))?;
        all.push(der);
    }
    if all.is_empty() {
        return Err(Reason::new(
            "it holds no certificate; name the file with BEGIN CERTIFICATE in it",
        ));
    }
    Ok(all)
}

/// The SubjectPublicKeyInfo of a certificate (RFC 5280 section 4.1), which is all
/// of it that is looked at.
fn public_key_info(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    const VERSION: u8 = 0xa0;
    let (outer, rest) = value(der, SEQUENCE)?;
    if !rest.is_empty() {
        return None;
    }
    let (mut fields, _) = value(outer, SEQUENCE)?;
    if let Some((_, rest)) = value(fields, VERSION) {
        fields = rest;
    }
    (_, fields) = value(fields, INTEGER)?;
    // Signature algorithm, issuer, validity and subject.
    for _ in 0..4 {
        (_, fields) = value(fields, SEQUENCE)?;
    }
    let (_, rest) = value(fields, SEQUENCE)?;
    fields.get(..fields.len() - rest.len())
}

/// The contents of the value with this tag, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // More than three bytes would be more than any file that is read.
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let shift = |length, &digit: &u8| (length << 8) | usize::from(digit);
            (digits.iter().fold(0, shift), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}
