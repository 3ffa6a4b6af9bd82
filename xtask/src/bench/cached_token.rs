use std::process::Command;

use super::gateway::Gateway;
use super::resource::{self, Usage};
use super::statistics::median;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::process;
use crate::report::Row;
use crate::workspace;

const RUNS: usize = 200;

/// Compares getting a token that is cached with printing the version, which is
/// about the least that a process can do.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let gateway = Gateway::start(&tokenring)?;
    let cache = workspace::target().join("bench/cache");
    if cache.exists() {
        std::fs::remove_dir_all(&cache).while_doing(cache.display())?;
    }
    let mut get_token = Command::new(&tokenring);
    get_token
        .args(["get-token", "--quiet", "--cache-dir"])
        .arg(&cache)
        .args(gateway.client_arguments());
    let first = process::capture(&mut get_token)?;
    let mut version = Command::new(&tokenring);
    version.arg("--version");

    let mut ours = Vec::new();
    let mut least = Vec::new();
    for _ in 0..RUNS {
        ours.push(resource::measure(&get_token)?);
        least.push(resource::measure(&version)?);
    }
    // Each of them had the first one's token, or something else was measured.
    if process::capture(&mut get_token)? != first {
        return Err(Failure::new("the token did not come from the cache"));
    }
    let wall = |usages: &[Usage]| median(usages.iter().map(|usage| usage.seconds).collect());
    let peak = ours.iter().map(|usage| usage.peak_kilobytes);
    Ok(vec![
        Row::at_most(
            "get-token, cached, wall time / --version",
            1.5,
            wall(&ours) / wall(&least),
            |ratio| format!("{ratio:.2}"),
        ),
        Row::at_most(
            "get-token, cached, peak memory",
            10e3,
            peak.fold(0.0, f64::max),
            |kilobytes| format!("{:.1} MB", kilobytes / 1e3),
        ),
    ])
}
