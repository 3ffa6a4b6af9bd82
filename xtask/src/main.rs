//! Maintenance tasks of the workspace. `cargo xtask help` lists them.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command-line tool for the people who work on the project"
)]

mod arguments;
#[cfg(feature = "product")]
mod bench;
mod binary_size;
mod builder_paths;
mod cargo;
mod ci;
mod conformance;
#[cfg(feature = "product")]
mod dist;
mod failure;
mod fixtures;
mod fuzz;
mod peer;
mod process;
#[cfg(not(feature = "product"))]
mod product;
mod python_package;
mod release;
mod report;
mod steps;
mod terminal;
mod test_run;
mod tidy;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use failure::Failure;

const HELP: &str = "\
cargo xtask TASK

  ci                  everything that a contributor and CI run
  tidy                rules that no compiler checks: budgets, layout, manifests, dependencies
  conformance         install real servers and other peers, and run the tests against them;
                      `sdk` for vendors' SDKs, --only NAME for some, --record to write tests/conformance/RESULTS.md
  fixtures [--check]  make the test data of openssl anew, or compare it with what openssl says
  fuzz [PARSER]...    give every parser mutated inputs; --inputs N, --seed N, --case N
  bench [PART]...     measure and compare with the targets: get-token, key-generation, signing, size
  dist                build the binary with man pages and completions into dist/
  python              build the wheel of the Python package, install it beside the build, and run its tests
  release VERSION     check and prepare a release; --execute publishes it
";

fn main() -> ExitCode {
    match task(Arguments::from_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn task(mut arguments: Arguments) -> Result<(), Failure> {
    match arguments.word().as_deref() {
        Some("ci") => ci::run(arguments),
        Some("conformance") => conformance::run(arguments),
        Some("fixtures") => fixtures::run(arguments),
        Some("python") => python_package::run(arguments),
        Some("fuzz") => fuzz::run(arguments),
        Some("release") => release::run(arguments),
        Some("tidy") => tidy::run(arguments),
        #[cfg(feature = "product")]
        Some("bench") => bench::run(arguments),
        #[cfg(feature = "product")]
        Some("dist") => dist::run(arguments),
        #[cfg(feature = "product")]
        Some("run-measured") => bench::run_measured(arguments),
        #[cfg(not(feature = "product"))]
        Some(task @ ("bench" | "dist")) => product::run_again(task, arguments),
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(Failure::new(format!(
            "unknown task `{other}`; `cargo xtask help` lists the tasks"
        ))),
    }
}
