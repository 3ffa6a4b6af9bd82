//! The crate seen from outside: directories and files that are not what they
//! should be, the life of a token, many threads and many processes at once.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, also where a helper does it for it"
)]

#[cfg(feature = "async")]
mod async_source;
mod bad_directory;
mod bad_file;
mod cache_key;
mod earlier_versions;
mod failures;
mod format;
mod full_disk;
mod kills;
mod lifecycle;
mod listing;
mod map_store;
mod memory_over_store;
mod process;
mod processes;
mod scratch;
mod secrecy;
#[path = "../../../oauth/tests/it/simulated_clock.rs"]
mod simulated_clock;
#[path = "../../../oauth/tests/it/simulated_gateway.rs"]
mod simulated_gateway;
mod simulated_source;
mod stated_pause;
mod stopped;
mod sweep;
mod token_source;
mod token_source_failure;
mod token_source_lifetime;
mod token_source_outage;
