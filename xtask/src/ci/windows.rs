use std::process::Command;

use super::target;
use crate::cargo::cargo;
use crate::failure::Failure;
use crate::peer;
use crate::process;
use crate::steps::Outcome;

const TARGET: &str = "x86_64-pc-windows-gnu";

/// The C compiler for it, without which the build script of `ring` fails: even a check runs that.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The library crates that a program on Windows can take.
const CRATES: [&str; 12] = [
    "tokenring-text",
    "tokenring-jwk",
    "tokenring-assertion",
    "tokenring-oauth",
    "tokenring-gateway",
    "tokenring-token-store",
    "tokenring-keystore",
    "tokenring-key-rotation",
    "tokenring-signer-command",
    "tokenring-pkcs11",
    "tokenring-mock-gateway",
    "tokenring",
];

/// Checks the library for Windows, each crate apart and with the HTTP client of our own.
pub(crate) fn check() -> Result<Outcome, Failure> {
    if !target::is_ready(TARGET) {
        return peer::not_run(format!(
            "the target {TARGET} is missing; `rustup target add {TARGET}` brings it"
        ));
    }
    if !process::succeeds(Command::new(COMPILER).arg("--version")) {
        return peer::not_run(format!(
            "{COMPILER} is missing; Debian has it in gcc-mingw-w64-x86-64-win32"
        ));
    }
    for name in CRATES {
        process::run(&mut check_for_windows(name))?;
    }
    process::run(check_for_windows("tokenring-oauth").args(["--features", "ureq"]))?;
    Ok(Outcome::Done)
}

fn check_for_windows(name: &str) -> Command {
    let mut command = cargo("check");
    command.args(["--locked", "--target", TARGET, "--package", name]);
    command
}
