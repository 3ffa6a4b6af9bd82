//! crates/jwk
