use std::fmt;
use std::path::PathBuf;

use tokenring_jwk::KeyId;

use crate::{Stage, Timestamp};

/// What a rotation can't do, and why.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// A file or folder cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The state file is no JSON of the right form.
    Malformed {
        /// The line with the fault, from 1; 0 for one that has none.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The state file contradicts itself.
    Contradiction {
        /// In what.
        problem: &'static str,
    },
    /// A text that is no moment of RFC 3339 in UTC.
    Timestamp {
        /// The text, shortened.
        text: String,
    },
    /// A name that is no plain file name.
    FileName {
        /// The name, shortened.
        name: String,
    },
    /// A rotation is under way already.
    UnderWay {
        /// The new key.
        key_id: KeyId,
    },
    /// No key is waiting to be activated.
    NothingWaits,
    /// No key of the folder has this identifier.
    UnknownKey {
        /// The identifier.
        key_id: KeyId,
    },
    /// The identifier was used before, and never is again.
    UsedKeyId {
        /// The identifier.
        key_id: KeyId,
    },
    /// A text is longer than any that has a use.
    TooLong {
        /// What it is.
        what: &'static str,
    },
    /// So many keys are in the JWK Set that no further one is made.
    TooManyKeys,
    /// The key is at a stage from which this step does not go.
    WrongStage {
        /// The key.
        key_id: KeyId,
        /// Its stage.
        stage: Stage,
    },
    /// The new key has not been seen in the published JWK Set.
    NotPublished {
        /// The new key.
        key_id: KeyId,
    },
    /// The step can be taken later.
    TooEarly {
        /// The key.
        key_id: KeyId,
        /// From when on.
        from: Timestamp,
    },
    /// The active key could not be loaded.
    Load {
        /// Its file.
        path: PathBuf,
        /// What the caller's loader says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::Malformed { line: 0, problem } => {
                write!(f, "the rotation's state file is damaged: {problem}")
            }
            Self::Malformed { line, problem } => write!(
                f,
                "the rotation's state file is damaged in line {line}: {problem}"
            ),
            Self::Contradiction { problem } => {
                write!(f, "the rotation's state file contradicts itself: {problem}")
            }
            Self::Timestamp { text } => write!(
                f,
                "{text:?} is no moment in UTC; write it as 2026-11-22T09:30:00Z"
            ),
            Self::FileName { name } => write!(
                f,
                "{name:?} is no plain file name; a key is in the folder of the state file"
            ),
            Self::UnderWay { key_id } => write!(
                f,
                "a rotation to key {key_id} is under way; activate that key, or retire it first"
            ),
            Self::NothingWaits => {
                f.write_str("no new key is waiting to be activated; begin a rotation first")
            }
            Self::UnknownKey { key_id } => {
                write!(f, "no key of this folder has the identifier {key_id}")
            }
            Self::UsedKeyId { key_id } => write!(
                f,
                "the key identifier {key_id} was used before; a gateway that remembers the old \
                 key would refuse the new one, so take another"
            ),
            Self::TooLong { what } => {
                write!(
                    f,
                    "the {what} is longer than 4096 bytes; choose a shorter one"
                )
            }
            Self::TooManyKeys => f.write_str(
                "the JWK Set has a hundred keys of this rotation; retire the old ones first",
            ),
            Self::WrongStage { key_id, stage } => match stage {
                Stage::Active => write!(
                    f,
                    "key {key_id} is the one that signs; activate another before it is retired"
                ),
                _ => write!(f, "key {key_id} is {stage}, and stays so"),
            },
            Self::NotPublished { key_id } => write!(
                f,
                "key {key_id} has not been seen in the published JWK Set; publish the set, and \
                 have that confirmed"
            ),
            Self::TooEarly { key_id, from } => {
                write!(f, "it is too early for key {key_id}; wait until {from}")
            }
            Self::Load { path, .. } => write!(f, "cannot load the key {}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            Self::Load { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}
