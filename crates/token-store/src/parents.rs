//! Who else could put another directory in the place of the cache's.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, Stat};

use crate::Unusable;
use crate::directory::{effective_user, permissions};

/// Refuses a directory that somebody else than root can rename, or one above it.
///
/// As OpenSSH does for a user's files (`StrictModes` in sshd_config(5)), every
/// directory up to the root has to belong to root or to this user, and nobody else
/// may write to it. One difference: a directory with the sticky bit may be writable
/// by all, as `/tmp` is. There, nobody but root can rename or remove what belongs to
/// this user or to root, and of anything else the check of the owner finds out.
///
/// The way goes up from the open directory, so that what is checked is where it is.
pub(crate) fn check(directory: &OwnedFd, stat: &Stat, path: &Path) -> Result<(), Unusable> {
    let (mut way, mut child) = (String::from(".."), (stat.st_dev, stat.st_ino));
    for level in 1.. {
        let parent = rustix::fs::statat(directory, way.as_str(), AtFlags::empty())?;
        if (parent.st_dev, parent.st_ino) == child {
            break;
        }
        check_parent(&parent, || ancestor(path, level))?;
        child = (parent.st_dev, parent.st_ino);
        way.push_str("/..");
    }
    Ok(())
}

/// Refuses a place where a directory that is yet to be made could not be used.
///
/// Made by root in another user's home, it would lock that user out of `~/.cache`.
pub(crate) fn check_place(path: &Path) -> Result<(), Unusable> {
    let place = path
        .ancestors()
        .find_map(|place| fs::canonicalize(place).ok());
    for parent in place.unwrap_or_default().ancestors() {
        let stat = rustix::fs::stat(parent)?;
        check_parent(&stat, || parent.to_owned())?;
    }
    Ok(())
}

fn check_parent(parent: &Stat, path: impl FnOnce() -> PathBuf) -> Result<(), Unusable> {
    if !is_trusted(parent.st_uid)? {
        return Err(Unusable::ParentForeignOwner(path()));
    }
    let mode = permissions(parent);
    if mode.intersects(Mode::WGRP | Mode::WOTH) && !mode.contains(Mode::SVTX) {
        return Err(Unusable::ParentWritableByOthers(path()));
    }
    Ok(())
}

/// Root, this user, and whoever owns the root directory: in a container that doesn't
/// know the machine's root, its directories appear as another user's.
fn is_trusted(owner: u32) -> Result<bool, Unusable> {
    Ok(owner == 0
        || owner == effective_user()
        || owner == rustix::fs::statat(CWD, "/", AtFlags::empty())?.st_uid)
}

/// The directory so many levels above, for a person to find.
fn ancestor(path: &Path, level: usize) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    path.ancestors().nth(level).unwrap_or(&path).to_owned()
}
