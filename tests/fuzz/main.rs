//! Every parser of what comes from elsewhere, with inputs that were sound once: none panics,
//! none overflows, and none takes long.
//!
//! The inputs are made of the fixtures by `mutation.rs`, from a seed, a name and a number, so that
//! each can be made again. `cargo xtask fuzz` runs 370,000 of them; as ordinary tests these run
//! one in a hundred.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it has done"
)]

mod campaign;
mod corpus;
mod files;
mod gateways;
mod key_files;
mod keys;
mod library;
mod mutation;
mod processes;
mod random;
mod responses;
mod servers;
mod texts;
