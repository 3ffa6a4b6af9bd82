//! A folder of one's own with a token in it, while a program runs.
//!
//! A process that is killed leaves its folder behind. It keeps the folder locked, and a lock
//! goes with its holder: the next one removes what nobody locks.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tokenring_keystore::Hold;

const PREFIX: &str = "tokenring-run-";
/// Names that somebody else has taken, by chance or not.
const ATTEMPTS: usize = 1000;

pub(crate) struct TokenFolder {
    path: PathBuf,
    _hold: Hold,
}

impl TokenFolder {
    /// Makes a folder, and removes those that killed processes of the same user have left.
    pub(crate) fn create() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        remove_abandoned(&parent);
        let process = std::process::id();
        for attempt in 0..ATTEMPTS {
            let path = parent.join(format!("{PREFIX}{process}-{attempt}"));
            match make(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            // Gone if another process took it for abandoned, just before it was locked.
            if let Some(hold) = Hold::take(&path)? {
                return Ok(Self { path, _hold: hold });
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TokenFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(PREFIX) {
            let path = entry.path();
            // Held while it is removed.
            match Hold::take(&path) {
                Ok(Some(hold)) if hold.is_locked() => {
                    let _ = fs::remove_dir_all(&path);
                }
                _ => {}
            }
        }
    }
}

#[cfg(unix)]
fn make(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}
