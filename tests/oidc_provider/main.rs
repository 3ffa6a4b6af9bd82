//! Tests against `oidc-provider`, a certified OpenID provider that we did not
//! write: what it takes, what it refuses and why, as `tests/conformance` says.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod algorithms;
mod authority;
mod desk;
mod diagnosis;
mod dpop;
mod jwk_sets;
mod library;
mod provider;
mod recorded_answers;
mod refusals;
mod responses;
mod rfc10070;
mod tls;
