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
    let mut failed = Vec::new();
    for member in members {
        let features: &[&[&str]] = if member.features.is_empty() {
            &[&[]]
        } else {
            &[&[], &["--no-default-features"], &["--all-features"]]
        };
        for chosen in features {
            let package = ["--no-deps", "--package", &member.name];
            if clippy(&[&package, *chosen].concat()).is_err() {
                failed.push([&[member.name.as_str()], *chosen].concat().join(" "));
            }
        }
    }
    if failed.is_empty() {
        Ok(Outcome::Done)
    } else {
        Err(Failure::new(failed.join(", ")))
    }
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
