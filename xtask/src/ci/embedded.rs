use std::process::Command;

use crate::cargo::cargo;
use crate::failure::Failure;
use crate::peer;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// A microcontroller without an operating system.
const TARGET: &str = "thumbv7em-none-eabihf";

/// The crates that such a device can take.
const CRATES: [&str; 3] = ["tokenring-jwk", "tokenring-assertion", "tokenring-oauth"];

/// Builds the crates that promise it for a target without `std`.
pub(crate) fn check() -> Result<Outcome, Failure> {
    if !has_target() && !add_target() {
        return peer::not_run(format!(
            "the target {TARGET} is missing; `rustup target add {TARGET}` brings it"
        ));
    }
    for name in CRATES {
        process::run(cargo("build").args(["--locked", "--package", name]).args([
            "--no-default-features",
            "--target",
            TARGET,
        ]))?;
    }
    Ok(Outcome::Done)
}

fn has_target() -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(workspace::root())
        .args(["--print", "target-libdir", "--target", TARGET]);
    process::capture(&mut rustc).is_ok_and(|folder| std::path::Path::new(folder.trim()).exists())
}

fn add_target() -> bool {
    eprintln!("adding the target {TARGET}");
    let mut rustup = Command::new("rustup");
    rustup
        .current_dir(workspace::root())
        .args(["target", "add", TARGET]);
    process::run(&mut rustup).is_ok()
}
