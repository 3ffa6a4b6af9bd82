use std::fmt;

use tokenring_jwk::KeyId;

use crate::Timestamp;

/// One key in the life of a client: where its file is, and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RotatingKey {
    pub(crate) key_id: KeyId,
    pub(crate) file: String,
    pub(crate) stage: Stage,
    pub(crate) made: Timestamp,
    pub(crate) published: Option<Timestamp>,
    pub(crate) activated: Option<Timestamp>,
    pub(crate) superseded: Option<Timestamp>,
    pub(crate) retired: Option<Timestamp>,
}

/// How far a key has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Stage {
    /// Its name is reserved; its file and its place in the JWK Set may be there or not.
    Making,
    /// It is in the JWK Set and signs nothing yet.
    Waiting,
    /// It signs.
    Active,
    /// It signs no more and is still in the JWK Set, for what is under way.
    Superseded,
    /// It is being taken out of the JWK Set.
    Retiring,
    /// It is out of the JWK Set. Its name is never used again.
    Retired,
}

impl RotatingKey {
    /// The key identifier.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The name of the private key's file, in the folder of the state file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How far the key has come.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// When the key was made or, for one that was there before, taken in.
    #[must_use]
    pub const fn made(&self) -> Timestamp {
        self.made
    }

    /// Since when it is known to be in the JWK Set that the gateway reads.
    #[must_use]
    pub const fn published(&self) -> Option<Timestamp> {
        self.published
    }

    /// Since when it signs or, later, when it began to.
    #[must_use]
    pub const fn activated(&self) -> Option<Timestamp> {
        self.activated
    }

    /// Since when another key signs in its place.
    #[must_use]
    pub const fn superseded(&self) -> Option<Timestamp> {
        self.superseded
    }

    /// When it was taken out of the JWK Set.
    #[must_use]
    pub const fn retired(&self) -> Option<Timestamp> {
        self.retired
    }
}

impl Stage {
    pub(crate) const ALL: [Self; 6] = [
        Self::Making,
        Self::Waiting,
        Self::Active,
        Self::Superseded,
        Self::Retiring,
        Self::Retired,
    ];

    /// The word for it in the state file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Making => "making",
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
