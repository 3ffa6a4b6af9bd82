//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Modes of the files, whatever the umask.
pub(crate) const PRIVATE: u32 = 0o600;
pub(crate) const PUBLIC: u32 = 0o644;

/// A file that has yet to get its name.
pub(crate) enum Staged {
    /// It has no name at all: a process that dies leaves nothing behind.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    /// It has a name of its own, where the file system knows nothing better.
    Named(NamedTempFile),
}

/// Writes a file in a folder, without its name, and brings it to the disk.
pub(crate) fn stage(folder: &Path, contents: &[u8], mode: u32) -> io::Result<Staged> {
    let mut staged = Staged::create(folder)?;
    let file = staged.file();
    file.write_all(contents)?;
    set_mode(file, mode)?;
    file.sync_all()?;
    Ok(staged)
}

impl Staged {
    /// Begins an empty file in a folder, which its owner alone can read.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed(folder)? {
            return Ok(Self::Unnamed(file));
        }
        named(folder).map(Self::Named)
    }

    /// The file, to be written.
    pub(crate) fn file(&mut self) -> &mut File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file_mut(),
        }
    }

    /// Gives the file its name, unless something has it already.
    pub(crate) fn name(self, path: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => link(&file, path),
            Self::Named(file) => match file.persist_noclobber(path) {
                Ok(_) => Ok(()),
                Err(error) => Err(error.error),
            },
        }
    }

    /// Gives the file its name, in place of what has it.
    pub(crate) fn replace(self, path: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => {
                // Only a rename replaces, and that wants a name to begin with.
                let place = named(folder_of(path))?.into_temp_path();
                fs::remove_file(&place)?;
                link(&file, &place)?;
                match place.persist(path) {
                    Ok(()) => Ok(()),
                    Err(error) => Err(error.error),
                }
            }
            Self::Named(file) => match file.persist(path) {
                Ok(_) => Ok(()),
                Err(error) => Err(error.error),
            },
        }
    }
}

/// Writes a file that its owner alone can read, over one that is there.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    stage(folder_of(path), contents, PRIVATE)?.replace(path)
}

/// A second name for a file that is about to be replaced, so that it can come
/// back.
pub(crate) struct Backup {
    path: PathBuf,
    copy: tempfile::TempPath,
}

impl Backup {
    /// Keeps the file, if there is one.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let copy = named(folder_of(path))?.into_temp_path();
        fs::remove_file(&copy)?;
        fs::hard_link(path, &copy)?;
        Ok(Some(Self {
            path: path.to_owned(),
            copy,
        }))
    }

    /// Puts the file back.
    pub(crate) fn restore(self) {
        // If this fails as well there is no more that can be done; the copy is
        // removed in no case, as it is the last one.
        if let Err(error) = self.copy.persist(&self.path) {
            let _ = error.path.keep();
        }
    }
}

/// Brings the names in a folder to the disk, where the platform can.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn named(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".tokenring-")
        .tempfile_in(folder)
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
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
