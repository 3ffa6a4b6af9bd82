use crate::cargo::{Member, cargo};
use crate::failure::Failure;
use crate::process;
use crate::steps::Outcome;

/// Lints the workspace at once.
pub(crate) fn workspace() -> Result<Outcome, Failure> {
    clippy(&["--workspace"])?;
    Ok(Outcome::Done)
}

/// Lints each package apart, since features unify in the workspace.
pub(crate) fn packages(members: &[Member]) -> Result<Outcome, Failure> {
    for member in members {
        let package = ["--no-deps", "--package", &member.name];
        clippy(&package)?;
        if !member.features.is_empty() {
            clippy(&[&package[..], &["--no-default-features"]].concat())?;
            clippy(&[&package[..], &["--all-features"]].concat())?;
        }
    }
    Ok(Outcome::Done)
}

/// Builds the documentation as a docs host would, with every feature.
pub(crate) fn documentation() -> Result<Outcome, Failure> {
    let mut command = cargo("doc");
    command
        .args(["--locked", "--workspace", "--no-deps", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command)?;
    Ok(Outcome::Done)
}

fn clippy(arguments: &[&str]) -> Result<(), Failure> {
    process::run(
        cargo("clippy")
            .args(["--locked", "--all-targets"])
            .args(arguments)
            .args(["--", "-D", "warnings"]),
    )
}
