//! Measures how long it takes to read every built-in gateway.
#![expect(clippy::print_stdout, reason = "a measurement is to be seen")]

use std::time::{Duration, Instant};

use tokenring_gateway::{Error, Gateway};

const ROUNDS: usize = 200;

fn main() -> Result<(), Error> {
    let mut shortest = Duration::MAX;
    let mut count = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        count = 0;
        for name in Gateway::names() {
            count += usize::from(!Gateway::builtin(name)?.title().is_empty());
        }
        shortest = shortest.min(start.elapsed());
    }
    println!("{count} gateways read in {shortest:?}, the shortest of {ROUNDS} rounds");
    Ok(())
}
