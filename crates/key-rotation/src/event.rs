use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokenring_jwk::KeyId;

use crate::{Readiness, Timestamp};

/// What happens while [`RotationDriver`](crate::RotationDriver) takes a step.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// Something happened to files, or a lock is waited for.
    Files(&'e tokenring_keystore::Event),
    /// A folder that had no state has one: this key signs.
    TakenIn {
        /// The key in use.
        key_id: &'e KeyId,
    },
    /// The key that was named signs, as the one of a restored state cannot.
    Adopted {
        /// The key in use.
        key_id: &'e KeyId,
        /// The key that the state had as active.
        former: &'e KeyId,
    },
    /// An interrupted [`begin`](crate::RotationDriver::begin) is continued.
    Continuing {
        /// The key that it was making.
        key_id: &'e KeyId,
    },
    /// The JWK Set has another key of that name than the folder: a state that was restored from a
    /// backup is older than the set. A key of another name is made.
    NameTaken {
        /// The name.
        key_id: &'e KeyId,
        /// The key's file, which stays as it is.
        path: &'e Path,
    },
    /// A key is activated before the gateway is sure to know it, as it was asked for.
    ActivatedEarly {
        /// The key.
        key_id: &'e KeyId,
        /// When it could have been activated.
        readiness: Readiness,
        /// How long copies of the published JWK Set are kept.
        cache: Duration,
        /// The time.
        now: Timestamp,
    },
    /// A key is retired while assertions of it may be under way, as it was asked for.
    RetiredEarly {
        /// The key.
        key_id: &'e KeyId,
        /// When it could have been retired.
        from: Timestamp,
    },
    /// A file of a retired key is deleted.
    Deleted {
        /// The file.
        path: &'e Path,
    },
}

impl Event<'_> {
    /// Whether a person should hear of it even if everything else is of no interest.
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::ActivatedEarly { .. } | Self::RetiredEarly { .. }
        )
    }
}

/// A sentence without its end; nothing for what happened to files.
impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(_) => Ok(()),
            Self::TakenIn { key_id } => write!(f, "Took in key {key_id}, which signs"),
            Self::Adopted { key_id, former } => write!(
                f,
                "Key {key_id} signs now; key {former}, which the state named, cannot"
            ),
            Self::Continuing { key_id } => write!(f, "Going on with key {key_id}"),
            Self::NameTaken { key_id, path } => write!(
                f,
                "The JWK Set has another key {key_id} than {}, which stays as it is; making one of \
                 another name",
                path.display()
            ),
            Self::ActivatedEarly {
                key_id,
                readiness,
                cache,
                now,
            } => {
                match readiness {
                    Readiness::From(from) => write!(f, "until {from}"),
                    _ if cache.is_zero() => f.write_str("until it has fetched the published set"),
                    _ => write!(
                        f,
                        "until {} if the set is published this moment, and longer if not",
                        now.after(*cache)
                    ),
                }?;
                write!(f, " the gateway may not know key {key_id}")
            }
            Self::RetiredEarly { key_id, from } => write!(
                f,
                "until {from} assertions of key {key_id} may be under way, and be refused"
            ),
            Self::Deleted { path } => write!(f, "Deleted {}", path.display()),
        }
    }
}
