//! Programs that are not ours, to check against in both directions.
//!
//! A test asks for its peer and returns where there is none:
//!
//! ```no_run
//! use integration_tests::peer;
//!
//! let Some(openssl) = peer::openssl() else {
//!     return;
//! };
//! ```
//!
//! Nothing is passed over in silence: a missing peer is told on stderr, past
//! the capture of the test harness, and is a failure in CI.

mod chromium;
mod openssl;
mod program;
mod tasks;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use chromium::{Chromium, Tab};
pub use openssl::{KeyEncoding, Openssl};
pub use program::{Output, Program};
pub use tasks::Tasks;

/// Finds openssl, version 3.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn openssl() -> Option<Openssl> {
    find("openssl", "version", "install openssl").map(Openssl::new)
}

/// Finds npm's `jose`, and the Node.js that runs it.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn jose() -> Option<Tasks> {
    let folder = conformance();
    let node = folder.join("node_modules/.bin/node");
    let node = find_installed(&node, "node_modules/jose/package.json")?;
    Some(Tasks::new(node, &folder.join("keys.mjs")))
}

/// Finds Python's `cryptography` and `jwcrypto`.
///
/// # Panics
///
/// In CI, where they are missing.
#[must_use]
pub fn python() -> Option<Tasks> {
    let folder = conformance();
    let python = find_installed(&python_program(), "keys.py")?;
    Some(Tasks::new(python, &folder.join("keys.py")))
}

/// Finds the Node.js that runs a script of `conformance/sdk`, and the package that it is about.
///
/// # Panics
///
/// In CI, where one is missing.
#[must_use]
pub fn node_with(package: &str) -> Option<PathBuf> {
    let node = conformance().join("node_modules/.bin/node");
    find_installed(&node, &format!("node_modules/{package}/package.json"))?;
    Some(node)
}

/// Finds the Python that runs a script of `conformance/sdk`.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn python_with_packages() -> Option<PathBuf> {
    let python = python_program();
    find_installed(&python, "requirements.txt")?;
    Some(python)
}

/// Finds a file that `cargo xtask conformance sdk` installs, in the target's folder `conformance`; CI
/// is content without it.
#[must_use]
pub fn optional_installation(file: &str) -> Option<PathBuf> {
    let path = target().join("conformance").join(file);
    optional_file(path)
}

/// Finds a file in `conformance/sdk` that `cargo xtask conformance sdk` installs there; CI is content
/// without it.
#[must_use]
pub fn optional_sdk(file: &str) -> Option<PathBuf> {
    optional_file(conformance().join("sdk").join(file))
}

fn optional_file(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let path = path.display();
    tell_not_run(&format!(
        "`{path}` is missing; run `cargo xtask conformance sdk`"
    ));
    None
}

fn python_program() -> PathBuf {
    target().join("conformance/python/bin/python")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| conformance().join("../../target"), PathBuf::from)
}

/// Finds the Python that the package of `crates/python` is installed for.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn python_package() -> Option<PathBuf> {
    let folder = "conformance/python-package/bin/python";
    let python = target().join(folder);
    let package = python.with_file_name("tokenring");
    if package.exists() {
        return Some(python);
    }
    let why = "the Python package is not installed; run `cargo xtask python`";
    not_run(why);
    None
}

fn conformance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// Finds a program that `cargo xtask conformance` installs, and a file with it.
fn find_installed(program: &Path, file: &str) -> Option<Program> {
    if program.exists() && conformance().join(file).exists() {
        return Some(Program::new(program));
    }
    let program = program.display();
    not_run(&format!(
        "`{program}` or what it needs is missing; run `cargo xtask conformance`"
    ));
    None
}

/// Starts Chromium, or a browser of its family, without a window.
///
/// # Panics
///
/// In CI, where there is none.
#[must_use]
pub fn chromium() -> Option<Chromium> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let is_there = |name: &&str| {
        let output = Program::new(*name).try_run(&["--version"], b"");
        output.is_some_and(|output| output.success())
    };
    let Some(name) = names.into_iter().find(|name| is_there(name)) else {
        not_run("`chromium` is missing; install chromium");
        return None;
    };
    Some(Chromium::start(name))
}

/// Finds a program by its name or path; `argument` makes it succeed at once.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn find(name: &str, argument: &str, remedy: &str) -> Option<Program> {
    let program = Program::new(name);
    if program
        .try_run(&[argument], b"")
        .is_some_and(|output| output.success())
    {
        return Some(program);
    }
    not_run(&format!("`{name}` is missing; {remedy}"));
    None
}

/// Finds a program that not every machine can have; CI is content without it.
#[must_use]
pub fn find_optional(name: &str, argument: &str) -> Option<Program> {
    let program = Program::new(name);
    if program
        .try_run(&[argument], b"")
        .is_some_and(|output| output.success())
    {
        return Some(program);
    }
    tell_not_run(&format!("`{name}` is missing"));
    None
}

/// Tells that the running test did not do its work for lack of a peer.
///
/// # Panics
///
/// In CI: where the environment variable `CI` is set and neither empty nor
/// `false`.
pub fn not_run(why: &str) {
    assert!(!is_ci(), "not run in CI: {why}");
    tell_not_run(why);
}

/// Tells that the running test did not do its work, and is content with that.
///
/// A runner that hides the stderr of tests that passed can name a file in the
/// environment variable `TOKENRING_NOT_RUN`; a line is added to it for each.
pub fn tell_not_run(why: &str) {
    let thread = std::thread::current();
    let line = format!("NOT RUN: {}: {why}\n", thread.name().unwrap_or("a test"));
    // The macros that print are captured by the test harness; this isn't.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
    if let Some(path) = std::env::var_os("TOKENRING_NOT_RUN") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}

/// Whether the environment variable `CI` is set and neither empty nor `false`.
#[must_use]
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false")
}
