//! The files under `tests/fixtures`. Each folder there has a `PROVENANCE.md`
//! that says where its data is from.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The names of the sound keys in `keys`, as its `PROVENANCE.md` lists them.
pub const KEY_NAMES: &[&str] = &[
    "rsa-2048", "rsa-3072", "rsa-4096", "p256", "p384", "p521", "ed25519",
];

/// Where a file is, given by its path from `tests/fixtures`.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Reads a file.
#[must_use]
pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of the files in a folder, sorted.
#[must_use]
pub fn names(folder: &str) -> Vec<String> {
    let unreadable = |error| -> ! { panic!("{folder}: {error}") };
    let entries = std::fs::read_dir(path(folder)).unwrap_or_else(|error| unreadable(error));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap_or_else(|error| unreadable(error)))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Reads a text file.
#[must_use]
pub fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a JSON file.
#[must_use]
pub fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One of an RFC's figures: `rfc(7515, "A.2")`.
#[must_use]
pub fn rfc(number: u16, section: &str) -> Value {
    json(&format!("rfc/rfc{number}.json"))
        .get(section)
        .unwrap_or_else(|| panic!("no figure of RFC {number} section {section} is stored"))
        .clone()
}

/// The text of a member of a figure.
#[must_use]
pub fn text_of<'a>(figure: &'a Value, member: &str) -> &'a str {
    figure
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("the figure has no text {member:?}"))
}
