use std::io;
use std::path::PathBuf;

use crate::KeyPlace;

/// What happens while key files are read or written, besides what was asked for.
///
/// A function that can cause one takes a closure for it; `&|_| {}` ignores them all.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A pipe that a key is read from has stayed empty for a second. Reading goes on until
    /// somebody writes the key.
    WaitingForKey {
        /// The pipe, such as `/dev/fd/63`.
        path: PathBuf,
    },
    /// Users other than its owner can read a private key.
    ReadableByOthers {
        /// Where the key is.
        place: KeyPlace,
        /// The mode of its file, such as `0o644`.
        mode: u32,
    },
    /// The change of a key's files that another process did not finish is finished now.
    ChangeFinished {
        /// The path of the key's files without their extensions.
        key: PathBuf,
    },
    /// The change of a key's files that another process did not finish is undone now.
    ChangeUndone {
        /// The path of the key's files without their extensions.
        key: PathBuf,
    },
    /// The change of a key's files that another process did not finish cannot be finished.
    ChangeStuck {
        /// One of the key's files.
        path: PathBuf,
        /// Why it cannot be finished.
        error: io::Error,
    },
    /// A file that a killed process had not written completely is removed.
    DraftRemoved {
        /// The file.
        path: PathBuf,
    },
    /// Another process has the folder locked. Waiting goes on for at most 40 seconds.
    WaitingForLock {
        /// The folder.
        folder: PathBuf,
    },
    /// The file system has no locks. No other process should change the folder's keys now.
    NotLocked {
        /// The folder.
        folder: PathBuf,
        /// Why it cannot be locked.
        error: io::Error,
    },
}
