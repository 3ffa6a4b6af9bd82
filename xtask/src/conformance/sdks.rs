//! What vendors' own SDKs did at the mock: the page `SDKS.md`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{FOLDER, installation};
use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

const CASES: [&str; 8] = [
    "token",
    "inspect",
    "refusal",
    "429",
    "503",
    "500",
    "429 after 3 s",
    "503 after 3 s",
];
const HEAD: &str = "\
# Vendors' SDKs at the mock

What `cargo xtask conformance sdk --record` found: each SDK, unmodified, called its vendor's URLs through
`mock-gateway --tls-proxy`. \"Token after 2\" is a token after two token requests, with the time between them.
The columns are a good request, what `tokenring inspect` makes of its assertion, a client that is not registered,
a first answer of 429, 503 and 500 in the gateway's words with a good one behind it, and how long the SDK waited
before it repeated its request after a 429 and a 503 with `Retry-After: 3`. One without a date was not done.

| SDK | Version | Gateway | Date | Token | inspect | Refusal | 429 | 503 | 500 | Retry-After at 429 | at 503 |
|---|---|---|---|---|---|---|---|---|---|---|---|
";

/// Those that cannot run, with the gateway that each is for and the reason.
const NOT_DONE: &[(&str, &str, &str)] = &[(
    "fhirclient (npm)",
    "smart",
    "it signs only the request for an authorization code's token, and the mock has no codes",
)];

fn folder() -> PathBuf {
    installation::folder("sdk-results")
}

/// Removes what an earlier run left.
pub(super) fn remove() -> Result<(), Failure> {
    match fs::remove_dir_all(folder()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).while_doing("results"),
        _ => Ok(()),
    }
}

/// Shows what each SDK did.
pub(super) fn show() -> Result<(), Failure> {
    for result in read()? {
        println!("{} {}", text(&result, "name"), text(&result, "version"));
        for case in CASES {
            println!("  {case:>7}: {}", cell(&result, case));
        }
    }
    Ok(())
}

/// Writes what was found into the page; rows of SDKs that did not run stay.
pub(super) fn record() -> Result<(), Failure> {
    let page = format!("{FOLDER}/SDKS.md");
    let old = workspace::read(&page).unwrap_or_default();
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for (name, gateway, why) in NOT_DONE {
        let line = format!("| {name} | | {gateway} | not done: {why} | | | | | | | | |");
        rows.insert((*name).to_owned(), line);
    }
    for line in old.lines().skip(HEAD.lines().count()) {
        let name = line.split('|').nth(1).unwrap_or_default().trim();
        rows.insert(name.to_owned(), line.to_owned());
    }
    let date = process::capture(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    for result in read()? {
        let name = text(&result, "name").to_owned();
        let cells: Vec<String> = CASES.iter().map(|case| cell(&result, case)).collect();
        let line = format!(
            "| {name} | {} | {} | {} | {} |",
            text(&result, "version"),
            text(&result, "gateway"),
            date.trim(),
            cells.join(" | ")
        );
        rows.insert(name, line);
    }
    let lines: Vec<String> = rows.into_values().collect();
    let page = workspace::root().join(page);
    fs::write(&page, format!("{HEAD}{}\n", lines.join("\n"))).while_doing(page.display())
}

fn read() -> Result<Vec<Value>, Failure> {
    let entries = match fs::read_dir(folder()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.while_doing("results")?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.while_doing("results")?.path());
    }
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).while_doing(path.display())?;
        serde_json::from_slice(&bytes).while_doing(path.display())
    };
    paths.into_iter().map(read).collect()
}

/// What an SDK did in a case, as a cell of a table.
fn cell(result: &Value, case: &str) -> String {
    let cases = result.get("cases");
    let found = cases
        .and_then(|cases| cases.get(case))
        .and_then(Value::as_str);
    found.unwrap_or("not done").replace('|', "/")
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
