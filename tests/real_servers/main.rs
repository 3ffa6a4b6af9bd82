//! What tokenring says of a gateway, held against the real program on loopback.
//!
//! `cargo xtask conformance` installs and runs the programs, each a peer of its own with a module
//! here. One test starts one program once, because some take half a minute; what it found of keys,
//! mistakes, rotation and printed commands is in a report, which fails the test at its end.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod authlib;
mod common_mistakes;
mod draft;
mod glewlwyd;
mod http;
mod hydra;
mod key_ring;
mod key_set_host;
mod key_table;
mod keycloak;
mod mistakes;
mod oidc_provider;
mod printed_commands;
mod recorded_row;
mod registration_words;
mod report;
mod rotation;
mod server;
mod site;
mod spring;
mod user;
