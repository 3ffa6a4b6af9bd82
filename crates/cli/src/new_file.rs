//! Files that appear whole or not at all.

use std::path::Path;

use crate::ExitCode;
use crate::atomic_file;
use crate::failure::{Failure, Result};

/// Writes a file, whole or not at all.
pub(crate) fn write(path: &Path, text: &str, mode: u32, replace: bool) -> Result<()> {
    let folder = atomic_file::folder_of(path);
    let unwritable =
        |error| Failure::output(format_args!("cannot write {}", path.display()), &error);
    let staged = atomic_file::stage(path, text.as_bytes(), mode).map_err(unwritable)?;
    let named = if replace {
        staged.replace()
    } else {
        staged.name()
    };
    match named {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(already_there(path)),
        result => {
            atomic_file::sync_folder(folder);
            result.map_err(unwritable)
        }
    }
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
