//! crates/assertion
