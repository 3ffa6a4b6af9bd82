use std::fs;
use std::process::Command;

use super::resource;
use super::statistics::median;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::process;
use crate::report::Row;
use crate::workspace;

const RUNS: usize = 200;
/// What fills an assertion up to 4 KB, in bytes before they are encoded.
const FILLING: usize = 2320;

/// Measures what it costs a command to read every built-in gateway, and to verify and judge a
/// long JWT.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let folder = workspace::target().join("bench/inspect");
    fs::create_dir_all(&folder).while_doing(folder.display())?;
    process::run(
        Command::new(&tokenring)
            .args(["generate-keys", "--gateway", "nhs", "--kid", "bench-1"])
            .args(["--force", "--quiet", "--output-dir"])
            .arg(&folder)
            .stdout(std::process::Stdio::null()),
    )?;
    let jwt = process::capture(
        Command::new(&tokenring)
            .args(["assertion", "--gateway", "nhs", "--client-id", "bench"])
            .args(["--quiet", "--claim"])
            .arg(format!("filling=\"{}\"", "x".repeat(FILLING)))
            .arg("--private-key")
            .arg(folder.join("bench-1.pem")),
    )?;
    let length = jwt.trim_end().len();
    if !(4000..4200).contains(&length) {
        return Err(Failure::new(format!("the JWT has {length} bytes")));
    }
    let path = folder.join("long.jwt");
    fs::write(&path, jwt).while_doing(path.display())?;

    let mut version = Command::new(&tokenring);
    version.arg("--version");
    let mut gateways = Command::new(&tokenring);
    gateways.arg("gateways");
    let mut inspect = Command::new(&tokenring);
    inspect
        .args(["inspect", "--gateway", "nhs", "--jwks"])
        .arg(folder.join("bench-1.json"))
        .arg(format!("@{}", path.display()));
    let mut seconds = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        for (command, seconds) in [&version, &gateways, &inspect]
            .into_iter()
            .zip(&mut seconds)
        {
            seconds.push(resource::measure(command)?.seconds);
        }
    }
    let [least, all, inspect] = seconds.map(median);
    let milliseconds = |milliseconds: f64| format!("{milliseconds:.2} ms");
    Ok(vec![
        Row::at_most(
            "all gateways read and listed, beyond --version",
            1.0,
            (all - least) * 1e3,
            milliseconds,
        ),
        Row::at_most(
            "inspect, verified and judged, a JWT of 4 KB, wall time",
            5.0,
            inspect * 1e3,
            milliseconds,
        ),
    ])
}
