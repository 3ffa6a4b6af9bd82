//! What programs do and what becomes of it, with real processes.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod command_line;
mod descriptions;
mod misbehaviour;
mod requests;
mod script;
mod secrecy;
