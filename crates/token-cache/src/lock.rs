//! Locks on files of the directory.

use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FlockOperation, OFlags, Stat};
use rustix::io::Errno;

use crate::Unusable;
use crate::directory::{Directory, OPEN, PRIVATE_FILE, is_private_file};

/// How often a lock's file may be foreign, or gone once it is locked.
const LOCK_ATTEMPTS: usize = 16;

impl Directory {
    /// Locks a file, unless another process or thread has it locked.
    ///
    /// The file stays when the lock goes, which it does with its holder.
    pub(crate) fn try_lock(&self, name: &str) -> Result<Option<Lock>, Unusable> {
        let flags = OPEN | OFlags::RDWR | OFlags::CREATE | OFlags::NONBLOCK;
        let mut is_private = true;
        for _ in 0..LOCK_ATTEMPTS {
            let file = match rustix::fs::openat(self.file(), name, flags, PRIVATE_FILE) {
                Ok(file) => file,
                // A symbolic link, a directory, a socket: none of ours.
                Err(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => {
                    self.remove(name)?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let stat = rustix::fs::fstat(&file)?;
            if !is_private_file(&stat) {
                // Others could hold the lock of such a file for good.
                is_private = false;
                self.remove(name)?;
                continue;
            }
            match self.grip(name, file, &stat)? {
                Grip::Held(lock) => return Ok(Some(lock)),
                Grip::Busy => return Ok(None),
                Grip::Lost => {}
            }
        }
        if is_private {
            Ok(None)
        } else {
            Err(Unusable::NotPrivate)
        }
    }

    /// Locks an open file, if it still has its name then.
    ///
    /// Between opening and locking, its last holder may have removed it. A lock
    /// on a file without a name keeps nobody out.
    fn grip(&self, name: &str, file: OwnedFd, stat: &Stat) -> Result<Grip, Unusable> {
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Grip::Busy),
            Err(Errno::INTR) => return Ok(Grip::Lost),
            Err(error) => return Err(lock_failure(error)),
        }
        match rustix::fs::statat(self.file(), name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) if (named.st_dev, named.st_ino) == (stat.st_dev, stat.st_ino) => {
                Ok(Grip::Held(Lock(file)))
            }
            Ok(_) | Err(Errno::NOENT) => Ok(Grip::Lost),
            Err(error) => Err(error.into()),
        }
    }
}

/// What comes of an attempt to lock an open file.
enum Grip {
    Held(Lock),
    Busy,
    Lost,
}

/// A lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "closing the file frees the lock")] OwnedFd);

/// Tells a file system without locks from other failures.
fn lock_failure(error: Errno) -> Unusable {
    match error {
        Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL => Unusable::NoLocks,
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_no_lock_without_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        let open = || {
            let flags = OPEN | OFlags::RDWR | OFlags::CREATE;
            rustix::fs::openat(directory.file(), "lock", flags, PRIVATE_FILE).unwrap()
        };
        let grip = |file: OwnedFd| {
            let stat = rustix::fs::fstat(&file).unwrap();
            directory.grip("lock", file, &stat).unwrap()
        };
        let early = open();
        directory.remove("lock").unwrap();
        assert!(matches!(grip(early), Grip::Lost));
        let early = open();
        directory.remove("lock").unwrap();
        let late = grip(open());
        assert!(matches!(late, Grip::Held(_)));
        assert!(matches!(grip(early), Grip::Lost));
        assert!(matches!(grip(open()), Grip::Busy));
        drop(late);
        assert!(matches!(grip(open()), Grip::Held(_)));
    }

    #[test]
    fn tells_missing_locks_from_other_failures() {
        for error in [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOSYS] {
            assert!(matches!(lock_failure(error), Unusable::NoLocks));
        }
        assert!(matches!(lock_failure(Errno::IO), Unusable::Io(_)));
    }
}
