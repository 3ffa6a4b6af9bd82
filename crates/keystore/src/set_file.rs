use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokenring_jwk::JwkSetDocument;

use crate::atomic_file::{self, PUBLIC, Staged};
use crate::{Error, Event, bounded_file, check_key_id_length, key_journal};

/// A JWK Set in a file, read and changed by one process at a time.
///
/// Hold a [`FolderLock`](crate::FolderLock) of its folder from before it is read until it is
/// saved, where other processes change it as well.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Jwk, KeyId, KeySpec, ring};
/// use tokenring_keystore::SetFile;
///
/// let folder = tempfile::tempdir()?;
/// let private_key = ring::generate(KeySpec::P256)?;
/// let public_key = private_key.stated_public_key().cloned();
/// let jwk = Jwk::new(public_key.expect("a generated key has it")).with_key_id(KeyId::new("b"));
///
/// let mut set = SetFile::open_or_new(&folder.path().join("jwks.json"), &|_| {})?;
/// set.document.add(&jwk)?;
/// set.save()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SetFile {
    path: PathBuf,
    mode: u32,
    written: Option<String>,
    /// What the file holds, and will hold once it is saved.
    pub document: JwkSetDocument,
}

/// A JWK Set is some kilobytes.
const LARGEST: u64 = 1024 * 1024;

impl SetFile {
    /// Reads a file that exists.
    ///
    /// # Errors
    ///
    /// [`Error::ReadSet`], [`Error::Set`] and [`Error::SetKeyId`].
    pub fn open(path: &Path, on_event: &dyn Fn(&Event)) -> Result<Self, Error> {
        let text = Self::read_text(path, on_event)?;
        Self::parse(path, text)
    }

    /// Reads a file, or begins an empty set where none exists.
    ///
    /// # Errors
    ///
    /// Those of [`SetFile::open`].
    pub fn open_or_new(path: &Path, on_event: &dyn Fn(&Event)) -> Result<Self, Error> {
        key_journal::settle_of(path, on_event);
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self {
                path: path.to_owned(),
                mode: PUBLIC,
                written: None,
                document: JwkSetDocument::new(),
            }),
            _ => Self::open(path, on_event),
        }
    }

    /// The text of a JWK Set's file of at most 1 MiB, well-formed or not.
    ///
    /// # Errors
    ///
    /// [`Error::ReadSet`].
    pub fn read_text(path: &Path, on_event: &dyn Fn(&Event)) -> Result<String, Error> {
        key_journal::settle_of(path, on_event);
        Self::read_settled_text(path)
    }

    /// As [`SetFile::read_text`], where no change of the file is waiting to be finished.
    pub(crate) fn read_settled_text(path: &Path) -> Result<String, Error> {
        bounded_file::read_text(path, LARGEST).map_err(|source| Error::ReadSet {
            path: path.to_owned(),
            source,
        })
    }

    fn parse(path: &Path, text: String) -> Result<Self, Error> {
        let document = JwkSetDocument::parse(&text).map_err(|source| Error::Set {
            path: path.to_owned(),
            source,
        })?;
        for key_id in document.entries().iter().filter_map(|entry| entry.key_id()) {
            check_key_id_length(key_id.as_str()).map_err(|source| Error::SetKeyId {
                path: path.to_owned(),
                source,
            })?;
        }
        // What a link leads to is changed, and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            mode: mode_of(&path),
            path,
            written: Some(text),
            document,
        })
    }

    /// The path of the file, with no link in it if the file exists.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file does not exist yet.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.written.is_none()
    }

    /// Writes the set, whole or not at all, with the mode that its file had.
    ///
    /// A set that has not changed is not written.
    ///
    /// # Errors
    ///
    /// [`Error::SetTooLarge`] and [`Error::Write`].
    pub fn save(&mut self) -> Result<(), Error> {
        let text = self.document.as_str();
        if self.written.as_deref() == Some(text) {
            return Ok(());
        }
        // What is written can be read again.
        if u64::try_from(text.len()).is_ok_and(|length| length > LARGEST) {
            return Err(Error::SetTooLarge {
                path: self.path.clone(),
            });
        }
        let folder = atomic_file::folder_of(&self.path);
        atomic_file::stage(&self.path, text.as_bytes(), self.mode)
            .and_then(Staged::replace)
            .map_err(|source| Error::Write {
                path: self.path.clone(),
                source,
            })?;
        atomic_file::sync_folder(folder);
        self.written = Some(text.to_owned());
        Ok(())
    }
}

#[cfg(unix)]
fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).map_or(PUBLIC, |metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
const fn mode_of(_: &Path) -> u32 {
    PUBLIC
}
