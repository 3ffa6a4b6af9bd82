//! Programs that this one starts: they get neither its settings nor its open secrets.

use std::io;
use std::process::{Child, Command};

#[cfg(unix)]
use crate::core_dump;
#[cfg(unix)]
use crate::descriptor;

/// How the environment variables of this program begin. Some of them hold secrets.
const OWN_VARIABLES: &str = "TOKENRING_";

/// Takes this program's own variables out of the environment of a command.
pub(crate) fn withhold_variables(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name
            .as_encoded_bytes()
            .starts_with(OWN_VARIABLES.as_bytes())
        {
            command.env_remove(name);
        }
    }
}

/// Starts a program.
#[cfg(unix)]
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    descriptor::close_withheld();
    core_dump::allow_while(|| command.spawn())
}

/// Starts a program.
#[cfg(not(unix))]
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    command.spawn()
}

/// Becomes a program; returns why that was not possible.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    use std::os::unix::process::CommandExt;

    descriptor::close_withheld();
    core_dump::allow_while(|| command.exec())
}
