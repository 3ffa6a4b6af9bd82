//! The Python package: its wheel, in an environment of its own for the tests.

use std::fs;
use std::process::Command;

use crate::arguments::Arguments;
use crate::conformance;
use crate::failure::{Failure, While};
use crate::peer::Peer;
use crate::process;
use crate::steps::{Outcome, Steps};
use crate::test_run::{self, Count};
use crate::workspace;

/// What the tests need besides the wheel, maturin among it.
const LIST: &str = "tests/python/requirements.txt";
const MANIFEST: &str = "crates/python/Cargo.toml";
/// The environment, below the folder of conformance's programs.
const NAME: &str = "python-package";

/// Installs the wheel and runs the tests of it.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let mut steps = Steps::default();
    let mut count = Count::default();
    steps.step("install", install);
    steps.step("tests", || {
        let tests = ["--package", "integration-tests", "--test", "python"];
        test_run::run(&mut test_run::command(&tests), &mut count)
    });
    steps.finish()
}

/// Builds the wheel as a contributor does, with maturin alone, and installs it.
pub(crate) fn install() -> Result<Outcome, Failure> {
    let prepared = conformance::install_once(NAME, &workspace::read(LIST)?, |folder| {
        if let Some(outcome) = Peer::Python.missing() {
            return outcome;
        }
        process::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        process::run(
            Command::new(folder.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(workspace::root().join(LIST)),
        )?;
        Ok(Outcome::Done)
    })?;
    if !matches!(prepared, Outcome::Done) {
        return Ok(prepared);
    }
    let folder = workspace::target().join("conformance").join(NAME);
    let wheels = folder.join("wheels");
    if wheels.exists() {
        fs::remove_dir_all(&wheels).while_doing(wheels.display())?;
    }
    process::run(
        Command::new(folder.join("bin/maturin"))
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(workspace::root().join(MANIFEST))
            .arg("--out")
            .arg(&wheels),
    )?;
    let wheel = fs::read_dir(&wheels).while_doing(wheels.display())?.next();
    let wheel = wheel.ok_or_else(|| Failure::new("maturin made no wheel"))?;
    let wheel = wheel.while_doing(wheels.display())?.path();
    process::run(
        Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--no-deps"])
            .arg("--force-reinstall")
            .arg(wheel),
    )?;
    Ok(Outcome::Done)
}
