//! crates/oauth
