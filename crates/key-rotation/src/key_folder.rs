use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokenring_jwk::{KeyId, PrivateKey};
use tokenring_keystore::KeyFileReader;

use crate::{ActiveKey, Error, Rotation, Snapshot, Timestamp};

/// A folder of keys that are rotated, and the key in it that signs now.
///
/// # Examples
///
/// ```no_run
/// use tokenring_key_rotation::KeyFolder;
/// use tokenring_keystore::KeyFileReader;
///
/// let folder = KeyFolder::open("keys", KeyFileReader::new())?;
/// let active = folder.current();
/// println!("{} signs, from {}", active.key_id(), active.path().display());
/// # Ok::<(), tokenring_key_rotation::Error>(())
/// ```
pub struct KeyFolder {
    path: PathBuf,
    keys: ActiveKey<PrivateKey>,
}

/// The key of a [`KeyFolder`] that signs now.
#[derive(Debug)]
pub struct FolderKey {
    path: PathBuf,
    snapshot: Snapshot<PrivateKey>,
}

impl KeyFolder {
    /// Reads the active key of a folder.
    ///
    /// The reader's key ID has no meaning here: the folder says what its keys are called.
    ///
    /// # Errors
    ///
    /// [`Error::NotRotated`], those of [`Rotation::parse`], [`Error::Read`], and [`Error::Load`]
    /// with a [`tokenring_keystore::Error`] as its source.
    pub fn open(folder: impl Into<PathBuf>, reader: KeyFileReader) -> Result<Self, Error> {
        let folder = folder.into();
        if !folder.join(Rotation::FILE_NAME).exists() {
            return Err(Error::NotRotated { folder });
        }
        let keys = ActiveKey::open(&folder, move |path, key| {
            let reader = reader.clone().with_key_id(key.key_id().clone());
            Ok(reader.read(path)?.into_private_key())
        })?;
        Ok(Self { path: folder, keys })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key that is active now, read again if that is another one than before.
    ///
    /// If it cannot be read, the last key that could stays: [`FolderKey::problem`] says why.
    #[must_use]
    pub fn current(&self) -> FolderKey {
        let snapshot = self.keys.current();
        FolderKey {
            path: self.path.join(snapshot.record().file()),
            snapshot,
        }
    }
}

impl FolderKey {
    /// The private key.
    #[must_use]
    pub fn private_key(&self) -> &PrivateKey {
        self.snapshot.key()
    }

    /// The private key, to be held for longer.
    #[must_use]
    pub fn into_private_key(self) -> Arc<PrivateKey> {
        self.snapshot.into_key()
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key ID that the folder has for it.
    #[must_use]
    #[doc(alias = "kid")]
    pub fn key_id(&self) -> &KeyId {
        self.snapshot.record().key_id()
    }

    /// The file of the JWK Set that the folder publishes.
    #[must_use]
    pub fn jwk_set(&self) -> &Path {
        self.snapshot.jwk_set()
    }

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> Timestamp {
        self.snapshot.record().made()
    }

    /// Why this may not be the active key: it is the last one that could be read.
    #[must_use]
    pub const fn problem(&self) -> Option<&Error> {
        self.snapshot.trouble()
    }
}

impl fmt::Debug for KeyFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFolder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
