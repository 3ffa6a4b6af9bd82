//! The command `tokenring`, in a binary that the tests of this package can find.

use std::process::ExitCode;

fn main() -> ExitCode {
    tokenring_cli::main()
}
