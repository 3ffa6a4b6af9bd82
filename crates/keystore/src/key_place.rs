use std::fmt;
use std::path::{Path, PathBuf};

/// Where a key is read from.
///
/// As text it completes "private key …" or "key …": the path of the file, `from standard input`,
/// or the name of an external key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
    /// Outside of this machine's files, such as on a PKCS#11 token: the name that the key was
    /// opened by.
    External(String),
}

impl KeyPlace {
    /// Takes a path, of which `-` is standard input.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        match path.as_os_str() == "-" {
            true => Self::StandardInput,
            false => Self::File(path),
        }
    }

    /// The number of the descriptor of this process that is read: that of standard input, or the
    /// one that the path names.
    #[must_use]
    pub fn descriptor(&self) -> Option<u32> {
        let path = match self {
            Self::StandardInput => return Some(0),
            Self::File(path) => path.to_str()?,
            Self::External(_) => return None,
        };
        if path == "/dev/stdin" {
            return Some(0);
        }
        let number = path.strip_prefix("/dev/fd/");
        let number = number.or_else(|| path.strip_prefix("/proc/self/fd/"));
        number?.parse().ok()
    }

    /// The path, where it is a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::StandardInput | Self::External(_) => None,
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("from standard input"),
            Self::External(name) => f.write_str(name),
        }
    }
}
