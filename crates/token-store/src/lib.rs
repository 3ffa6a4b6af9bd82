#![doc = include_str!("../README.md")]

mod cache_entry;
mod cache_key;
mod cached_token;
mod claim;
#[cfg_attr(not(unix), path = "directory_elsewhere.rs")]
mod directory;
mod error;
mod fetch;
mod field_hash;
mod file_kind;
mod holder_note;
mod location;
#[cfg(unix)]
mod lock;
mod lookup;
mod overtaken;
#[cfg(unix)]
mod parents;
mod past_failure;
mod renewal;
mod sealed_object;
mod sweep;
mod token_cache;
mod unusable;
mod waiting;

pub use cache_entry::CacheEntry;
pub use cache_key::{CacheKey, CacheKeyBuilder};
pub use cached_token::CachedToken;
pub use error::Error;
pub use fetch::{Attempt, FetchFailure, Outcome, Source};
pub use location::default_directory;
pub use lookup::{Lookup, Mode};
pub use overtaken::Overtaken;
pub use past_failure::{FailureKind, PastFailure};
pub use token_cache::TokenCache;
pub use unusable::Unusable;
