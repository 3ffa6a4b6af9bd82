//! Talks to the gateway as its clients do: over HTTP, on loopback.

mod api;
mod attempt;
mod audience;
mod bench;
mod breakage;
mod garbage;
mod http;
mod jwt_id;
mod key_set_url;
mod lifecycle;
mod observer;
mod registration;
mod table_3_2;
mod token;
