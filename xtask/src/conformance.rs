mod hydra;
mod installation;
mod java;
mod npm;
mod program;
mod python;
mod results;
mod sdks;
mod vendor_sdks;

pub(crate) use installation::once as install_once;
pub(crate) use program::install_for_ci as install;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::steps::{Outcome, Steps};
use crate::test_run::{self, Count};

use program::PROGRAMS;

/// Where the scripts and lists of the programs are.
const FOLDER: &str = "tests/conformance";

/// Installs the programs, runs the tests that need them, and shows what was found.
///
/// `sdk` takes the SDKs of vendors alone; `--only NAME` takes those alone whose name begins so; `--record` writes the results into the
/// page of results.
pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let is_recorded = arguments.flag("--record");
    let mut only = Vec::new();
    // The SDKs of vendors are programs by names of their own.
    if arguments.flag("sdk") {
        only.push("sdk-".to_owned());
    }
    while let Some(name) = arguments.text("--only") {
        if !PROGRAMS
            .iter()
            .any(|program| program.name.starts_with(&name))
        {
            let names = PROGRAMS.map(|program| program.name).join(", ");
            return Err(Failure::new(format!(
                "no program `{name}`; there are {names}"
            )));
        }
        only.push(name);
    }
    arguments.finish()?;
    let is_chosen = |name: &str| only.is_empty() || only.iter().any(|word| name.starts_with(word));
    let mut steps = Steps::default();
    let mut count = Count::default();
    results::remove()?;
    sdks::remove()?;
    for program in PROGRAMS.iter().filter(|program| is_chosen(program.name)) {
        steps.step(&format!("{}: install", program.name), || program.install());
        steps.step(&format!("{}: tests", program.name), || {
            let mut outcome = Ok(Outcome::Done);
            for tests in program.tests {
                let arguments = ["--package", "integration-tests", "--test"];
                let mut command = test_run::command(&[&arguments[..], tests].concat());
                match test_run::run(&mut command, &mut count) {
                    Ok(Outcome::Done) => {}
                    // What others find is shown all the same.
                    other => outcome = other,
                }
            }
            outcome
        });
    }
    if only.is_empty() {
        steps.step("other peers: tests", || {
            let package = ["--package", "integration-tests"];
            let tests = ["browser", "it", "keys_away"].map(|test| ["--test", test]);
            let mut command = test_run::command(&[&package[..], &tests.concat()].concat());
            test_run::run(&mut command, &mut count)
        });
    }
    steps.step("results", || {
        let chosen: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
        let chosen = chosen.into_iter().filter(|name| is_chosen(name));
        results::show(chosen.filter(|name| !name.starts_with("sdk-")))?;
        sdks::show()?;
        if is_recorded {
            results::record()?;
            sdks::record()?;
        }
        Ok(Outcome::Done)
    });
    steps.finish()
}
