use std::path::{Path, PathBuf};

use crate::key_source::ExternalKey;

/// The key that tokens are bound to by DPoP.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum DpopKey {
    /// A key on P-256 of this user, which is made when it is needed first and kept in the state
    /// folder, such as `~/.local/state/tokenring`.
    #[default]
    P256,
    /// The same of type Ed25519.
    Ed25519,
    /// The client's own key, which signs the assertion as well.
    Client,
    /// A key by its name: the path of a file, a `pkcs11:` URI, or what a
    /// [`KeySource`](crate::KeySource) knows.
    Named(PathBuf),
    /// A key whose private half stays elsewhere.
    External(ExternalKey),
}

impl DpopKey {
    /// Reads `p256`, `ed25519`, `client`, or a key's name.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring::DpopKey;
    ///
    /// assert!(matches!(DpopKey::from_name("ed25519"), DpopKey::Ed25519));
    /// assert!(matches!(DpopKey::from_name("./client"), DpopKey::Named(_)));
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "p256" => Self::P256,
            "ed25519" => Self::Ed25519,
            "client" => Self::Client,
            name => Self::Named(Path::new(name).to_owned()),
        }
    }
}

impl From<&str> for DpopKey {
    fn from(name: &str) -> Self {
        Self::from_name(name)
    }
}

impl From<ExternalKey> for DpopKey {
    fn from(key: ExternalKey) -> Self {
        Self::External(key)
    }
}
