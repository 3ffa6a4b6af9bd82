//! The crate seen from outside: the steps of a rotation, its state file, and a program that goes
//! on signing.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, also where a helper does it for it"
)]

mod active_key;
mod driver;
mod folder;
mod key_folder;
mod refused_steps;
mod state_file;
mod steps;
