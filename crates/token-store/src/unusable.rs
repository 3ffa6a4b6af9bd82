use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why tokens can't be shared by way of a store.
///
/// Never a reason to fail: a [`TokenSource`](crate::TokenSource) goes on without the
/// store and hands this over to be told once.
#[non_exhaustive]
#[derive(Debug)]
pub enum Unusable {
    /// The path is a symbolic link.
    Symlink,
    /// The path, or one above it, is something else than a directory.
    NotDirectory,
    /// The directory belongs to another user.
    ForeignOwner,
    /// Other users can write to the directory.
    WritableByOthers,
    /// Other users can write to this directory above it, and so rename what is in it.
    ParentWritableByOthers(PathBuf),
    /// This directory above it belongs to another user than root.
    ParentForeignOwner(PathBuf),
    /// The directory, or its file system, is read-only for this user.
    ReadOnly,
    /// The file system is full, or a quota or limit is reached.
    Full,
    /// The file system doesn't keep a file to its owner.
    NotPrivate,
    /// The file system has no locks, as some network file systems.
    NoLocks,
    /// The token and its labels are longer than any that can be read back.
    TooLarge,
    /// This platform has no owners, modes and locks of the kind that is needed.
    Platform,
    /// Something else failed.
    Io(io::Error),
    /// A store of another kind than a directory cannot be used.
    Other(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::ParentWritableByOthers(parent) => {
                return write!(
                    f,
                    "other users can write to {}, which is above the cache directory; run `chmod go-w` on it, or name another directory",
                    parent.display()
                );
            }
            Self::ParentForeignOwner(parent) => {
                return write!(
                    f,
                    "{} is above the cache directory and belongs to another user; name another directory",
                    parent.display()
                );
            }
            Self::Symlink => "the cache directory is a symbolic link; name the directory itself",
            Self::NotDirectory => "the cache directory is not a directory; name another one",
            Self::ForeignOwner => {
                "the cache directory belongs to another user; name one of your own"
            }
            Self::WritableByOthers => {
                "other users can write to the cache directory; change its mode to 0700"
            }
            Self::ReadOnly => "the cache directory cannot be written to; name another one",
            Self::Full => "there is no room in the cache directory; make some, or name another one",
            Self::NotPrivate => {
                "the file system of the cache directory keeps no file private; name a directory on another one"
            }
            Self::NoLocks => {
                "the file system of the cache directory has no locks; name a directory on a local disk"
            }
            Self::TooLarge => "the token is too large for the cache; go without it",
            Self::Platform => "there is no token cache on this platform; go without it",
            Self::Io(_) => "the cache directory cannot be used; name another one",
            Self::Other(_) => "the token store cannot be used; check that it is reachable",
        };
        f.write_str(text)
    }
}

impl Error for Unusable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Other(error) => Some(&**error),
            _ => None,
        }
    }
}
