mod text;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokenring_jwk::{Algorithm, KeyId, KeySpec, KeyType};
use tokenring_keystore::{Error as KeystoreError, PassphraseError};

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
        source: io::Error,
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
    /// A folder has no state file: its keys are not rotated.
    NotRotated {
        /// The folder.
        folder: PathBuf,
    },
    /// The state file of a folder cannot be used.
    State {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: Box<Self>,
    },
    /// A file cannot be read or written, or a folder not locked.
    Keystore(Box<KeystoreError>),
    /// A key cannot be made, loaded or encrypted.
    Key(tokenring_jwk::Error),
    /// There is no passphrase to encrypt the new key with.
    NoPassphrase,
    /// The passphrase to encrypt the new key with cannot be used.
    Passphrase(PassphraseError),
    /// The folder has no state yet, and nobody said which key is in use.
    NoKeyInUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The key in use is in another folder.
    OutsideFolder {
        /// The key's file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The file of the key in use has a public key.
    PublicKey {
        /// The file.
        path: PathBuf,
    },
    /// Neither the key in use nor the name of its file says what it is called.
    UnknownKeyId {
        /// The key's file.
        path: PathBuf,
    },
    /// The JWK Set does not have the key in use, so that it is not what the gateway has.
    KeyInUseNotInSet {
        /// What the key is called.
        key_id: KeyId,
        /// The set's file.
        jwk_set: PathBuf,
        /// Whether it has another key of that name.
        has_other: bool,
    },
    /// The key that is to replace the one of a restored state is no private key of the JWK Set.
    NotAdoptable {
        /// The key's file.
        path: PathBuf,
        /// The set's file.
        jwk_set: PathBuf,
    },
    /// The file of the JWK Set does not exist.
    SetMissing {
        /// The set's file.
        jwk_set: PathBuf,
        /// The active key.
        key_id: KeyId,
        /// The active key's file.
        file: PathBuf,
        /// What the operating system says.
        source: Box<KeystoreError>,
    },
    /// The JWK Set does not have the active key.
    ActiveKeyNotInSet {
        /// The set's file.
        jwk_set: PathBuf,
        /// The active key.
        key_id: KeyId,
        /// The active key's file.
        file: PathBuf,
    },
    /// The JWK Set has another key under this name.
    KeyIdInSet {
        /// The set's file.
        jwk_set: PathBuf,
        /// The name.
        key_id: KeyId,
    },
    /// The key of this name in the JWK Set is another one than in the folder.
    OtherKeyInSet {
        /// The set's file.
        jwk_set: PathBuf,
        /// The name.
        key_id: KeyId,
        /// The private key's file.
        path: PathBuf,
    },
    /// The active key in the JWK Set cannot be read.
    UnusableJwk {
        /// The key.
        key_id: KeyId,
    },
    /// The algorithm that was asked for is not one of the new key's type.
    AlgorithmOfOtherKeys {
        /// The algorithm.
        algorithm: Algorithm,
        /// The new key's type.
        key_type: KeyType,
    },
    /// The gateway does not accept the new key.
    AlgorithmNotAccepted {
        /// The kind of key.
        spec: KeySpec,
        /// The algorithm that it would be for.
        algorithm: Option<Algorithm>,
    },
    /// The file of the new key exists already.
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// The making of the new key was interrupted.
    MakingInterrupted {
        /// The new key.
        key_id: KeyId,
    },
    /// A key that should sign could not.
    CannotSign {
        /// The key.
        key_id: KeyId,
        /// Its stage.
        stage: Stage,
        /// Why not.
        source: Box<Self>,
    },
    /// A key is said to be published since before it was made.
    PublishedBeforeMade {
        /// The key.
        key_id: KeyId,
    },
    /// The published JWK Set does not have the new key, or has another one of that name.
    NotInPublishedSet {
        /// The new key.
        key_id: KeyId,
        /// The file to publish.
        jwk_set: PathBuf,
    },
    /// The published JWK Set could not be fetched.
    PublishedSetUnavailable {
        /// The new key.
        key_id: KeyId,
    },
    /// No old key is left.
    NothingToRetire,
    /// A private key's file is not deleted, and the key not retired.
    NotDeleted {
        /// The key.
        key_id: KeyId,
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: NotDeleted,
    },
    /// A file cannot be deleted.
    Delete {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// Why a file is not deleted with its key.
#[non_exhaustive]
#[derive(Debug)]
pub enum NotDeleted {
    /// It is the file of this key as well.
    FileOfKey(KeyId),
    /// It is a symbolic link, whose target would stay.
    SymbolicLink,
    /// It has no private key that can be read.
    NotPrivateKey(Box<Error>),
    /// It has the private key of another key.
    OtherPrivateKey,
}

impl Error {
    /// Whether the same step can succeed later, without anything done about it here.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::TooEarly { .. }
                | Self::NotPublished { .. }
                | Self::NotInPublishedSet { .. }
                | Self::PublishedSetUnavailable { .. }
        )
    }

    /// How long it is until the step can be taken, where that is known.
    #[must_use]
    pub fn remaining(&self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::TooEarly { from, .. } => Some(from.since(now)),
            _ => None,
        }
    }
}

impl From<KeystoreError> for Error {
    fn from(error: KeystoreError) -> Self {
        Self::Keystore(Box::new(error))
    }
}

impl From<tokenring_jwk::Error> for Error {
    fn from(error: tokenring_jwk::Error) -> Self {
        Self::Key(error)
    }
}
