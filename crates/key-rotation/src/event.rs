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
