//! Files that appear whole or not at all.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::{ExitCode, Failure, Result, atomic_file};

/// Writes a file, whole or not at all.
pub(crate) fn write(path: &Path, text: &str, mode: u32, replaces: bool) -> Result<ExitCode> {
    match atomic_file::write(path, text.as_bytes(), mode, replaces) {
        Ok(()) => Ok(ExitCode::Success),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(already_there(path)),
        Err(error) => Err(unwritable(path, &error)),
    }
}

pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::output(format_args!("cannot write {}", path.display()), error)
}

pub(crate) fn already_there(path: &Path) -> Failure {
    Failure::new(
        ExitCode::Output,
        format!(
            "{} is there already and stays as it is; name another file, or replace it with --force",
            path.display()
        ),
    )
}
