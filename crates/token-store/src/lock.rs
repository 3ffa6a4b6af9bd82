//! Locks on files of the directory, and what their holders note in them.

use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FlockOperation, OFlags, Stat};
use rustix::io::Errno;

use crate::directory::{Directory, OPEN, PRIVATE_FILE, is_private_file};
use crate::holder_note::{HolderNote, NOTE_LIMIT};
use crate::{Holder, Unusable};

/// How often a lock's file may be foreign, or gone once it is locked.
const LOCK_ATTEMPTS: usize = 16;

/// What comes of an attempt to lock.
pub(crate) enum LockState {
    Held(Lock),
    Busy(Holder),
}

/// A lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: OwnedFd,
    inode: u64,
}

/// What comes of an attempt to lock an open file.
enum Grip {
    Held(Lock),
    Busy(OwnedFd),
    Lost,
}

impl Directory {
    /// Locks a file, unless another process or thread has it locked.
    ///
    /// The file stays when the lock goes, which it does with its holder.
    pub(crate) fn try_lock(&self, name: &str) -> Result<LockState, Unusable> {
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
                Grip::Held(lock) => return Ok(LockState::Held(lock)),
                Grip::Busy(file) => {
                    let note = read_note(&file);
                    let fence = stat.st_ino;
                    return Ok(LockState::Busy(Holder { fence, note }));
                }
                Grip::Lost => {}
            }
        }
        if is_private {
            Ok(LockState::Busy(Holder::default()))
        } else {
            Err(Unusable::NotPrivate)
        }
    }

    /// Takes a lock away from a holder that is overdue, and removes its draft.
    ///
    /// The gate is the file of a lock too. It is held while the holder is looked at,
    /// and then renamed: so one process does this, and nobody gets the lock between
    /// the old holder and the new one.
    pub(crate) fn take_over(
        &self,
        name: &str,
        gate: &str,
        holder: &Holder,
        draft: &str,
    ) -> Result<Option<Lock>, Unusable> {
        let LockState::Held(lock) = self.try_lock(gate)? else {
            return Ok(None);
        };
        match self.try_lock(name)? {
            LockState::Busy(same) if same == *holder => {
                self.remove(draft)?;
                rustix::fs::renameat(self.file(), gate, self.file(), name)?;
                Ok(Some(lock))
            }
            // It has ended, or another one was quicker.
            LockState::Held(_) | LockState::Busy(_) => {
                self.remove(gate)?;
                Ok(None)
            }
        }
    }

    /// Locks an open file, if it still has its name then.
    ///
    /// Between opening and locking, its last holder may have removed it. A lock
    /// on a file without a name keeps nobody out.
    fn grip(&self, name: &str, file: OwnedFd, stat: &Stat) -> Result<Grip, Unusable> {
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Grip::Busy(file)),
            Err(Errno::INTR) => return Ok(Grip::Lost),
            Err(error) => return Err(lock_failure(error)),
        }
        match rustix::fs::statat(self.file(), name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) if (named.st_dev, named.st_ino) == (stat.st_dev, stat.st_ino) => {
                let inode = stat.st_ino;
                Ok(Grip::Held(Lock { file, inode }))
            }
            Ok(_) | Err(Errno::NOENT) => Ok(Grip::Lost),
            Err(error) => Err(error.into()),
        }
    }
}

impl Lock {
    /// The number of the lock's file, which no other file has while it is open.
    pub(crate) const fn inode(&self) -> u64 {
        self.inode
    }

    /// Tells the others until when this process may be busy.
    pub(crate) fn announce(&self, note: &HolderNote) -> Result<(), Unusable> {
        rustix::io::pwrite(&self.file, note.write().as_bytes(), 0)?;
        Ok(())
    }
}

fn read_note(file: &OwnedFd) -> Option<HolderNote> {
    let mut bytes = [0; NOTE_LIMIT];
    let length = rustix::io::pread(file, &mut bytes, 0).ok()?;
    HolderNote::read(bytes.get(..length)?)
}

/// Tells a file system without locks from other failures.
fn lock_failure(error: Errno) -> Unusable {
    match error {
        Errno::NOLCK | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL => Unusable::NoLocks,
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokenring_assertion::NumericDate;

    use super::*;

    fn directory() -> (tempfile::TempDir, Directory) {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(folder.path()).unwrap();
        (folder, directory)
    }

    fn note(busy_for: u64) -> HolderNote {
        HolderNote::new(NumericDate::from_seconds(0), Duration::from_secs(busy_for))
    }

    fn held(directory: &Directory, name: &str) -> Lock {
        match directory.try_lock(name).unwrap() {
            LockState::Held(lock) => lock,
            LockState::Busy(holder) => unreachable!("{holder:?}"),
        }
    }

    fn holder(directory: &Directory, name: &str) -> Holder {
        match directory.try_lock(name).unwrap() {
            LockState::Busy(holder) => holder,
            LockState::Held(lock) => unreachable!("{lock:?}"),
        }
    }

    #[test]
    fn holds_no_lock_without_a_name() {
        let (_folder, directory) = directory();
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
        assert!(matches!(grip(open()), Grip::Busy(_)));
        drop(late);
        assert!(matches!(grip(open()), Grip::Held(_)));
    }

    #[test]
    fn a_holder_is_known_by_its_note() {
        let (_folder, directory) = directory();
        let lock = held(&directory, "lock");
        assert_eq!(holder(&directory, "lock").note, None);
        for busy_for in [1000, 1] {
            lock.announce(&note(busy_for)).unwrap();
            let holder = holder(&directory, "lock");
            assert_eq!(holder.note, Some(note(busy_for)));
            assert_eq!(holder.fence, lock.inode());
        }
    }

    #[test]
    fn a_lock_is_taken_from_the_holder_that_was_watched_and_no_other() {
        let (_folder, directory) = directory();
        let old = held(&directory, "lock");
        old.announce(&note(1)).unwrap();
        let watched = holder(&directory, "lock");
        let take_over = || {
            directory
                .take_over("lock", "gate", &watched, "draft")
                .unwrap()
        };
        directory.reserve("draft").unwrap();

        // Something happens: nothing is taken.
        old.announce(&note(2)).unwrap();
        assert!(take_over().is_none());
        old.announce(&note(1)).unwrap();
        // Somebody else is at it.
        let gate = held(&directory, "gate");
        assert!(take_over().is_none());
        drop(gate);

        let new = take_over().unwrap();
        assert_ne!(new.inode(), old.inode());
        assert_eq!(holder(&directory, "lock").fence, new.inode());
        assert!(take_over().is_none());
        // The one that wakes up late publishes nothing, and takes no harm.
        assert!(!directory.publish("draft", b"late", "token").unwrap());
        assert!(directory.read("token").is_none());
        assert!(!directory.remove("draft").unwrap());
        assert!(!directory.remove("gate").unwrap());
        drop((old, new));
        // Where its holder has ended there is nothing to take.
        assert!(take_over().is_none());
        assert_ne!(held(&directory, "lock").inode(), watched.fence);
    }

    #[test]
    fn tells_missing_locks_from_other_failures() {
        for error in [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOSYS] {
            assert!(matches!(lock_failure(error), Unusable::NoLocks));
        }
        assert!(matches!(lock_failure(Errno::IO), Unusable::Io(_)));
    }
}
