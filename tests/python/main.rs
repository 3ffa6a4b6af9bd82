//! The Python package as its users have it: the wheel, installed, and Python programs.
#![cfg(unix)]
#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use integration_tests::peer;

/// Runs a file of tests with the interpreter that the package is installed for.
#[track_caller]
fn check(name: &str) {
    let Some(python) = peer::python_package() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(&python)
        .args(["-B", "-W", "error", "-m", "unittest", name])
        .current_dir(root.join("python"))
        .env(
            "TOKENRING_PYTHON_README",
            root.join("../crates/python/README.md"),
        )
        .output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    // A file without tests would succeed as well.
    assert!(!told.contains("Ran 0 tests"), "{told}");
}

#[test]
fn client() {
    check("test_client");
}

#[test]
fn errors() {
    check("test_errors");
}

#[test]
fn http_clients() {
    check("test_http_clients");
}

#[test]
fn package() {
    check("test_package");
}
