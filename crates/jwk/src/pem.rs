//! PEM (RFC 7468) as people's files really are: with a byte order mark, CRLF,
//! indentation, lines of any width, text around the block.

use alloc::string::String;
use alloc::vec::Vec;

use pem_rfc7468::{Decoder, LineEnding};

use crate::{Error, FoundInput};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const RULE: &str = "-----";

/// The block of a private key, and those of public keys in the same file.
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
pub(crate) struct PrivateKeyBlock<'a> {
    pub(crate) private_key: Block<'a>,
    pub(crate) public_keys: Vec<Block<'a>>,
}

/// A block of a PEM text.
#[derive(PartialEq)]
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

    /// Finds the private key, or else the one block.
    ///
    /// Many tools write a private key, its public half and its certificates into one file, and
    /// some write the key twice.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn find_private_key(text: &'a str) -> Result<PrivateKeyBlock<'a>, Error> {
        let mut public_keys = Vec::new();
        let mut others: Vec<Self> = Vec::new();
        for block in Self::find_all(text)? {
            if block.is_public_key() {
                public_keys.push(block);
            } else if !block.is_certificate() && !others.contains(&block) {
                others.push(block);
            }
        }
        let mut others = others.into_iter();
        let private_key = match (others.next(), others.next()) {
            (Some(block), None) => block,
            // Its BEGIN line is damaged, and others in the file are not.
            (None, _) if text.contains("PRIVATE KEY-----") => return Err(Error::MalformedKey),
            (None, _) => Self::find(text)?,
            (Some(_), Some(_)) => {
                return Err(Error::UnexpectedInput(FoundInput::SeveralPemBlocks));
            }
        };
        Ok(PrivateKeyBlock {
            private_key,
            public_keys,
        })
    }

    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    fn is_public_key(&self) -> bool {
        ["PUBLIC KEY", "RSA PUBLIC KEY"].contains(&self.label)
    }

    pub(crate) fn is_certificate(&self) -> bool {
        let labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
        labels.contains(&self.label)
    }

    /// What the block is under OpenSSL's encryption from before PKCS#8, whose headers are inside
    /// of the block (RFC 1421 section 4.6.1).
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn legacy_encryption(&self) -> Option<Error> {
        /// The ciphers that OpenSSL 3 has without its module `legacy`.
        const KEPT: [&str; 4] = ["AES-", "ARIA-", "CAMELLIA-", "DES-EDE3"];
        if !self.lines.contains("Proc-Type:") || !self.lines.contains("ENCRYPTED") {
            return None;
        }
        let cipher = self.lines.split_once("DEK-Info:").map(|(_, it)| it.trim());
        Some(match cipher {
            Some(cipher) if !KEPT.iter().any(|kept| cipher.starts_with(kept)) => {
                Error::LegacyEncryption
            }
            _ => Error::UnexpectedInput(FoundInput::LegacyEncryptedKey),
        })
    }

    /// Decodes the block into `output`, which the caller wipes if it must.
    pub(crate) fn decode_into(&self, output: &mut Vec<u8>) -> Result<(), Error> {
        // One long line in front of the decoder spares it every question of
        // line width, indentation and line ending.
        let mut pem = Pem(String::with_capacity(self.lines.len() + 128));
        for part in [BEGIN, self.label, RULE, "\n"] {
            pem.0.push_str(part);
        }
        let mut characters = self.lines.chars().peekable();
        while let Some(character) = characters.next() {
            // A properties file goes on in the next line after a backslash.
            let goes_on = character == '\\' && matches!(characters.peek(), Some('\r' | '\n'));
            if !character.is_whitespace() && !goes_on {
                pem.0.push(character);
            }
        }
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
