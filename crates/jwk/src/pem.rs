//! PEM (RFC 7468) as people's files really are: with a byte order mark, CRLF,
//! indentation, lines of any width, text around the block.

use alloc::string::String;
use alloc::vec::Vec;

use pem_rfc7468::{Decoder, LineEnding};

use crate::{Error, FoundInput};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const RULE: &str = "-----";

/// A block of a PEM text.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    lines: &'a str,
}

impl<'a> Block<'a> {
    /// Finds every block but the names of curves that `openssl ecparam -genkey`
    /// writes in front of a key, which names its curve again.
    pub(crate) fn find_all(text: &'a str) -> Result<Vec<Self>, Error> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(BEGIN) {
            let (label, after) = after.split_once(RULE).ok_or(UNFINISHED)?;
            let (lines, after) = after.split_once(END).ok_or(UNFINISHED)?;
            rest = after
                .strip_prefix(label)
                .and_then(|after| after.strip_prefix(RULE))
                .ok_or(UNFINISHED)?;
            if label != "EC PARAMETERS" {
                found.push(Self { label, lines });
            }
        }
        Ok(found)
    }

    /// Finds the one block.
    pub(crate) fn find(text: &'a str) -> Result<Self, Error> {
        let mut blocks = Self::find_all(text)?.into_iter();
        match (blocks.next(), blocks.next()) {
            (Some(block), None) => Ok(block),
            (None, _) => Err(Error::UnexpectedInput(FoundInput::Unknown)),
            (Some(_), Some(_)) => Err(Error::UnexpectedInput(FoundInput::SeveralPemBlocks)),
        }
    }

    /// Finds the one block that isn't a certificate, or else the one block.
    ///
    /// Many tools write a private key and its certificates into one file.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn find_private_key(text: &'a str) -> Result<Self, Error> {
        let mut keys = Self::find_all(text)?
            .into_iter()
            .filter(|block| !block.is_certificate());
        match (keys.next(), keys.next()) {
            (Some(block), None) => Ok(block),
            (None, _) => Self::find(text),
            (Some(_), Some(_)) => Err(Error::UnexpectedInput(FoundInput::SeveralPemBlocks)),
        }
    }

    pub(crate) fn is_certificate(&self) -> bool {
        let labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
        labels.contains(&self.label)
    }

    /// Whether the block is under OpenSSL's legacy encryption, which stands in
    /// headers inside the block.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn is_legacy_encrypted(&self) -> bool {
        self.lines.contains("Proc-Type:") && self.lines.contains("ENCRYPTED")
    }

    /// Whether the block begins as an unencrypted Ed25519 key of OpenSSH does
    /// (its `PROTOCOL.key`): no cipher, no key derivation, one key of this type.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn is_openssh_ed25519(&self) -> bool {
        let mut contents = Vec::new();
        let decoded = self.decode_into(&mut contents);
        let head = contents.get(..96).unwrap_or(&contents);
        let found = decoded.is_ok() && head.windows(11).any(|name| name == b"ssh-ed25519");
        zeroize::Zeroize::zeroize(&mut contents);
        found
    }

    /// Decodes the block into `output`, which the caller wipes if it must.
    pub(crate) fn decode_into(&self, output: &mut Vec<u8>) -> Result<(), Error> {
        // One long line in front of the decoder spares it every question of
        // line width, indentation and line ending.
        let mut pem = Pem(String::with_capacity(self.lines.len() + 128));
        for part in [BEGIN, self.label, RULE, "\n"] {
            pem.0.push_str(part);
        }
        pem.0.extend(
            self.lines
                .chars()
                .filter(|character| !character.is_whitespace()),
        );
        for part in ["\n", END, self.label, RULE, "\n"] {
            pem.0.push_str(part);
        }
        let mut decoder =
            Decoder::new_detect_wrap(pem.0.as_bytes()).map_err(|_| Error::MalformedKey)?;
        output.reserve_exact(decoder.remaining_len());
        decoder
            .decode_to_end(output)
            .map_err(|_| Error::MalformedKey)?;
        Ok(())
    }
}

const UNFINISHED: Error = Error::UnexpectedInput(FoundInput::UnfinishedPemBlock);

/// A PEM text that may hold a private key.
struct Pem(String);

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
impl Drop for Pem {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// Writes a block with lines of 64 characters, each ended by LF.
pub(crate) fn encode(label: &'static str, der: &[u8]) -> String {
    // The labels of this crate are all valid, and that is the one thing that
    // can go wrong.
    pem_rfc7468::encode_string(label, LineEnding::LF, der).unwrap_or_default()
}
