//! Tests of `tokenring-gateway` through its public door.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by a panic that it failed, in its helpers too"
)]

mod assertion_plan;
mod builtin_facts;
mod builtin_files;
mod custom_file;
#[cfg(feature = "diagnosis")]
mod diagnosis;
mod endpoint;
mod evidence;
mod flows;
mod format_page;
mod gateway_summary;
#[cfg(feature = "diagnosis")]
mod known_sdk;
#[cfg(feature = "diagnosis")]
mod lint;
mod malformed_file;
mod nhs_number;
mod open_values;
mod text;
