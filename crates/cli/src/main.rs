//! The `tokenring` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tokenring_cli::main()
}
