mod advisories;
mod embedded;
mod lint;
mod target;
mod windows;

use crate::arguments::Arguments;
use crate::binary_size;
use crate::cargo::{self, Member, cargo};
use crate::conformance;
use crate::failure::Failure;
use crate::fixtures;
use crate::fuzz;
use crate::process;
use crate::python_package;
use crate::report;
use crate::steps::{Outcome, Steps};
use crate::test_run::{self, Count};
use crate::tidy;

/// Runs every check, the quick ones first.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let members = cargo::members()?;
    let mut steps = Steps::default();
    let mut count = Count::default();

    steps.step("format", || done(cargo("fmt").args(["--all", "--check"])));
    steps.step("tidy", tidy::check);
    steps.step("advisories", advisories::check);
    steps.step("fixtures", fixtures::check);
    steps.step("clippy: workspace", lint::workspace);
    steps.step("clippy: each package", || lint::packages(&members));
    steps.step("features", || features(&members));
    steps.step("embedded", embedded::check);
    steps.step("windows", windows::check);
    steps.step("documentation", lint::documentation);
    steps.step("build", || {
        done(cargo("build").args(["--locked", "--workspace", "--all-targets"]))
    });
    // Before the tests, which fail in CI where the peer is not there.
    steps.step("conformance: install", conformance::install);
    steps.step("python: install", python_package::install);
    steps.step("tests", || {
        let mut command =
            test_run::command(&["--locked", "--workspace", "--lib", "--bins", "--tests"]);
        test_run::run(&mut command, &mut count)
    });
    // The workspace has every feature on.
    steps.step("tests: few features", || {
        let few = ["--locked", "--package", "tokenring-jwk", "--test", "*"];
        let mut command = test_run::command(&few);
        command.args(["--no-default-features", "--features", "ring"]);
        test_run::run(&mut command, &mut count)?;
        let few = [
            "--locked",
            "--package",
            "tokenring",
            "--test",
            "missing_features",
        ];
        let mut command = test_run::command(&few);
        command.arg("--no-default-features");
        test_run::run(&mut command, &mut count)
    });
    steps.step("doctests", || {
        let mut command = cargo("test");
        command.args(["--locked", "--workspace", "--doc", "--all-features"]);
        test_run::run(&mut command, &mut count)
    });
    steps.step("fuzz", || fuzz::check(&mut count));
    steps.step("binary size", || {
        report::finish(&binary_size::measure()?)?;
        Ok(Outcome::Done)
    });
    let result = steps.finish();
    println!(
        "{} passed, {} failed, {} skipped",
        count.passed, count.failed, count.skipped
    );
    result
}

/// Checks each package with none of its features and with each one alone.
///
/// With all of them, and with the default ones, clippy has checked it already.
fn features(members: &[Member]) -> Result<Outcome, Failure> {
    for member in members.iter().filter(|member| !member.features.is_empty()) {
        let check = |arguments: &[&str]| {
            process::run(
                cargo("check")
                    .args([
                        "--locked",
                        "--package",
                        &member.name,
                        "--no-default-features",
                    ])
                    .args(arguments),
            )
        };
        check(&[])?;
        for feature in &member.features {
            check(&["--features", feature])?;
        }
    }
    Ok(Outcome::Done)
}

fn done(command: &mut std::process::Command) -> Result<Outcome, Failure> {
    process::run(command)?;
    Ok(Outcome::Done)
}
