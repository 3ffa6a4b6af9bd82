//! Talks to the gateway as its clients do: over HTTP, on loopback.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod access_tokens;
mod api;
mod attempt;
mod audience;
mod bench;
mod breakage;
mod control;
mod difference;
mod dpop;
mod draft;
mod faults;
mod garbage;
mod http;
mod jwt_id;
mod key_set_url;
mod lifecycle;
mod metadata;
mod mounts;
mod observer;
mod odd_clients;
mod page;
mod preset;
mod presets;
mod recorded;
mod registered;
mod registration;
mod stand_in;
mod table_3_2;
mod token;
mod tunnel;
