//! Files that appear whole or not at all.
//!
//! # Examples
//!
//! ```
//! use tokenring_keystore::atomic_file;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("int-1.json");
//! atomic_file::stage(&path, b"{\"keys\": []}", atomic_file::PUBLIC)?.name()?;
//! assert_eq!(std::fs::read(&path)?, b"{\"keys\": []}");
//!
//! let taken = atomic_file::write(&path, b"{}", atomic_file::PUBLIC, false).unwrap_err();
//! assert_eq!(taken.kind(), std::io::ErrorKind::AlreadyExists);
//! atomic_file::write(&path, b"{}", atomic_file::PUBLIC, true)?;
//! assert_eq!(std::fs::read(&path)?, b"{}");
//! assert!(!atomic_file::is_special(&path) && atomic_file::is_special("/dev/null".as_ref()));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::draft;

/// Mode of a file that only its owner can read, whatever the umask.
pub const PRIVATE: u32 = 0o600;
/// Mode of a file that everybody can read, whatever the umask.
pub const PUBLIC: u32 = 0o644;

/// A file that does not have its name yet.
///
/// One that is dropped before it gets its name leaves nothing behind.
#[derive(Debug)]
pub struct Staged {
    file: File,
    path: PathBuf,
    /// The name that it has meanwhile. It has none where the file system knows files
    /// without one: a process that dies leaves nothing behind.
    draft: Option<PathBuf>,
}

/// Writes a file to the disk, without its name.
///
/// # Errors
///
/// Those of the file system.
pub fn stage(path: &Path, contents: &[u8], mode: u32) -> io::Result<Staged> {
    let mut staged = Staged::create(path)?;
    let file = staged.file();
    file.write_all(contents)?;
    set_mode(file, mode)?;
    file.sync_all()?;
    Ok(staged)
}

impl Staged {
    /// Creates an empty file that only its owner can read, to be given this path later.
    ///
    /// It removes what killed processes have left of the same file.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn create(path: &Path) -> io::Result<Self> {
        draft::remove_abandoned(path);
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed(folder_of(path))? {
            // Before it has a name, or somebody could take it for abandoned.
            let _ = draft::try_lock(&file);
            return Ok(Self {
                file,
                path: path.to_owned(),
                draft: None,
            });
        }
        let (file, draft) = draft::claim(path, &|draft| create_locked(draft).map(Some))?;
        Ok(Self {
            file: file.ok_or(ErrorKind::NotFound)?,
            path: path.to_owned(),
            draft: Some(draft),
        })
    }

    /// The file, to be written.
    #[must_use]
    pub const fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file its name, unless something has that name already.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] where something has that name, and those of the file system.
    pub fn name(mut self) -> io::Result<()> {
        if let Some(draft) = &self.draft {
            move_to_new(draft, &self.path)?;
            self.draft = None;
            return Ok(());
        }
        #[cfg(target_os = "linux")]
        link(&self.file, &self.path)?;
        Ok(())
    }

    /// Gives the file its name, in place of the file that has it.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn replace(mut self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if self.draft.is_none() {
            match link(&self.file, &self.path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                result => return result,
            }
            // Only a rename replaces, and that wants a name to begin with.
            let link = |draft: &Path| link(&self.file, draft).map(|()| None);
            let (_, draft) = draft::claim(&self.path, &link)?;
            self.draft = Some(draft);
        }
        let draft = self.draft.as_deref().unwrap_or(Path::new(""));
        fs::rename(draft, &self.path)?;
        self.draft = None;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            let _ = fs::remove_file(draft);
        }
    }
}

/// Writes a file that only its owner can read, in place of the one that exists.
///
/// # Errors
///
/// Those of the file system.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    stage(path, contents, PRIVATE)?.replace()
}

/// Writes a file of this mode to the disk, with its name: in place of one that exists, or as a new
/// one.
///
/// # Errors
///
/// [`ErrorKind::AlreadyExists`] where something has that name and is not replaced, and those of the
/// file system.
pub fn write(path: &Path, contents: &[u8], mode: u32, replaces: bool) -> io::Result<()> {
    let staged = stage(path, contents, mode)?;
    match replaces {
        true => staged.replace()?,
        false => staged.name()?,
    }
    sync_folder(folder_of(path));
    Ok(())
}

/// Whether a path leads to a device, a stream or something else that is no regular file.
///
/// A link into `/dev` or `/proc` leads to whatever that is just now: replaced, it would be gone for
/// every program of the machine.
#[must_use]
pub fn is_special(path: &Path) -> bool {
    let is_system = |path: &Path| path.starts_with("/dev") || path.starts_with("/proc");
    is_system(path)
        || fs::read_link(path).is_ok_and(|target| is_system(&target))
        || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Gives a file another name, unless something has that one already.
pub(crate) fn move_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // It may have both names, where that was interrupted.
            if !is_same(from, to) {
                return Err(error);
            }
        }
        // A file system without such links.
        Err(_) if to.symlink_metadata().is_err() => return fs::rename(from, to),
        Err(error) => return Err(error),
    }
    fs::remove_file(from)
}

#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    match (one.symlink_metadata(), other.symlink_metadata()) {
        (Ok(one), Ok(other)) => one.ino() == other.ino() && one.dev() == other.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
const fn is_same(_: &Path, _: &Path) -> bool {
    false
}

/// Writes the names in a folder to the disk, where the platform can.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// The folder that a file is in, `.` for a bare name.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A new file that is locked, and not removed by somebody who found it before it was.
fn create_locked(path: &Path) -> io::Result<File> {
    let file = create_new(path)?;
    match draft::try_lock(&file) {
        Ok(false) => Err(ErrorKind::AlreadyExists.into()),
        // It was taken for abandoned before it was locked.
        _ if path.symlink_metadata().is_err() => Err(ErrorKind::AlreadyExists.into()),
        _ => Ok(file),
    }
}

/// A new file that its owner alone can read.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, PRIVATE);
    options.open(path)
}

/// A file without a name, if the file system has such.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> io::Result<Option<File>> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::Errno;

    // Without this folder it could never get a name.
    if !Path::new("/proc/self/fd").exists() {
        return Ok(None);
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match openat(CWD, folder, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(Some(file.into())),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Names a file that has no name, unless something has that name already.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};

    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, unnamed, CWD, path, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
