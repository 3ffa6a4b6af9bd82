use std::error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use tokenring_jwk::KeyId;

use crate::PassphraseError;
use crate::{KeyIdTooLong, KeyPlace};

/// Why key files could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The private key's file cannot be read.
    ReadKey {
        /// Where the key is.
        place: KeyPlace,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The private key's file is larger than any key.
    KeyTooLarge {
        /// Where the key is.
        place: KeyPlace,
    },
    /// The contents of the file are no private key that can be used.
    Key {
        /// Where the key is.
        place: KeyPlace,
        /// What they are instead. [`tokenring_jwk::Error::SeveralKeys`] where it takes a key ID
        /// to say which key of a JWK Set is meant.
        source: tokenring_jwk::Error,
    },
    /// The private key states a key ID that no server takes.
    KeyId {
        /// Where the key is.
        place: KeyPlace,
        /// What is wrong with it.
        source: KeyIdTooLong,
    },
    /// The private key is encrypted, and its passphrase is not available.
    Passphrase {
        /// Where the key is.
        place: KeyPlace,
        /// Why it is not available.
        source: PassphraseError,
    },
    /// The contents of a file are no key that can be used, neither private nor public.
    AnyKey {
        /// Where the key is.
        place: KeyPlace,
        /// What they are instead.
        source: tokenring_jwk::Error,
    },
    /// A public key states a key ID that no server takes.
    AnyKeyId {
        /// Where the key is.
        place: KeyPlace,
        /// What is wrong with it.
        source: KeyIdTooLong,
    },
    /// A key has only its public half here, and the private one is needed.
    PublicHalf {
        /// Where the public half is.
        place: KeyPlace,
    },
    /// It takes a key ID, or another one, to say which key of a public JWK Set is meant.
    SeveralPublicKeys {
        /// Where the JWK Set is.
        place: KeyPlace,
        /// The key IDs of its keys.
        key_ids: Vec<Option<KeyId>>,
    },
    /// A JWK Set's file cannot be read.
    ReadSet {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The contents of a file are no public JWK Set.
    Set {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: tokenring_jwk::Error,
    },
    /// A JWK Set has a key ID that no server takes.
    SetKeyId {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyIdTooLong,
    },
    /// A JWK Set would be larger than the 1 MiB that is read again.
    SetTooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A public key's file cannot be read.
    ReadPublicKey {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The contents of a file are no public key.
    PublicKey {
        /// The file.
        path: PathBuf,
        /// What they are instead.
        source: tokenring_jwk::Error,
    },
    /// A certificate's file cannot be read.
    ReadCertificate {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The contents of a file are no certificate.
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: tokenring_jwk::Error,
    },
    /// One of the files of a new key exists already.
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// A folder has the name of one of the files of a new key.
    IsFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The folder for the files of a new key cannot be created.
    CreateFolder {
        /// The folder.
        folder: PathBuf,
        /// Why it cannot be created.
        source: io::Error,
    },
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why it cannot be written.
        source: io::Error,
    },
    /// A folder cannot be locked, because of its lock file.
    Lock {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with its lock file.
        source: io::Error,
    },
    /// Another process has a folder locked and does not finish.
    Locked {
        /// The folder.
        folder: PathBuf,
        /// The process, if it says which it is.
        process: Option<u32>,
        /// Whether the process was stopped by a signal or a debugger.
        is_stopped: bool,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadKey { place, .. } => write!(f, "private key {place}: cannot be read"),
            Self::KeyTooLarge { place } => write!(
                f,
                "private key {place}: is larger than any key; name the key's own file"
            ),
            Self::Key { place, .. } | Self::KeyId { place, .. } => {
                write!(f, "private key {place}")
            }
            Self::Passphrase { place, .. } => write!(f, "private key {place}"),
            Self::AnyKey { place, .. } | Self::AnyKeyId { place, .. } => write!(f, "key {place}"),
            Self::PublicHalf { place } => match place {
                KeyPlace::External(_) => {
                    write!(
                        f,
                        "key {place}: its private half never leaves its PKCS#11 token"
                    )
                }
                place => write!(
                    f,
                    "key {place}: it holds a public key alone; give the private key that belongs \
                     to it"
                ),
            },
            Self::SeveralPublicKeys { place, key_ids } if key_ids.is_empty() => {
                write!(f, "key {place}: the set has none that can be used")
            }
            Self::SeveralPublicKeys { place, key_ids } => {
                write!(
                    f,
                    "key {place}: give the key ID of one key of the set; it has "
                )?;
                for (index, key_id) in key_ids.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    match key_id {
                        Some(key_id) => write!(f, "{separator}{:?}", key_id.as_str())?,
                        None => write!(f, "{separator}one without")?,
                    }
                }
                Ok(())
            }
            Self::ReadSet { path, .. } => write!(f, "JWK Set {}: cannot be read", path.display()),
            Self::Set { path, .. } | Self::SetKeyId { path, .. } => {
                write!(f, "JWK Set {}", path.display())
            }
            Self::SetTooLarge { path } => write!(
                f,
                "JWK Set {}: it would be larger than 1 MiB; remove keys that are not used any more",
                path.display()
            ),
            Self::ReadPublicKey { path, .. } => {
                write!(f, "public key {}: cannot be read", path.display())
            }
            Self::PublicKey { path, .. } => write!(f, "public key {}", path.display()),
            Self::ReadCertificate { path, .. } => {
                write!(f, "certificate {}: cannot be read", path.display())
            }
            Self::Certificate { path, .. } => write!(f, "certificate {}", path.display()),
            Self::AlreadyExists { path } => write!(
                f,
                "{} already exists and was not overwritten; choose another key ID or folder",
                path.display()
            ),
            Self::IsFolder { path } => write!(
                f,
                "{} is a folder; move it away, or choose another key ID or folder",
                path.display()
            ),
            Self::CreateFolder { folder, .. } => {
                write!(f, "cannot make the folder {}", folder.display())
            }
            Self::Write { path, .. } => write!(f, "cannot write {}", path.display()),
            Self::Lock { folder, .. } => write!(f, "cannot lock {}", folder.display()),
            Self::Locked {
                folder,
                process: Some(process),
                is_stopped,
            } => {
                let folder = folder.display();
                let (state, remedy) = match is_stopped {
                    true => (" is stopped and", format!("kill -CONT {process} or ")),
                    false => ("", String::new()),
                };
                write!(
                    f,
                    "process {process}{state} has {folder} locked; let it finish or end it \
                     ({remedy}kill {process}), then try again"
                )
            }
            Self::Locked { folder, .. } => write!(
                f,
                "another process has {} locked; let it finish or end it, then try again",
                folder.display()
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::ReadKey { source, .. }
            | Self::ReadSet { source, .. }
            | Self::ReadPublicKey { source, .. }
            | Self::ReadCertificate { source, .. }
            | Self::CreateFolder { source, .. }
            | Self::Write { source, .. }
            | Self::Lock { source, .. } => Some(source),
            Self::Key { source, .. }
            | Self::AnyKey { source, .. }
            | Self::Set { source, .. }
            | Self::PublicKey { source, .. }
            | Self::Certificate { source, .. } => Some(source),
            Self::KeyId { source, .. }
            | Self::AnyKeyId { source, .. }
            | Self::SetKeyId { source, .. } => Some(source),
            Self::KeyTooLarge { .. }
            | Self::PublicHalf { .. }
            | Self::SeveralPublicKeys { .. }
            | Self::SetTooLarge { .. }
            | Self::AlreadyExists { .. }
            | Self::IsFolder { .. }
            | Self::Locked { .. } => None,
            Self::Passphrase { source, .. } => Some(source),
        }
    }
}
