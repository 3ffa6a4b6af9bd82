//! Tests of `tokenring-gateway` through its public door.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by a panic that it failed, in its helpers too"
)]

mod builtin_facts;
mod custom_file;
mod endpoint;
mod format_page;
mod malformed_file;
mod nhs_number;
