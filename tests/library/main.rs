//! The library `tokenring` as its user has it: every value by its method, by its text, by a
//! profile and by the environment, and every fault as a value.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod api_headers;
mod faults;
mod gateway_file;
mod odd_values;
mod parameters;
mod precedence;
mod published_algorithm;
mod samples;
mod token_format;
mod token_keeper;
