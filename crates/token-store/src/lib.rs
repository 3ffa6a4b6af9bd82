#![doc = include_str!("../README.md")]

mod cache_entry;
mod cache_key;
#[cfg_attr(not(unix), path = "directory_unsupported.rs")]
mod directory;
mod directory_lease;
mod directory_store;
mod error;
mod fetch;
mod field_hash;
mod file_kind;
mod holder_note;
mod lease;
mod location;
#[cfg(unix)]
mod lock;
mod lookup;
mod outcome;
mod overtaken;
#[cfg(unix)]
mod parents;
mod past_failure;
mod renewal;
mod sealed_object;
mod store;
mod sweep;
mod token;
mod token_source;
mod unusable;
mod waiting;

pub use cache_entry::{CacheEntry, StoredToken};
pub use cache_key::{CacheKey, CacheKeyBuilder};
pub use directory_store::DirectoryStore;
pub use error::Error;
pub use fetch::{Attempt, FetchFailure};
pub use lease::{Holder, Lease, LeaseKind, LeaseRequest, LeaseState};
pub use location::{default_directory, default_state_directory};
pub use lookup::{Lookup, Mode};
pub use outcome::{Outcome, Source};
pub use overtaken::Overtaken;
pub use past_failure::{FailureKind, PastFailure};
pub use store::{Record, Snapshot, Store};
pub use token::Token;
#[cfg(feature = "async")]
pub use token_source::Runtime;
pub use token_source::TokenSource;
pub use unusable::Unusable;
