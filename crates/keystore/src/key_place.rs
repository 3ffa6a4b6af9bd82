use std::fmt;
use std::path::{Path, PathBuf};

/// Where a key is read from.
///
/// As text it completes "private key …" or "key …": the path of the file, or `from standard
/// input`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
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

    /// The path, where it is a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::StandardInput => None,
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("from standard input"),
        }
    }
}
