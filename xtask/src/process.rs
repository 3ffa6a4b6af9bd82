use std::process::{Command, Stdio};

use crate::failure::{Failure, While};

/// Runs a command whose output the person at the terminal sees.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let text = describe(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .while_doing(format!("cannot start `{text}`"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{text}` failed ({status})")))
    }
}

/// Runs a command and returns what it wrote to standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String, Failure> {
    let text = describe(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .while_doing(format!("cannot start `{text}`"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{text}` failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).while_doing(format!("output of `{text}`"))
}

/// Tells whether a command can be started and succeeds, without showing its output.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as a person would type it.
pub(crate) fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
