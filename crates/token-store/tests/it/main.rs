//! The crate seen from outside: directories and files that are not what they
//! should be, the life of a token, and many processes at once.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, also where a helper does it for it"
)]

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
mod process;
mod processes;
mod scratch;
mod secrecy;
mod stopped;
mod sweep;
