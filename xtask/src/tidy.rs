mod budgets;
mod command_words;
mod dependencies;
mod import_cycles;
mod layout;
mod licence;
mod manifests;
mod promises;
mod words;

use std::process::Command;

use crate::arguments::Arguments;
use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::process;
use crate::steps::Outcome;
use crate::terminal;
use crate::workspace;

/// What breaks a rule, each a line that says where and what to do.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, place: &str, text: impl AsRef<str>) {
        self.0.push(format!("{place}: {}", text.as_ref()));
    }
}

/// Runs the rules and prints what breaks them.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    check().map(|_| ())
}

/// Applies every rule.
pub(crate) fn check() -> Result<Outcome, Failure> {
    let mut problems = Problems::default();
    let files = workspace::files()?;
    let members = cargo::members()?;
    layout::check(&files, &members, &mut problems)?;
    words::check(&files, &mut problems)?;
    command_words::check(&files, &mut problems)?;
    import_cycles::check(&files, &mut problems)?;
    manifests::check(&members, &mut problems)?;
    promises::check(&mut problems)?;
    budgets::check(&mut problems)?;
    dependencies::check(&mut problems)?;
    for problem in &problems.0 {
        eprintln!("{}", terminal::bad(problem));
    }
    if !problems.0.is_empty() {
        return Err(Failure::new(format!(
            "{} rules are broken",
            problems.0.len()
        )));
    }
    run_cargo_deny()?;
    Ok(Outcome::Done)
}

/// Runs cargo-deny where it is installed; the rules above cover the same file without it.
fn run_cargo_deny() -> Result<(), Failure> {
    if !process::succeeds(cargo("deny").arg("--version")) {
        eprintln!("cargo-deny is not installed; the rules of deny.toml were applied without it");
        return Ok(());
    }
    let mut deny: Command = cargo("deny");
    deny.args(["--offline", "check", "licenses", "bans", "sources"]);
    process::run(&mut deny)
}
