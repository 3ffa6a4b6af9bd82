//! Talks to the gateway as its clients do: over HTTP, on loopback.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod api;
mod attempt;
mod audience;
mod bench;
mod breakage;
mod difference;
mod draft;
mod faults;
mod garbage;
mod http;
mod jwt_id;
mod key_set_url;
mod lifecycle;
mod metadata;
mod observer;
mod page;
mod preset;
mod presets;
mod recorded;
mod registered;
mod registration;
mod table_3_2;
mod token;
