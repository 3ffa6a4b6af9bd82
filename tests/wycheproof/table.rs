//! The tables of `README.md`, which say what is to come out.

use std::collections::BTreeSet;
use std::fmt::Display;

const DOCUMENT: &str = include_str!("README.md");

/// Runs every row of the tables under a heading, and compares what came out
/// with the cells behind the first.
///
/// The first cell of a row names what is to run. Whatever is named twice or
/// more or fewer than `count` rows don't pass, so that nothing goes missing.
#[track_caller]
pub(crate) fn check<T: Display>(heading: &str, count: usize, mut run: impl FnMut(&str) -> T) {
    let rows = rows(heading);
    let names: BTreeSet<&str> = rows.iter().map(|(name, _)| *name).collect();
    assert_eq!((names.len(), rows.len()), (count, count), "rows: {heading}");
    let outcomes: Vec<String> = rows
        .iter()
        .map(|(name, _)| format!("{name} | {}", run(name)))
        .collect();
    let expected: Vec<String> = rows
        .iter()
        .map(|(name, cells)| format!("{name} | {}", cells.join(" | ")))
        .collect();
    assert_eq!(outcomes, expected, "what ran, and the table: {heading}");
}

/// The rows whose first cell is code, up to the next heading of the same level.
fn rows(heading: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let section = DOCUMENT
        .split("\n## ")
        .find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'));
    section
        .unwrap()
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("| `")?.strip_suffix('|')?;
            let (name, cells) = line.split_once("` |")?;
            Some((name, cells.split('|').map(str::trim).collect()))
        })
        .collect()
}
