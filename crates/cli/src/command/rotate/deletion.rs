//! The end of a private key.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tokenring_jwk::{KeyFile, KeyId, PublicKey, any};
use tokenring_key_rotation::Stage;
use tokenring_keystore::AnyKey;

use super::published_file::public_key_of;
use super::state::State;
use crate::ExitCode;
use crate::atomic_file::sync_folder;
use crate::console::Console;
use crate::failure::{Failure, Result, chain};
use crate::key_input::{self, KeyReader};
use crate::keystore;

/// The files of a key that are deleted with it: no others, whatever the state says.
pub(super) struct Deletion {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl Deletion {
    /// Finds the private key, and the public one that `generate-keys` writes beside it.
    pub(super) fn of(
        path: &Path,
        key_id: &KeyId,
        state: &State,
        reader: &KeyReader,
    ) -> Result<Self> {
        let mut deletion = Self {
            folder: state.folder.clone(),
            files: Vec::new(),
        };
        if path.symlink_metadata().is_err() {
            return Ok(deletion);
        }
        let foreign = |problem: &str| {
            Failure::new(
                ExitCode::Configuration,
                format!(
                    "{} is not deleted, and key {key_id} not retired: {problem}; leave out \
                     --delete-key and look at the file",
                    path.display()
                ),
            )
        };
        let has_it = |other: &&tokenring_key_rotation::RotatingKey| {
            other.key_id() != key_id
                && other.stage() != Stage::Retired
                && path.file_name().is_some_and(|name| name == other.file())
        };
        if let Some(other) = state.rotation.keys().iter().find(has_it) {
            return Err(foreign(&format!(
                "it is the file of key {}",
                other.key_id()
            )));
        }
        if path.is_symlink() {
            return Err(foreign("it is a symbolic link, whose target would stay"));
        }
        let set = keystore::open_set(&state.set_path())?;
        let published = public_key_of(&set, key_id);
        let key = private_key(path, key_id, reader);
        let key =
            key.map_err(|problem| foreign(&format!("it is not its private key ({problem})")))?;
        let is_other = match (&key, published) {
            (None, _) => false,
            (Some(key), Some(published)) => key != published,
            // It is out of the set, and so is no key of the set.
            (Some(key), None) => {
                let mut entries = set.document.entries().iter();
                entries.any(|entry| entry.jwk().is_ok_and(|jwk| jwk.public_key() == key))
            }
        };
        if is_other {
            return Err(foreign("it holds the private key of another one"));
        }
        let key = key.as_ref().or(published);
        let mut public = path.as_os_str().to_owned();
        public.push(".pub");
        let public = PathBuf::from(public);
        let is_own = |found: AnyKey| found.private_key.is_none() && Some(&found.public_key) == key;
        if public.is_file() && reader.read_any(&public).is_ok_and(is_own) {
            deletion.files.push(public);
        }
        deletion.files.push(path.to_owned());
        Ok(deletion)
    }

    /// Deletes them, the private key last: what is interrupted is found by it.
    pub(super) fn run(&self, console: &Console) -> Result<()> {
        for path in &self.files {
            match fs::remove_file(path) {
                Ok(()) => console.say(format_args!("Deleted {}", path.display())),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Failure::output(
                        format_args!("cannot delete {}", path.display()),
                        &error,
                    ));
                }
            }
        }
        sync_folder(&self.folder);
        Ok(())
    }
}

/// The public half of the one private key in a file; none where that is encrypted and its
/// passphrase is not at hand.
fn private_key(
    path: &Path,
    key_id: &KeyId,
    reader: &KeyReader,
) -> Result<Option<PublicKey>, String> {
    let unusable = |failure: Failure| failure.to_string();
    let contents = key_input::contents(path).map_err(unusable)?;
    let file = KeyFile::new(contents.secret());
    let private_key = if !file.is_encrypted() {
        // One of several keys is no file of its own.
        file.private_key().map_err(|error| chain(&error))?
    } else if reader.passphrase().is_stated() {
        reader.read_as(path, key_id).map_err(unusable)?
    } else {
        return Ok(None);
    };
    let public_key = any::public_key(&private_key).map_err(|error| chain(&error))?;
    Ok(Some(public_key))
}
