//! What the test binaries of this package share: stored data, the two signing
//! providers as values, programs that are not ours, scratch folders, what comes of
//! a client's values, and the search for secrets in what is shown.
//!
//! A test binary is a folder beside `src` with a `main.rs` and an entry in
//! `Cargo.toml`. Everything here panics where it cannot do its work, because
//! that is how a test fails.
#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "support for tests, which fail by panicking"
)]

pub mod ecdsa;
pub mod fixtures;
pub mod observation;
pub mod peer;
pub mod provider;
pub mod scratch;
pub mod secrecy;
