//! What needs no token. Those with tokens are in the workspace's `tests/keys_away`.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod damaged_uri;
mod module;
mod pin;
mod uri;
