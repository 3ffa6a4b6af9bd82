//! Measures how long it takes to read one built-in gateway, and all of them.
#![expect(clippy::print_stdout, reason = "a measurement is to be seen")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tokenring_gateway::{Error, Gateway};

const ROUNDS: usize = 200;

fn main() -> Result<(), Error> {
    let all = shortest(|| {
        let mut characters = 0;
        for name in Gateway::names() {
            characters += Gateway::builtin(name)?.title().len();
        }
        Ok(characters)
    })?;
    let count = Gateway::names().count();
    println!("{count} gateways read in {all:?}, the shortest of {ROUNDS} rounds");
    let mut slowest = (Duration::ZERO, "");
    for name in Gateway::names() {
        let one = shortest(|| Ok(Gateway::builtin(name)?.title().len()))?;
        slowest = slowest.max((one, name));
    }
    let (time, name) = slowest;
    println!("one gateway read in at most {time:?} ({name})");
    let evidence = shortest(|| Ok(Gateway::builtin(name)?.refusals().len()))?;
    println!("the same with its refusals and sources in {evidence:?}");
    Ok(())
}

fn shortest(read: impl Fn() -> Result<usize, Error>) -> Result<Duration, Error> {
    let mut shortest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(read()?);
        shortest = shortest.min(start.elapsed());
    }
    Ok(shortest)
}
