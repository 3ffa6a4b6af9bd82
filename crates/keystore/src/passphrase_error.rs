use std::error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a passphrase is not available.
#[derive(Debug)]
#[non_exhaustive]
pub enum PassphraseError {
    /// Nothing says where the passphrase is.
    Missing,
    /// The place of the passphrase cannot be read.
    Read {
        /// Where the passphrase is.
        place: PassphrasePlace,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The first line there has more than 4096 bytes, which no passphrase has.
    TooLong {
        /// Where the passphrase should be.
        place: PassphrasePlace,
    },
    /// The key was read from the same input, to its end.
    SameInput,
    /// The closure that asks for the passphrase failed.
    Prompt(Box<dyn error::Error + Send + Sync>),
    /// The new passphrase was typed in two ways.
    Different,
    /// The new passphrase is empty.
    Empty,
}

/// Where a passphrase is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphrasePlace {
    /// A file.
    File(PathBuf),
    /// An open descriptor of this process.
    Descriptor(u32),
}

impl fmt::Display for PassphrasePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Descriptor(number) => write!(f, "descriptor {number}"),
        }
    }
}

impl fmt::Display for PassphraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "the private key is encrypted, and nothing says where its passphrase is",
            ),
            Self::Read { place, .. } => write!(f, "the passphrase from {place}: cannot be read"),
            Self::TooLong { place } => write!(
                f,
                "the passphrase from {place}: its first line is longer than any passphrase; name \
                 the right file"
            ),
            Self::SameInput => f.write_str(
                "the private key is encrypted, and its passphrase cannot come from the input that \
                 the key came from; give one of them as a file",
            ),
            Self::Prompt(_) => f.write_str("no passphrase was typed"),
            Self::Different => f.write_str("the two passphrases differ; begin again"),
            Self::Empty => {
                f.write_str("the new passphrase is empty; give one, or leave the encryption out")
            }
        }
    }
}

impl error::Error for PassphraseError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            Self::Prompt(source) => Some(&**source),
            _ => None,
        }
    }
}
