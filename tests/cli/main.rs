//! Tests of the command `tokenring` as a process: streams, exit codes, files and
//! their modes, what it sends, and what it never shows.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod call_api;
mod console_session;
mod demo;
mod generate_keys;
mod get_token;
mod help;
mod loopback;
mod mock_gateway;
mod process;
mod readme;
mod registered_client;
mod secrecy;
mod terminal;
