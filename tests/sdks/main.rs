//! Vendors' own SDKs, unmodified: they call their vendor's URLs and reach the mock.
//!
//! Each is a small program in `conformance/sdk`, which `cargo xtask conformance sdk` installs what it
//! needs for. What it did after a good answer, a refusal and three troubles is in a report, and a
//! change of that fails the test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod case;
mod course;
mod go;
mod in_ci;
mod inspection;
mod java;
mod npm;
mod python;
mod report;
mod sdk;
mod trust_store;
