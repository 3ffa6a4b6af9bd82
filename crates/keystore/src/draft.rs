//! The names that files have before they are whole.
//!
//! A process that is killed can leave such a file behind. Its writer keeps it locked, and a
//! lock goes with its holder: the next writer of the same file removes what nobody locks.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::atomic_file::folder_of;

/// How the name of each draft begins.
pub(crate) const PREFIX: &str = ".tokenring-draft-";

/// So many processes can write one file at the same moment; another one waits.
const SLOTS: usize = 4;
/// The moment between a draft's name and the file's own is far shorter.
const PAUSE: Duration = Duration::from_millis(10);
const PAUSES: usize = 500;
const OLD: Duration = Duration::from_secs(600);

/// Makes a file that has a draft's name, unless something else has that name already.
pub(crate) fn claim(
    path: &Path,
    make: &dyn Fn(&Path) -> io::Result<Option<File>>,
) -> io::Result<(Option<File>, PathBuf)> {
    for _ in 0..PAUSES {
        for slot in 0..SLOTS {
            let draft = name(path, slot);
            match make(&draft) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => return made.map(|made| (made, draft)),
            }
        }
        thread::sleep(PAUSE);
        remove_abandoned(path);
    }
    Err(io::Error::other(
        "other processes are writing this file and do not finish; end them and try again",
    ))
}

/// Removes what processes that were killed have left of a file.
pub(crate) fn remove_abandoned(path: &Path) {
    for slot in 0..SLOTS {
        remove_if_abandoned(&name(path, slot));
    }
}

/// Removes a draft that no process is writing, and tells whether it did.
pub(crate) fn remove_if_abandoned(draft: &Path) -> bool {
    let Ok(file) = open(draft) else {
        return false;
    };
    // A file system without locks: nobody takes so long.
    let is_abandoned =
        try_lock(&file).unwrap_or_else(|_| file.metadata().is_ok_and(|file| is_old(&file)));
    is_abandoned && fs::remove_file(draft).is_ok()
}

/// Whether nobody can be writing this any more.
pub(crate) fn is_old(written: &Metadata) -> bool {
    let written = written.modified().ok();
    let age = written.and_then(|written| written.elapsed().ok());
    age.is_some_and(|age| age > OLD)
}

/// One of the few names that drafts of a file have.
fn name(path: &Path, slot: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Short enough for any file system. Files that share a draft's name take turns.
    let end = name
        .char_indices()
        .nth(50)
        .map_or(name.len(), |(end, _)| end);
    let name = name.get(..end).unwrap_or_default();
    folder_of(path).join(format!("{PREFIX}{name}-{slot}"))
}

/// Opens a file of one's own, and neither a link, a pipe nor a device.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};

    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(CWD, path, flags, Mode::empty())?;
    let stat = fstat(&file)?;
    let is_own = stat.st_uid == rustix::process::geteuid().as_raw();
    if !is_own || FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(ErrorKind::InvalidInput.into());
    }
    Ok(file.into())
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Locks a file or folder, unless another process has it locked.
#[cfg(unix)]
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Fails, where the platform has no such locks.
#[cfg(not(unix))]
pub(crate) fn try_lock(_: &File) -> io::Result<bool> {
    Err(ErrorKind::Unsupported.into())
}

/// A folder that belongs to this user, locked where that is possible.
///
/// The lock goes with its holder: what a killed process leaves behind is found unlocked.
#[derive(Debug)]
pub struct Hold {
    is_locked: bool,
    /// The folder, and the one that it is in.
    folders: Option<(File, File)>,
}

impl Hold {
    /// Locks a folder that exists, unless another process has it locked or has removed it.
    ///
    /// # Errors
    ///
    /// Those of the file system, and an error where the folder belongs to another user.
    #[cfg(unix)]
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        use rustix::fs::{AtFlags, CWD, Mode, OFlags, fstat, openat, statat};
        use rustix::io::Errno;

        // To be in it is enough.
        #[cfg(target_os = "linux")]
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::PATH;
        #[cfg(not(target_os = "linux"))]
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let parent: File = openat(CWD, folder_of(path), flags, Mode::empty())?.into();
        let name = path.file_name().unwrap_or_default();
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder: File = match openat(&parent, name, flags, Mode::empty()) {
            Ok(folder) => folder.into(),
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let is_locked = match try_lock(&folder) {
            Ok(false) => return Ok(None),
            result => result.is_ok(),
        };
        let stat = fstat(&folder)?;
        let user = rustix::process::geteuid().as_raw();
        // Root helps the owner of a folder, and nobody else who can write there.
        let owner = match user {
            0 => fstat(&parent)?.st_uid,
            user => user,
        };
        if stat.st_uid != user && stat.st_uid != owner {
            return Err(io::Error::other(format!(
                "{} belongs to another user; have it removed",
                path.display()
            )));
        }
        // Another process may have removed it before it was locked.
        let is_there = statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)
            .is_ok_and(|there| there.st_ino == stat.st_ino);
        Ok(is_there.then_some(Self {
            is_locked,
            folders: Some((folder, parent)),
        }))
    }

    /// Locks nothing, where the platform has no such locks.
    ///
    /// # Errors
    ///
    /// None here; on Unix, those of the file system.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub fn take(_: &Path) -> io::Result<Option<Self>> {
        Ok(Some(Self {
            is_locked: false,
            folders: None,
        }))
    }

    /// Paths of the folder and of the one that it is in, which lead nowhere else when somebody
    /// renames one of them or puts a link in its place.
    pub(crate) fn paths(&self, path: &Path) -> (PathBuf, PathBuf) {
        let (folder, parent) = match &self.folders {
            Some((folder, parent)) => (by_descriptor(folder), by_descriptor(parent)),
            None => (None, None),
        };
        (
            folder.unwrap_or_else(|| path.to_owned()),
            parent.unwrap_or_else(|| folder_of(path).to_owned()),
        )
    }

    /// Whether it is locked, so that a process that died would have lost it.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.is_locked
    }
}

/// The path of an open folder, where the platform has such.
#[cfg(target_os = "linux")]
fn by_descriptor(folder: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;

    let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
    path.exists().then_some(path)
}

#[cfg(not(target_os = "linux"))]
const fn by_descriptor(_: &File) -> Option<PathBuf> {
    None
}
