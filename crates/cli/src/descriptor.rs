//! Descriptors that this process was started with, and that secrets are read from.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use tokenring_keystore::KeyPlace;

/// Those that the programs that this one starts don't get.
static WITHHELD: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// The standard streams.
const STREAMS: std::ops::RangeInclusive<i32> = 0..=2;

/// Keeps a descriptor from the programs that this one starts.
pub(crate) fn withhold(number: i32) {
    let mut withheld = WITHHELD.lock().unwrap_or_else(PoisonError::into_inner);
    if is_inherited(number) && !withheld.contains(&number) {
        withheld.push(number);
    }
}

/// As [`withhold`], for a file that is a descriptor, or standard input as `-`.
pub(crate) fn withhold_path(path: &Path) {
    let number = KeyPlace::new(path).descriptor();
    if let Some(number) = number.and_then(|number| i32::try_from(number).ok()) {
        withhold(number);
    }
}

/// Closes the descriptors that a program does not get, the standard streams apart.
pub(crate) fn close_withheld() {
    let mut withheld = WITHHELD.lock().unwrap_or_else(PoisonError::into_inner);
    withheld.retain(|number| {
        if !STREAMS.contains(number) {
            // Whoever started this process opened it, and nothing here owns it.
            let _ = nix::unistd::close(*number);
        }
        STREAMS.contains(number)
    });
}

/// Gives a program an empty input in place of a file with a secret. A pipe has been read.
pub(crate) fn withhold_input(command: &mut Command) {
    let withheld = WITHHELD.lock().unwrap_or_else(PoisonError::into_inner);
    let is_file = || fs::metadata("/dev/stdin").is_ok_and(|metadata| metadata.is_file());
    if withheld.contains(&0) && is_file() {
        command.stdin(Stdio::null());
    }
}

/// Whether a descriptor is open and was when this process started: all that it opens itself
/// are closed in the programs that it starts.
fn is_inherited(number: i32) -> bool {
    const CLOSED_ON_EXEC: u32 = 0o2_000_000;
    let Ok(text) = fs::read_to_string(format!("/proc/self/fdinfo/{number}")) else {
        // Not Linux, or not open.
        return Path::new(&format!("/dev/fd/{number}")).exists();
    };
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & CLOSED_ON_EXEC == 0)
}
