use core::fmt;
use core::str::FromStr;

/// Which certificate authorities servers are verified against, in addition to those that are given.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum CaStore {
    /// Mozilla's, which are part of the program.
    Bundled,
    /// Those of the operating system, or of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    System,
    /// Mozilla's, and those of the operating system for a server that they do not vouch for.
    #[default]
    Both,
}

const NAMES: [(&str, CaStore); 3] = [
    ("bundled", CaStore::Bundled),
    ("system", CaStore::System),
    ("both", CaStore::Both),
];

impl CaStore {
    /// The name: `bundled`, `system` or `both`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut named = NAMES.iter().filter(|(_, store)| *store == self);
        named.next().map_or("both", |(name, _)| name)
    }
}

impl FromStr for CaStore {
    type Err = UnknownCaStore;

    fn from_str(text: &str) -> Result<Self, UnknownCaStore> {
        let mut named = NAMES.iter().filter(|(name, _)| *name == text);
        named.next().map(|(_, store)| *store).ok_or(UnknownCaStore)
    }
}

impl fmt::Display for CaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no [`CaStore`].
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownCaStore;

impl fmt::Display for UnknownCaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store of certificate authorities is bundled, system or both")
    }
}

impl core::error::Error for UnknownCaStore {}
