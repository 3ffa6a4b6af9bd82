//! The state file of a folder, and the JWK Set that it names.

use std::fs;
use std::path::{Path, PathBuf};

use tokenring_jwk::{Jwk, JwkSetEntry, KeyFile, KeyId, PublicKey, any};
use tokenring_keystore::atomic_file::{self, PUBLIC, Staged, folder_of};
use tokenring_keystore::{
    Error as KeystoreError, FolderLock, KeyFileReader, SetFile, bounded_file,
};

use crate::{Error, Event, RotatingKey, Rotation, RotationDriver};

/// A rotation and the folder that it is of.
pub(crate) struct FolderState {
    pub(crate) folder: PathBuf,
    pub(crate) rotation: Rotation,
}

impl FolderState {
    /// Reads the state of a folder whose keys are rotated already.
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        Self::find(folder)?.ok_or_else(|| Error::NotRotated {
            folder: folder.to_owned(),
        })
    }

    /// Reads the state of a folder, if there is one.
    pub(crate) fn find(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(Rotation::FILE_NAME);
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let text = bounded_file::read_text(&path, Rotation::LARGEST_FILE);
        let text = text.map_err(|source| Error::Read { path, source });
        let rotation = text.and_then(|text| Rotation::parse(&text));
        let rotation = rotation.map_err(|source| Error::State {
            folder: folder.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Some(Self {
            folder: folder.to_owned(),
            rotation,
        }))
    }

    /// Writes the state: every reader sees the one before or this one.
    pub(crate) fn save(&self) -> Result<(), Error> {
        let path = self.path();
        let text = self.rotation.to_json();
        atomic_file::stage(&path, text.as_bytes(), PUBLIC)
            .and_then(Staged::replace)
            .map_err(|source| KeystoreError::Write { path, source })?;
        atomic_file::sync_folder(&self.folder);
        Ok(())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(Rotation::FILE_NAME)
    }

    /// Where the JWK Set is that gets published.
    pub(crate) fn set_path(&self) -> PathBuf {
        self.folder.join(self.rotation.jwk_set())
    }

    pub(crate) fn key_path(&self, key: &RotatingKey) -> PathBuf {
        self.folder.join(key.file())
    }

    /// The lock of the JWK Set's folder, where that is another one.
    pub(crate) fn lock_of_set(&self, driver: &RotationDriver) -> Result<Option<FolderLock>, Error> {
        let set = self.set_path();
        let real = fs::canonicalize(&set).unwrap_or(set);
        let folder = fs::canonicalize(folder_of(&real)).ok();
        match folder {
            Some(folder) if Some(&folder) != fs::canonicalize(&self.folder).ok().as_ref() => {
                driver.lock(&folder).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The JWK Set's file, which may lack the active key.
    pub(crate) fn read_set(&self, driver: &RotationDriver) -> Result<SetFile, Error> {
        let path = self.set_path();
        let set = SetFile::open(&path, &|event| driver.report(&Event::Files(event)));
        set.map_err(|source| match path.exists() {
            true => Error::from(source),
            false => Error::SetMissing {
                jwk_set: path,
                key_id: self.rotation.active().key_id().clone(),
                file: self.key_path(self.rotation.active()),
                source: Box::new(source),
            },
        })
    }

    /// The JWK Set's file, which has the active key in it.
    pub(crate) fn open_set(&self, driver: &RotationDriver) -> Result<SetFile, Error> {
        let set = self.read_set(driver)?;
        let active = self.rotation.active();
        if entry(&set, active.key_id()).is_none() {
            return Err(Error::ActiveKeyNotInSet {
                jwk_set: self.set_path(),
                key_id: active.key_id().clone(),
                file: self.key_path(active),
            });
        }
        Ok(set)
    }

    /// Fails where this key could not sign. One that is encrypted is opened only where its
    /// passphrase is at hand.
    pub(crate) fn check_key(
        &self,
        key: &RotatingKey,
        driver: &RotationDriver,
    ) -> Result<(), Error> {
        let checked = self.try_key(key, driver);
        checked.map_err(|source| self.cannot_sign(key, source))
    }

    /// That a key cannot sign.
    pub(crate) fn cannot_sign(&self, key: &RotatingKey, source: Error) -> Error {
        Error::CannotSign {
            key_id: key.key_id().clone(),
            stage: key.stage(),
            source: Box::new(source),
        }
    }

    fn try_key(&self, key: &RotatingKey, driver: &RotationDriver) -> Result<(), Error> {
        let path = self.key_path(key);
        let reader = driver.reader().with_key_id(key.key_id().clone());
        let contents = reader.read_contents(&path)?;
        if KeyFile::new(contents.secret()).is_encrypted() && !has_passphrase(&reader) {
            return Ok(());
        }
        let private_key = reader.open(&contents)?.into_private_key();
        let public_key = any::public_key(&private_key)?;
        // While a new key is activated, the set may lack the one that signs until then.
        let set = self.read_set(driver)?;
        if public_key_of(&set, key.key_id()) == Some(&public_key) {
            return Ok(());
        }
        self.open_set(driver)?;
        Err(Error::OtherKeyInSet {
            key_id: key.key_id().clone(),
            path,
            jwk_set: set.path().to_owned(),
        })
    }
}

/// Whether an encrypted key can be opened without asking anybody.
pub(crate) fn has_passphrase(reader: &KeyFileReader) -> bool {
    let passphrase = reader.passphrase();
    passphrase.is_some_and(|source| !source.is_prompt())
}

pub(crate) fn entry<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s JwkSetEntry> {
    let mut entries = set.document.entries().iter();
    entries.find(|entry| entry.key_id() == Some(key_id))
}

pub(crate) fn public_key_of<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s PublicKey> {
    entry(set, key_id)?.jwk().ok().map(Jwk::public_key)
}
