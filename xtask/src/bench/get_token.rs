use std::path::PathBuf;
use std::process::Command;

use super::gateway::{CLIENT_ID, Gateway, KEY_ID};
use super::resource::{self, Usage};
use super::statistics::median;
use crate::binary_size;
use crate::failure::Failure;
use crate::process;
use crate::report::Row;
use crate::workspace;

const RUNS: usize = 25;

/// Compares the command with a Python script that does the same.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let python = python()?;
    let gateway = Gateway::start(&tokenring)?;

    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..RUNS {
        let mut command = Command::new(&tokenring);
        command
            .args(["get-token", "--no-cache"])
            .args(gateway.client_arguments());
        ours.push(resource::measure(&command)?);
        let mut command = Command::new(&python);
        command
            .arg(workspace::root().join("tests/bench/get_token.py"))
            .args([gateway.token_url(), CLIENT_ID, KEY_ID])
            .arg(gateway.private_key());
        theirs.push(resource::measure(&command)?);
    }
    let wall = |usages: &[Usage]| median(usages.iter().map(|usage| usage.seconds).collect());
    let peak = |usages: &[Usage]| median(usages.iter().map(|usage| usage.peak_kilobytes).collect());
    Ok(vec![
        Row::at_most(
            "get-token, wall time, of 1/30 of the Python script's",
            wall(&theirs) / 30.0,
            wall(&ours),
            |seconds| format!("{:.1} ms", seconds * 1e3),
        ),
        Row::at_most(
            "get-token, peak memory, of 1/4 of the Python script's",
            peak(&theirs) / 4.0,
            peak(&ours),
            |kilobytes| format!("{:.1} MB", kilobytes / 1e3),
        ),
    ])
}

/// A Python with the libraries of the script, in an environment of its own.
pub(super) fn python() -> Result<PathBuf, Failure> {
    let folder = workspace::target().join("bench/python");
    let python = folder.join("bin/python");
    let requirements = workspace::root().join("tests/bench/requirements.txt");
    let ready =
        process::succeeds(Command::new(&python).args(["-c", "import cryptography, jwt, requests"]));
    if !ready {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        process::run(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(requirements),
        )?;
    }
    Ok(python)
}
