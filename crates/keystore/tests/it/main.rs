//! The crate seen from outside: keys in files of every kind, changes that were interrupted, and
//! folders that others use at the same time.
#![cfg(all(unix, feature = "encrypted"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, also where a helper does it for it"
)]

mod any_key;
mod bounded_files;
mod certificates;
mod folder_lock;
mod interrupted_changes;
mod new_keys;
mod passphrases;
mod private_keys;
mod scratch;
mod secrecy;
mod set_files;
mod vendor_key_files;
