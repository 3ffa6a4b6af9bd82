#![doc = include_str!("../README.md")]
//! # How a request flows
//!
//! `server` has one thread with an event loop; it takes connections and hands each request to
//! `router`, which picks the answering module by path, sets the `Date` and writes the journal.
//!
//! At the token endpoint, `token_endpoint` lets the faults on demand happen, reads the body, takes
//! the form and the JWT apart without a verdict, and makes them a `Case` with all that the gateway
//! knows: the time, the client that the assertion names, the JWT IDs that are spent. Then it walks
//! the steps of the `rulebook`. A step judges, or spends the JWT ID, or loads the client's keys
//! (from memory, or over the network in a thread of their own, where the walk is suspended). The
//! first rule that is broken is the answer. A case that breaks none gets a token, which is
//! remembered until it expires.
//!
//! At the API, `api` checks the credentials of the path and echoes the request. `page` is the
//! browser page, which asks for the journal's news and waits until there are any.
//!
//! A rulebook is made of a gateway's file: `rulebook::order` makes the steps, `site` the addresses.
//! It has all that it knows from there, and `rulebook::checks` judges by that alone: nothing here
//! is shared with what the client's side says of an assertion before it is sent.

mod access_tokens;
mod active_faults;
mod answer;
mod api;
mod assertion;
mod body;
mod builder;
mod called_url;
mod certificate;
mod client;
mod client_file;
mod client_registration;
mod clients;
mod clock;
mod control;
mod dpop;
mod error;
mod event;
mod expiring_set;
mod faults;
mod form;
mod header;
mod issued_tokens;
mod journal;
mod json;
mod judgement;
mod key_sets;
mod metadata;
mod mock_gateway;
mod mount;
mod own_key;
mod page;
mod place;
mod planned_answer;
mod random;
mod rate_limiter;
mod refusal;
mod refusal_plan;
mod registered_keys;
mod registration;
mod router;
mod rulebook;
mod server;
mod shortened;
mod site;
mod stand_in;
mod state;
mod token_endpoint;
mod unknown_path;

pub use access_tokens::AccessTokens;
pub use api::ApiAccess;
pub use builder::MockGatewayBuilder;
pub use client::{ClientState, JwkSource};
pub use client_registration::{AuthenticationMethod, BoundTokens, ClientRegistration};
pub use error::Error;
pub use event::{Event, EventKind};
pub use faults::{FaultError, Faults};
pub use judgement::{Judgement, Verdict};
pub use mock_gateway::MockGateway;
pub use mount::MountedGateway;
pub use planned_answer::PlannedAnswer;
pub use refusal::Refusal;
