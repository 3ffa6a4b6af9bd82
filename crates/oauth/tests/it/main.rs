//! The crate seen from outside: messages written and read as plain data, and
//! the transport against servers on loopback that misbehave.

mod assertion;
mod error_response;
mod secrecy;
mod secure_url;
mod token_request;
mod token_response;
