//! The async twin, on tokio.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod answers;
mod api_calls;
mod bench;
mod blocking_work;
mod bound_tokens;
mod proxy;
mod sharing;
mod tls;
