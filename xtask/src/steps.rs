use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::terminal;

/// How a step ended, if it did not fail.
pub(crate) enum Outcome {
    Done,
    /// The machine lacks something; the text says what.
    NotRun(String),
}

/// A run of steps: each announced and timed, with a summary at the end.
#[derive(Default)]
pub(crate) struct Steps {
    finished: Vec<(String, Duration, Result<Outcome, Failure>)>,
}

impl Steps {
    /// Runs a step. A failure does not stop the steps that follow.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome, Failure>) {
        eprintln!("\n{}", terminal::heading(&format!("==> {name}")));
        let start = Instant::now();
        let result = work();
        let time = start.elapsed();
        match &result {
            Ok(Outcome::Done) => {}
            Ok(Outcome::NotRun(why)) => {
                eprintln!("{}", terminal::loud(&format!("NOT RUN: {name}: {why}")));
            }
            Err(failure) => eprintln!("{}", terminal::bad(&format!("FAILED: {name}: {failure}"))),
        }
        eprintln!("    {name}: {:.1} s", time.as_secs_f64());
        self.finished.push((name.to_owned(), time, result));
    }

    /// Prints the summary; fails if a step failed.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        eprintln!("\n{}", terminal::heading("==> summary"));
        let width = self.finished.iter().map(|(name, ..)| name.len()).max();
        let width = width.unwrap_or_default();
        let mut total = Duration::ZERO;
        let mut failed = Vec::new();
        for (name, time, result) in &self.finished {
            total += *time;
            let outcome = match result {
                Ok(Outcome::Done) => terminal::good("ok"),
                Ok(Outcome::NotRun(why)) => terminal::loud(&format!("NOT RUN: {why}")),
                Err(failure) => {
                    failed.push(name.as_str());
                    terminal::bad(&format!("FAILED: {failure}"))
                }
            };
            eprintln!("{name:width$}  {:6.1} s  {outcome}", time.as_secs_f64());
        }
        eprintln!("{:width$}  {:6.1} s", "total", total.as_secs_f64());
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("failed: {}", failed.join(", "))))
        }
    }
}
