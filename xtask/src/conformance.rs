use std::fs;
use std::process::Command;

use crate::arguments::Arguments;
use crate::failure::{Failure, While};
use crate::peer::{self, Peer};
use crate::process;
use crate::steps::{Outcome, Steps};
use crate::test_run::{self, Count};
use crate::workspace;

const FOLDER: &str = "tests/conformance";

/// Installs the peers and runs the tests that need them.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let mut steps = Steps::default();
    let mut count = Count::default();
    steps.step("conformance: install", install);
    steps.step("conformance: tests", || {
        let package = ["--package", "integration-tests"];
        let tests = ["browser", "it", "keys_away", "oidc_provider"].map(|test| ["--test", test]);
        let mut command = test_run::command(&[&package[..], &tests.concat()].concat());
        test_run::run(&mut command, &mut count)
    });
    steps.finish()
}

/// Installs every peer that comes from a package registry.
pub(crate) fn install() -> Result<Outcome, Failure> {
    match install_npm()? {
        Outcome::Done => install_python(),
        outcome => Ok(outcome),
    }
}

/// Installs the npm packages of the lock file, unless they are there already.
fn install_npm() -> Result<Outcome, Failure> {
    let folder = workspace::root().join(FOLDER);
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).while_doing(lock.display())?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && node_version().is_some() {
        eprintln!("{FOLDER} is installed as its lock file says");
        return Ok(Outcome::Done);
    }
    if let Some(outcome) = Peer::Npm.missing() {
        return outcome;
    }
    process::run(Command::new("npm").arg("ci").current_dir(&folder))?;
    match node_version() {
        Some(version) => eprintln!("node is {version}"),
        None => {
            return Err(Failure::new(format!(
                "npm's package `node` brought no Node.js of version 22 or later in {FOLDER}; \
                 are its install scripts switched off?"
            )));
        }
    }
    fs::write(&stamp, wanted).while_doing(stamp.display())?;
    Ok(Outcome::Done)
}

/// Installs the Python packages of the list, unless they are there already.
fn install_python() -> Result<Outcome, Failure> {
    let folder = workspace::target().join("conformance/python");
    let list = workspace::root().join(FOLDER).join("requirements.txt");
    let stamp = folder.join("installed-requirements.txt");
    let wanted = fs::read(&list).while_doing(list.display())?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        eprintln!("{} is installed as its list says", folder.display());
        return Ok(Outcome::Done);
    }
    if let Some(outcome) = Peer::Python.missing() {
        return outcome;
    }
    process::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    process::run(
        Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(&list),
    )?;
    fs::write(&stamp, wanted).while_doing(stamp.display())?;
    Ok(Outcome::Done)
}

/// The version of the installed Node.js, if it is new enough for the peer.
fn node_version() -> Option<String> {
    let mut command = Command::new(peer::node());
    command.arg("--version").stdin(std::process::Stdio::null());
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    let major: u32 = version.strip_prefix('v')?.split('.').next()?.parse().ok()?;
    (major >= 22).then_some(version)
}
