//! A directory that is this user's alone, and its files.
//!
//! Every file is reached by its name in the open directory, never by a path, so
//! that nobody can put another directory in between.

use std::fs::{DirBuilder, File};
use std::io;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::Unusable;
pub(crate) use crate::lock::{Lock, LockState};
use crate::parents;

/// The directory of a cache.
#[derive(Debug)]
pub(crate) struct Directory(OwnedFd);

/// A token is some kilobytes; nothing larger is read or written.
const LARGEST_FILE: usize = 256 * 1024;
/// What a draft takes up before its contents are known.
const RESERVE: [u8; 4096] = [0; 4096];

pub(crate) const PRIVATE_FILE: Mode = Mode::from_raw_mode(0o600);
const PRIVATE_DIRECTORY: Mode = Mode::from_raw_mode(0o700);
pub(crate) const OPEN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

impl Directory {
    pub(crate) fn open(path: &Path) -> Result<Self, Unusable> {
        // A slash at the end would make a symbolic link look like its target.
        let path: PathBuf = std::path::absolute(path)
            .map_err(Unusable::Io)?
            .components()
            .filter(|part| *part != Component::CurDir)
            .collect();
        let is_new = match rustix::fs::lstat(&path) {
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => false,
                FileType::Symlink => return Err(Unusable::Symlink),
                _ => return Err(Unusable::NotDirectory),
            },
            Err(Errno::NOENT) => {
                parents::check_place(&path)?;
                let mut builder = DirBuilder::new();
                let builder = builder.recursive(true).mode(0o700);
                builder.create(&path).map_err(|error| unusable(&error))?;
                true
            }
            Err(error) => return Err(error.into()),
        };
        let flags = OPEN | OFlags::DIRECTORY | OFlags::RDONLY;
        let directory = rustix::fs::openat(CWD, &path, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&directory)?;
        if stat.st_uid != effective_user() {
            return Err(Unusable::ForeignOwner);
        }
        if is_new {
            rustix::fs::fchmod(&directory, PRIVATE_DIRECTORY)?;
        } else if permissions(&stat).intersects(Mode::WGRP | Mode::WOTH) {
            return Err(Unusable::WritableByOthers);
        }
        parents::check(&directory, &stat, &path)?;
        Ok(Self(directory))
    }

    pub(crate) const fn file(&self) -> &OwnedFd {
        &self.0
    }

    /// The contents of a file that is this user's alone.
    pub(crate) fn read(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        // Non-blocking, so that a pipe doesn't wait for a writer.
        let flags = OPEN | OFlags::RDONLY | OFlags::NONBLOCK;
        let file = rustix::fs::openat(&self.0, name, flags, Mode::empty()).ok()?;
        if !is_private_file(&rustix::fs::fstat(&file).ok()?) {
            return None;
        }
        let file = File::from(file);
        let size = usize::try_from(file.metadata().ok()?.size()).ok()?;
        if size > LARGEST_FILE {
            return None;
        }
        // With room for all, the buffer never moves and leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(size.saturating_add(64)));
        let limit = u64::try_from(size).ok()?.saturating_add(1);
        file.take(limit).read_to_end(&mut bytes).ok()?;
        (bytes.len() == size).then_some(bytes)
    }

    /// Removes a file, and says whether there was one.
    pub(crate) fn remove(&self, name: &str) -> Result<bool, Unusable> {
        match rustix::fs::unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            // Nothing here makes directories; an empty one is no loss.
            Err(error @ (Errno::ISDIR | Errno::PERM)) => {
                match rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR) {
                    Ok(()) => Ok(false),
                    Err(_) => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is something of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// The names of the files, but for those that are not UTF-8.
    pub(crate) fn names(&self) -> Result<Vec<String>, Unusable> {
        let mut names = Vec::new();
        self.visit_names(usize::MAX, |name| names.push(name.to_owned()))?;
        Ok(names)
    }

    /// Shows a function the names of so many files, in the order of the file system.
    pub(crate) fn visit_names(
        &self,
        most: usize,
        mut visit: impl FnMut(&str),
    ) -> Result<(), Unusable> {
        for entry in Dir::read_from(&self.0)?.take(most) {
            if let Ok(name) = entry?.file_name().to_str() {
                visit(name);
            }
        }
        Ok(())
    }

    /// Begins a file that the holder of a lock alone writes, and makes sure that there
    /// is room for a token in it.
    ///
    /// Its name is that of the lock, so that those of killed processes don't pile
    /// up: the next one removes it.
    pub(crate) fn reserve(&self, draft: &str) -> Result<(), Unusable> {
        self.remove(draft)?;
        let flags = OPEN | OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let file = rustix::fs::openat(&self.0, draft, flags, PRIVATE_FILE)?;
        let mut file = File::from(file);
        // Whatever the umask takes away.
        rustix::fs::fchmod(&file, PRIVATE_FILE)?;
        if !is_private_file(&rustix::fs::fstat(&file)?) {
            return Err(Unusable::NotPrivate);
        }
        file.write_all(&RESERVE).map_err(|error| unusable(&error))
    }

    /// Writes a draft and puts it in the place of another file, whole; returns whether
    /// it did.
    ///
    /// It doesn't if others have removed it: the lock was taken away from a process
    /// that was overdue, and what it brings is too late.
    ///
    /// It is not forced to the disk: should the machine stop, what is left of it
    /// has no good seal and is a miss.
    pub(crate) fn publish(
        &self,
        draft: &str,
        contents: &[u8],
        name: &str,
    ) -> Result<bool, Unusable> {
        if contents.len() > LARGEST_FILE {
            return Err(Unusable::TooLarge);
        }
        let flags = OPEN | OFlags::WRONLY | OFlags::NONBLOCK;
        let file = match rustix::fs::openat(&self.0, draft, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if !is_private_file(&rustix::fs::fstat(&file)?) {
            return Err(Unusable::NotPrivate);
        }
        let mut file = File::from(file);
        let mut write = || {
            file.write_all(contents)?;
            let length = file.stream_position()?;
            file.set_len(length)
        };
        write().map_err(|error| unusable(&error))?;
        let rename = || rustix::fs::renameat(&self.0, draft, &self.0, name);
        match rename() {
            Err(Errno::ISDIR) => {
                self.remove(name)?;
                rename()?;
            }
            Err(Errno::NOENT) => return Ok(false),
            result => result?,
        }
        Ok(true)
    }
}

pub(crate) fn is_private_file(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
        && stat.st_uid == effective_user()
        && !permissions(stat).intersects(Mode::RWXG | Mode::RWXO)
}

pub(crate) fn permissions(stat: &Stat) -> Mode {
    Mode::from_raw_mode(stat.st_mode)
}

pub(crate) fn effective_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

pub(crate) fn unusable(error: &io::Error) -> Unusable {
    Errno::from_io_error(error).map_or_else(|| Unusable::Io(error.kind().into()), Into::into)
}

impl From<Errno> for Unusable {
    fn from(error: Errno) -> Self {
        match error {
            Errno::ACCESS | Errno::PERM | Errno::ROFS => Self::ReadOnly,
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Self::Full,
            Errno::LOOP => Self::Symlink,
            Errno::NOTDIR => Self::NotDirectory,
            error => Self::Io(error.into()),
        }
    }
}
