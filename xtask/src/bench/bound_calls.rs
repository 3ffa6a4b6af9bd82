use crate::cargo::cargo;
use crate::failure::Failure;
use crate::process;
use crate::report::Row;

/// A proof is one signature on P-256, and a few hundred bytes more.
const MOST: f64 = 1.15;

/// Reads the figures of the benchmark that calls with bound tokens have.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let output = process::capture(
        cargo("bench")
            .args(["--locked", "--package", "tokenring"])
            .args(["--bench", "bound_calls"]),
    )?;
    let ratio = output.lines().find_map(ratio);
    let ratio = ratio.ok_or_else(|| Failure::new("the benchmark of calls left no figures"))?;
    Ok(vec![Row::at_most(
        "Client::call(), with P-256 proofs / with a bearer token",
        MOST,
        ratio,
        |ratio| format!("{ratio:.2}"),
    )])
}

/// `bearer N ns, bound N ns`.
fn ratio(line: &str) -> Option<f64> {
    let (bearer, bound) = line.strip_prefix("bearer ")?.split_once(" ns, bound ")?;
    let bound: f64 = bound.strip_suffix(" ns")?.parse().ok()?;
    Some(bound / bearer.parse::<f64>().ok()?)
}
