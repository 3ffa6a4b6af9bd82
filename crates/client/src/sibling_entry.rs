//! What the JWK Set next to a private key says of it.

use std::path::{Path, PathBuf};

use tokenring_jwk::{Algorithm, KeyId, PublicKey};
use tokenring_keystore::{PublishedKey, SiblingJwkSet};

use crate::key_naming::parse;
use crate::options::KeyOptions;
use crate::target::Target;

/// The entry of a key in the JWK Set next to it, which most likely is what was registered.
pub(crate) struct SiblingEntry {
    published: PublishedKey,
    path: PathBuf,
    is_registered: bool,
    is_found_by_id: bool,
}

impl SiblingEntry {
    /// The entry of the key ID that was given, or else what all entries of the key agree on.
    pub(crate) fn find(
        set: &SiblingJwkSet,
        public_key: &PublicKey,
        target: &Target,
        options: &KeyOptions,
    ) -> Option<Self> {
        let given = options.key_id.as_deref().and_then(|text| parse(text).ok());
        let under_given = given.and_then(|key_id| set.published_under(public_key, &key_id));
        let published = under_given.or_else(|| set.published_as(public_key))?;
        Some(Self {
            published,
            path: set.path().to_owned(),
            is_registered: target.gateway().key().registers_jwk_set(),
            is_found_by_id: target.gateway().key().finds_by_key_id(),
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the gateway knows keys by their JWK Set. A bare public key or a certificate comes
    /// to it without what the JWK Set says.
    pub(crate) const fn is_registered(&self) -> bool {
        self.is_registered
    }

    /// The key ID by which the gateway finds the key, if it finds keys so.
    pub(crate) fn key_id(&self) -> Option<&KeyId> {
        let is_found = self.is_registered && self.is_found_by_id;
        let names_it = |key_id: &&KeyId| is_found && !key_id.as_str().is_empty();
        self.published.key_id().filter(names_it)
    }

    /// The algorithm that the key was made for.
    pub(crate) const fn algorithm(&self) -> Option<Algorithm> {
        self.published.algorithm()
    }
}
