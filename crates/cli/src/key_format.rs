//! The formats that a key can be converted to, by the names that people have for them.

use std::fmt;

use crate::failure::Reason;

/// What a key can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    PrivateJwk,
    Spki,
    Jwk,
    JwkSet,
    #[cfg(feature = "aws-lc-rs")]
    Certificate,
}

const TARGETS: &[(&str, Target)] = &[
    ("pkcs8", Target::Pkcs8),
    ("encrypted-pkcs8", Target::EncryptedPkcs8),
    ("pkcs1", Target::Pkcs1),
    ("private-jwk", Target::PrivateJwk),
    ("spki", Target::Spki),
    ("jwk", Target::Jwk),
    ("jwk-set", Target::JwkSet),
    #[cfg(feature = "aws-lc-rs")]
    ("x509", Target::Certificate),
];

impl Target {
    pub(crate) fn from_name(name: &str) -> Result<Self, Reason> {
        let found = TARGETS.iter().find(|(other, _)| *other == name);
        found.map(|(_, target)| *target).ok_or_else(|| {
            Reason::new(format!(
                "unknown format {name:?}; use one of {}",
                Self::names()
            ))
        })
    }

    /// The names of all of them, for the help.
    pub(crate) fn names() -> String {
        let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    pub(crate) const fn is_private(self) -> bool {
        matches!(
            self,
            Self::Pkcs8 | Self::EncryptedPkcs8 | Self::Pkcs1 | Self::PrivateJwk
        )
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = TARGETS.iter().find(|(_, target)| target == self);
        f.write_str(found.map_or_else(Default::default, |(name, _)| *name))
    }
}
