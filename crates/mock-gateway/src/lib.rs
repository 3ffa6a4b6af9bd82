#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod assertion;
mod body;
mod builder;
mod called_url;
mod client;
mod clock;
mod error;
mod event;
mod expiring_set;
mod form;
mod header;
mod journal;
mod json;
mod key_sets;
mod mock_gateway;
mod random;
mod refusal;
mod router;
mod rulebook;
mod server;
mod state;
mod token_endpoint;

pub use api::ApiAccess;
pub use builder::MockGatewayBuilder;
pub use client::{ClientState, JwkSource};
pub use error::Error;
pub use event::{Event, EventKind};
pub use mock_gateway::MockGateway;
pub use refusal::Refusal;
