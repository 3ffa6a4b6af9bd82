//! The mock gateway's page in a browser that we did not write: a headless Chromium.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod page;
mod window;
