//! The end of a private key.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tokenring_jwk::{KeyFile, KeyId, PublicKey, any};
use tokenring_keystore::atomic_file::sync_folder;
use tokenring_keystore::{AnyKey, SetFile};

use crate::error::NotDeleted;
use crate::folder_state::{FolderState, has_passphrase, public_key_of};
use crate::key_in_use::read;
use crate::{Error, Event, RotatingKey, RotationDriver, Stage};

/// The files of a key that are deleted with it: no others, whatever the state says.
pub(crate) struct Deletion {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl Deletion {
    /// Finds the private key, and the public one that `KeyFiles` writes next to it.
    pub(crate) fn of(
        key: &RotatingKey,
        state: &FolderState,
        driver: &RotationDriver,
    ) -> Result<Self, Error> {
        let mut deletion = Self {
            folder: state.folder.clone(),
            files: Vec::new(),
        };
        let path = state.key_path(key);
        if path.symlink_metadata().is_err() {
            return Ok(deletion);
        }
        let set = state.read_set(driver)?;
        let public_key = check(key, &path, &set, state, driver);
        let public_key = public_key.map_err(|reason| Error::NotDeleted {
            key_id: key.key_id().clone(),
            path: path.clone(),
            reason,
        })?;
        let public_key = public_key
            .as_ref()
            .or_else(|| public_key_of(&set, key.key_id()));
        let mut public = path.as_os_str().to_owned();
        public.push(".pub");
        let public = PathBuf::from(public);
        let is_own =
            |found: AnyKey| found.private_key.is_none() && Some(&found.public_key) == public_key;
        if public.is_file() && read(driver, &public).is_ok_and(is_own) {
            deletion.files.push(public);
        }
        deletion.files.push(path);
        Ok(deletion)
    }

    /// Deletes them, the private key last: what is interrupted is found by it.
    pub(crate) fn run(&self, driver: &RotationDriver) -> Result<(), Error> {
        for path in &self.files {
            match fs::remove_file(path) {
                Ok(()) => driver.report(&Event::Deleted { path }),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => {
                    return Err(Error::Delete {
                        path: path.clone(),
                        source,
                    });
                }
            }
        }
        sync_folder(&self.folder);
        Ok(())
    }
}

/// The public half of a private key's file, where that is this key's own and can be opened.
fn check(
    key: &RotatingKey,
    path: &Path,
    set: &SetFile,
    state: &FolderState,
    driver: &RotationDriver,
) -> Result<Option<PublicKey>, NotDeleted> {
    let shares_file = |other: &&RotatingKey| {
        other.key_id() != key.key_id()
            && other.stage() != Stage::Retired
            && other.file() == key.file()
    };
    if let Some(other) = state.rotation.keys().iter().find(shares_file) {
        return Err(NotDeleted::FileOfKey(other.key_id().clone()));
    }
    if path.is_symlink() {
        return Err(NotDeleted::SymbolicLink);
    }
    let found = public_half(path, key.key_id(), driver);
    let found = found.map_err(|source| NotDeleted::NotPrivateKey(Box::new(source)))?;
    let is_other = match (&found, public_key_of(set, key.key_id())) {
        (None, _) => false,
        (Some(found), Some(published)) => found != published,
        // It is out of the set, and so is no key of the set.
        (Some(found), None) => {
            let mut entries = set.document.entries().iter();
            entries.any(|entry| entry.jwk().is_ok_and(|jwk| jwk.public_key() == found))
        }
    };
    match is_other {
        true => Err(NotDeleted::OtherPrivateKey),
        false => Ok(found),
    }
}

/// The public half of the one private key in a file; none where that is encrypted and its
/// passphrase is not at hand.
fn public_half(
    path: &Path,
    key_id: &KeyId,
    driver: &RotationDriver,
) -> Result<Option<PublicKey>, Error> {
    let reader = driver.reader().with_key_id(key_id.clone());
    let contents = reader.read_contents(path)?;
    let file = KeyFile::new(contents.secret());
    let private_key = if !file.is_encrypted() {
        // One of several keys is no file of its own.
        file.private_key()?
    } else if has_passphrase(&reader) {
        reader.open(&contents)?.into_private_key()
    } else {
        return Ok(None);
    };
    Ok(Some(any::public_key(&private_key)?))
}
