use super::target;
use crate::cargo::cargo;
use crate::failure::Failure;
use crate::peer;
use crate::process;
use crate::steps::Outcome;

/// A microcontroller without an operating system.
const TARGET: &str = "thumbv7em-none-eabihf";

/// The crates that such a device can take.
const CRATES: [&str; 3] = ["tokenring-jwk", "tokenring-assertion", "tokenring-oauth"];

/// Builds the crates that promise it for a target without `std`.
pub(crate) fn check() -> Result<Outcome, Failure> {
    if !target::is_ready(TARGET) {
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
