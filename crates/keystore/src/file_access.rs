use std::fmt;
use std::path::Path;

/// Who can reach a file, beyond the user of this process.
///
/// # Examples
///
/// ```
/// use tokenring_keystore::{FileAccess, atomic_file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("int-1.pem");
/// atomic_file::replace(&path, b"a private key")?;
/// # #[cfg(unix)]
/// assert_eq!(FileAccess::of(&path), FileAccess::Own { mode: 0o600 });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileAccess {
    /// The file is this user's, and nobody else can read it.
    Own {
        /// The file's mode, such as `0o600`.
        mode: u32,
    },
    /// Others can read the file, or change it as well.
    Shared {
        /// The file's mode, such as `0o644`.
        mode: u32,
    },
    /// The file is another user's.
    OfAnother {
        /// The number of the user who owns it.
        owner: u32,
        /// The number of the user of this process.
        user: u32,
    },
    /// The system does not say, or the file cannot be examined.
    Unknown,
}

impl FileAccess {
    /// Examines a file.
    #[cfg(unix)]
    #[must_use]
    pub fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;

        let Ok(metadata) = path.metadata() else {
            return Self::Unknown;
        };
        let mode = metadata.mode() & 0o777;
        let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
        match mode & 0o077 {
            0 if owner == user => Self::Own { mode },
            0 => Self::OfAnother { owner, user },
            _ => Self::Shared { mode },
        }
    }

    /// Examines a file.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn of(_: &Path) -> Self {
        Self::Unknown
    }
}

impl fmt::Display for FileAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own { mode } => write!(f, "mode {mode:04o}, owned by this user"),
            Self::Shared { mode } => {
                let reach = match mode & 0o022 {
                    0 => "read it",
                    _ => "read or change it",
                };
                write!(f, "mode {mode:04o}: others can {reach}")
            }
            Self::OfAnother { owner, user } => {
                write!(f, "owned by user {owner} and used by user {user}")
            }
            Self::Unknown => f.write_str("access unknown"),
        }
    }
}
