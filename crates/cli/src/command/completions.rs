use clap_complete::Shell;

use crate::failure::{Failure, Result};
use crate::output;
use crate::{ExitCode, definition};

/// Prints the completions for a shell.
pub(crate) fn run(shell: Option<Shell>) -> Result<ExitCode> {
    let Some(shell) = shell else {
        return Err(Failure::usage("name a shell"));
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition::command(), "tokenring", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
