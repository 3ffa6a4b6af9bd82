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

use std::fs::OpenOptions;
use std::io::Write;

pub use chromium::{Chromium, Tab};
pub use openssl::{KeyEncoding, Openssl};
pub use program::{Output, Program};

/// Finds openssl, version 3.
///
/// # Panics
///
/// In CI, where it is missing.
#[must_use]
pub fn openssl() -> Option<Openssl> {
    find("openssl", "version", "install openssl").map(Openssl::new)
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

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false")
}
