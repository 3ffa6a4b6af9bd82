//! crates/mock-gateway
