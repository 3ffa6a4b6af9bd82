use crate::cargo::cargo;
use crate::failure::Failure;
use crate::process;
use crate::report::Row;

/// For one thread, which nobody is in the way of.
const UNCONTENDED: f64 = 100.0;

/// Reads the figures of the benchmark of its own that `TokenSource` has.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let output = process::capture(
        cargo("bench")
            .args(["--locked", "--package", "tokenring-token-store"])
            .args(["--bench", "token_source"]),
    )?;
    let rows: Vec<_> = output.lines().filter_map(row).collect();
    if rows.is_empty() {
        return Err(Failure::new("the benchmark of TokenSource left no figures"));
    }
    Ok(rows)
}

/// A line of the table: threads, and nanoseconds for each call of all together.
fn row(line: &str) -> Option<Row> {
    let mut figures = line.split_whitespace().map(str::parse::<f64>);
    let (threads, token) = (figures.next()?.ok()?, figures.next()?.ok()?);
    // More threads share the machine: none of them may make it slower.
    Some(Row::at_most(
        format!("TokenSource::token(), fresh, {threads} threads"),
        UNCONTENDED,
        token,
        |nanoseconds| format!("{nanoseconds:.0} ns"),
    ))
}
