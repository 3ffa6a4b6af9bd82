use tokenring_jwk::PrivateKey;

use crate::KeyPlace;

/// A private key that was read, and what its file is like.
#[derive(Debug)]
pub struct LoadedKey {
    pub(crate) private_key: PrivateKey,
    pub(crate) is_encrypted: bool,
    pub(crate) place: KeyPlace,
    pub(crate) readable_by_others: Option<u32>,
}

impl LoadedKey {
    /// The private key.
    #[must_use]
    pub const fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }

    /// The private key alone.
    #[must_use]
    pub fn into_private_key(self) -> PrivateKey {
        self.private_key
    }

    /// Whether it took a passphrase to read it.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Where it was read from.
    #[must_use]
    pub const fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// The mode of its file, such as `0o644`, where users other than its owner can read it.
    ///
    /// Its owner should be told to take that right away, with `chmod 600`.
    #[must_use]
    pub const fn readable_by_others(&self) -> Option<u32> {
        self.readable_by_others
    }
}
