//! A JWK Set in a file, read and changed by one process at a time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokenring_jwk::JwkSetDocument;

use crate::ExitCode;
use crate::atomic_file::{self, PUBLIC, Staged};
use crate::bounded_file;
use crate::failure::{Failure, Result, chain};
use crate::key_id;
use crate::key_journal;

/// The file and what it holds.
pub(crate) struct SetFile {
    path: PathBuf,
    mode: u32,
    written: Option<String>,
    pub(crate) document: JwkSetDocument,
}

/// A JWK Set is some kilobytes.
pub(crate) const LARGEST: u64 = 1024 * 1024;

impl SetFile {
    /// Reads a file that is there.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let text = read_text(path)?;
        Self::parse(path, text)
    }

    /// Reads a file, or begins an empty set where there is none.
    pub(crate) fn open_or_new(path: &Path) -> Result<Self> {
        key_journal::settle_of(path);
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self {
                path: path.to_owned(),
                mode: PUBLIC,
                written: None,
                document: JwkSetDocument::new(),
            }),
            _ => Self::open(path),
        }
    }

    fn parse(path: &Path, text: String) -> Result<Self> {
        let document = JwkSetDocument::parse(&text).map_err(|error| unusable(path, &error))?;
        for key_id in document.entries().iter().filter_map(|entry| entry.key_id()) {
            key_id::check_length(key_id.as_str()).map_err(|reason| {
                let text = format!("JWK Set {}: {reason}", path.display());
                Failure::new(ExitCode::Configuration, text)
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

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a file yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.written.is_none()
    }

    /// Writes the set, whole or not at all, with the mode that its file had.
    pub(crate) fn save(&mut self) -> Result<()> {
        let text = self.document.as_str();
        if self.written.as_deref() == Some(text) {
            return Ok(());
        }
        // What is written can be read again.
        if u64::try_from(text.len()).is_ok_and(|length| length > LARGEST) {
            let text = format!(
                "JWK Set {}: it would be larger than 1 MiB; remove keys that are not used any more",
                self.path.display()
            );
            return Err(Failure::new(ExitCode::Output, text));
        }
        let folder = atomic_file::folder_of(&self.path);
        atomic_file::stage(&self.path, text.as_bytes(), self.mode)
            .and_then(Staged::replace)
            .map_err(|error| {
                Failure::output(format_args!("cannot write {}", self.path.display()), &error)
            })?;
        atomic_file::sync_folder(folder);
        self.written = Some(text.to_owned());
        Ok(())
    }
}

/// The text of a JWK Set's file.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    key_journal::settle_of(path);
    bounded_file::read_text(path, LARGEST).map_err(|error| {
        let text = format!("JWK Set {}: cannot be read: {error}", path.display());
        Failure::new(ExitCode::Configuration, text)
    })
}

pub(crate) fn unusable(path: &Path, error: &tokenring_jwk::Error) -> Failure {
    let text = format!("JWK Set {}: {}", path.display(), chain(error));
    Failure::new(ExitCode::Configuration, text)
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
