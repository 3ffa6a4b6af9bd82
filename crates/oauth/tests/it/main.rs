//! The crate seen from outside: messages written and read as plain data, and
//! the transport against servers on loopback that misbehave.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, also where a helper does it for it"
)]

mod answer_members;
#[cfg(feature = "ureq")]
mod api_request;
mod assertion;
#[cfg(feature = "ureq")]
mod bounds;
#[cfg(all(feature = "ureq", feature = "gzip"))]
mod compressed_api_body;
mod disguise;
mod echo;
mod error_response;
mod error_words;
#[cfg(feature = "ureq")]
mod localhost;
#[cfg(feature = "ureq")]
mod loopback;
#[cfg(feature = "ureq")]
mod no_thread;
mod other_authentication;
#[cfg(feature = "ureq")]
mod proxy;
mod response_defects;
#[cfg(feature = "std")]
mod retry_policy;
mod secrecy;
mod secure_url;
mod server_words;
#[cfg(feature = "std")]
#[expect(dead_code, reason = "the tests of tokenring-token-store use the rest")]
mod simulated_clock;
#[cfg(feature = "std")]
#[expect(dead_code, reason = "the tests of tokenring-token-store use the rest")]
mod simulated_gateway;
#[cfg(feature = "ureq")]
mod tls;
mod token_request;
mod token_response;
#[cfg(feature = "ureq")]
mod ureq_transport;
