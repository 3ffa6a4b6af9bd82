//! What real servers answered, held against what their mocks answer to the same requests.
//!
//! Where the answers are from is in `tests/fixtures/recorded-answers/PROVENANCE.md`.

mod authelia;
mod changes;
mod comparison;
mod dpop;
mod hydra;
mod keycloak;
mod mitreid;
mod plain;
mod request;
mod signing;
mod smart_bulk_data;
mod smart_launcher;
mod spring;

use std::fs;

use serde_json::Value;

use self::request::TestRequest;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fixtures/recorded-answers/"
);

/// The rows of a file.
#[track_caller]
fn rows(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(format!("{FOLDER}{file}")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Prints how many rows a mock answers alike, for whoever asks for the figures.
#[expect(clippy::print_stdout, reason = "a table of the figures")]
fn tell(name: &str, alike: usize, all: usize) {
    println!("{name}: {alike} of {all} alike");
}

/// A recorded row as a test replays it.
struct Replay {
    label: String,
    /// Sent one after the other; the last answer is compared.
    requests: Vec<TestRequest>,
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
}
