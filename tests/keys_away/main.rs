//! Keys that stay away: on tokens of SoftHSM, a PKCS#11 module that we did not
//! write, and with programs that sign. What they sign is judged by openssl, by the
//! mock gateway and by an OpenID provider.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod faults;
mod gateways;
mod keys;
mod kms_vectors;
mod modules;
mod oidc_provider;
mod pins;
#[path = "../oidc_provider/provider.rs"]
#[expect(dead_code, reason = "other tests ask it for more")]
mod provider;
mod refusals;
mod signer_command;
mod soft_hsm;
mod tokens;
