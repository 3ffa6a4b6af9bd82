//! A file with a secret, while a program that reads it runs.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::draft::Hold;

const PREFIX: &str = "tokenring-run-";
/// Names that somebody else has taken, by chance or not.
const ATTEMPTS: usize = 1000;

/// A file with a secret in a temporary folder of its own, which this user alone can read; both are
/// removed when this is dropped.
///
/// A process that is killed leaves its folder behind. It keeps the folder locked, and a lock
/// goes with its holder: the next one removes what nobody locks.
///
/// # Examples
///
/// ```
/// use tokenring_keystore::TemporarySecret;
///
/// let secret = TemporarySecret::write("token", b"a")?;
/// let path = secret.path().to_owned();
/// assert_eq!(std::fs::read(&path)?, b"a");
/// drop(secret);
/// assert!(!path.exists());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TemporarySecret {
    path: PathBuf,
    _folder: Folder,
}

impl TemporarySecret {
    /// Writes a secret to a file of this name, and removes what killed processes of the same user
    /// have left.
    ///
    /// # Errors
    ///
    /// The error of the folder or of the file.
    pub fn write(name: &str, secret: &[u8]) -> io::Result<Self> {
        let folder = Folder::create(&std::env::temp_dir())?;
        let path = folder.path.join(name);
        atomic_file::replace(&path, secret)?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    _hold: Hold,
}

impl Folder {
    fn create(parent: &Path) -> io::Result<Self> {
        remove_abandoned(parent);
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
}

impl Drop for Folder {
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
