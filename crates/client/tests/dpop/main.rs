//! Bound tokens at a server that checks every proof, without our own code for them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod keys;
mod proofs;
mod rejections;
mod server;
