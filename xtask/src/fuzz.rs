use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::failure::{Failure, While};
use crate::steps::Outcome;
use crate::test_run::{self, Count};
use crate::workspace;

/// How many mutated inputs all parsers together get.
const INPUTS: u64 = 370_000;
/// And how many of them in CI, which finds the same with each run.
const INPUTS_IN_CI: u64 = INPUTS / 10;
const SEED_IN_CI: u64 = 1;

/// What to run.
struct Plan {
    inputs: u64,
    seed: u64,
    /// One input only.
    case: Option<u64>,
    /// Names of tests in `tests/fuzz`; none means all of them.
    parsers: Vec<String>,
}

/// Has every parser take mutated inputs: `cargo xtask fuzz [PARSER]... [--inputs N] [--seed N]
/// [--case N]`.
pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let inputs = arguments.number("--inputs")?.unwrap_or(INPUTS);
    let seed = arguments.number("--seed")?;
    let case = arguments.number("--case")?;
    let mut parsers = Vec::new();
    while let Some(word) = arguments.word() {
        if word.starts_with('-') {
            return Err(Failure::new(format!("unexpected argument `{word}`")));
        }
        parsers.push(word);
    }
    let plan = Plan {
        inputs,
        seed: seed.map_or_else(new_seed, Ok)?,
        case,
        parsers,
    };
    plan.run(&mut Count::default()).map(|_| ())
}

/// Runs a tenth of it.
pub(crate) fn check(count: &mut Count) -> Result<Outcome, Failure> {
    let plan = Plan {
        inputs: INPUTS_IN_CI,
        seed: SEED_IN_CI,
        case: None,
        parsers: Vec::new(),
    };
    plan.run(count)
}

/// Another one each time.
fn new_seed() -> Result<u64, Failure> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .while_doing("the clock")?;
    Ok(since.as_secs())
}

impl Plan {
    fn run(&self, count: &mut Count) -> Result<Outcome, Failure> {
        let folder = left_behind();
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Failure::new(format!("{}: {error}", folder.display())));
            }
            _ => {}
        }
        println!("{} inputs with seed {}", self.inputs, self.seed);
        // The profile of tests checks arithmetic; features are those of the other tests, so that
        // nothing is built anew.
        let mut command = test_run::command(&["--locked", "--workspace", "--test", "fuzz"]);
        command
            .args(&self.parsers)
            .env("TOKENRING_FUZZ_INPUTS", self.inputs.to_string())
            .env("TOKENRING_FUZZ_SEED", self.seed.to_string());
        if let Some(case) = self.case {
            command.env("TOKENRING_FUZZ_CASE", case.to_string());
        }
        let result = test_run::run(&mut command, count);
        if result.is_err() {
            self.tell_of_ended();
        }
        result
    }

    /// Names the inputs at which a process ended without a word, as when its stack overflows.
    fn tell_of_ended(&self) {
        let entries = fs::read_dir(left_behind()).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.extension().is_none_or(|ending| ending != "running") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            if let [name, case] = text.split_whitespace().collect::<Vec<_>>()[..] {
                eprintln!(
                    "last input: cargo xtask fuzz {name} --seed {} --case {case}",
                    self.seed
                );
            }
        }
    }
}

/// Where the tests leave inputs, and the number of the one at hand.
fn left_behind() -> PathBuf {
    workspace::target().join("tmp").join("fuzz")
}
