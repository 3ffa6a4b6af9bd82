//! What a signature by a command costs beside the command itself;
//! `cargo bench -p tokenring-signer-command --bench overhead`.
//!
//! The command is `cat`, which answers with a file. Beside it stands the same
//! `cat` under the standard library, without limits to its time and output.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where something is wrong"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokenring_jwk::{Algorithm, Signer};
use tokenring_signer_command::SignerCommand;

const RUNS: usize = 500;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("answer");
    let signature = "A".repeat(86);
    std::fs::write(&answer, format!("{{\"signature\":\"{signature}\"}}")).unwrap();
    let signer = SignerCommand::new("cat", [&answer])
        .with_algorithm(Algorithm::Es256)
        .into_signer()
        .unwrap();
    let message = vec![b'm'; 500];
    println!("median of {RUNS} runs, in microseconds");
    report("signer command", || {
        signer.sign(&message).unwrap();
    });
    report("standard library", || {
        let mut command = Command::new("cat");
        let output = command.arg(&answer).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success());
    });
}

fn report(name: &str, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(RUNS / 2).copied().unwrap_or_default();
    println!("{name:>16} {:>8}", median.as_micros());
}
