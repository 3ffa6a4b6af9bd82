//! Every gateway that has a file, by its assertion, its lint and its mock: each preset's own
//! assertion is taken by its mock, the contradictions between the gateways are those of the
//! documents, and lint and mock agree although neither knows of the other.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agreement;
mod connection;
mod contradictions;
mod dotnet_guide;
mod expected;
mod field_clients;
mod hearing;
mod key;
mod library;
mod odd_sets;
mod own_assertions;
mod preset;
mod printed_jwt;
mod published_metadata;
mod registration_forms;
mod sdk_assertions;
mod stage;
