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

const HEAD: &str = "\
# Last results

What `cargo xtask conformance --record` found at each program, in the version that the running program
said of itself. A program that is missing here, or a part without a figure, was not done.

| Name | Program | Date | Part | Right | Of |
|---|---|---|---|---|---|
";

fn folder() -> PathBuf {
    installation::folder("results")
}

/// Removes what an earlier run left, so that nothing old is shown as new.
pub(super) fn remove() -> Result<(), Failure> {
    match fs::remove_dir_all(folder()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).while_doing("results"),
        _ => Ok(()),
    }
}

/// Shows what was found at each of these, and which were not done.
pub(super) fn show<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), Failure> {
    for name in names {
        let Some(result) = read(name)? else {
            println!("{name}: NOT DONE, or no result of its own");
            continue;
        };
        println!("{}", text(&result, "program"));
        for part in parts(&result) {
            let (title, right, of) = figures(part);
            println!("  {right:>4} of {of:>4}  {title}");
            let wrong = part.get("wrong").and_then(Value::as_array);
            for line in wrong.into_iter().flatten().filter_map(Value::as_str) {
                println!("                - {line}");
            }
        }
    }
    Ok(())
}

/// Writes what was found into the page of results; rows of programs that did not run stay.
pub(super) fn record() -> Result<(), Failure> {
    if !folder().exists() {
        return Ok(());
    }
    let page = format!("{FOLDER}/RESULTS.md");
    let old = workspace::read(&page).unwrap_or_default();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in old.lines().skip(HEAD.lines().count()) {
        let name = line.split('|').nth(1).unwrap_or_default().trim();
        rows.entry(name.to_owned())
            .or_default()
            .push(line.to_owned());
    }
    let date = process::capture(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    for entry in fs::read_dir(folder()).while_doing("no results")? {
        let path = entry.while_doing("results")?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let Some(result) = read(&name)? else { continue };
        let program = text(&result, "program");
        let lines = parts(&result).map(|part| {
            let (title, right, of) = figures(part);
            let date = date.trim();
            format!("| {name} | {program} | {date} | {title} | {right} | {of} |")
        });
        rows.insert(name.clone().into_owned(), lines.collect());
    }
    let lines: Vec<String> = rows.into_values().flatten().collect();
    let page = workspace::root().join(page);
    fs::write(&page, format!("{HEAD}{}\n", lines.join("\n"))).while_doing(page.display())
}

fn read(name: &str) -> Result<Option<Value>, Failure> {
    let path = folder().join(format!("{name}.json"));
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .while_doing(path.display()),
        Err(_) => Ok(None),
    }
}

fn parts(result: &Value) -> impl Iterator<Item = &Value> {
    result
        .get("parts")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn figures(part: &Value) -> (&str, u64, u64) {
    let number = |name: &str| part.get(name).and_then(Value::as_u64).unwrap_or_default();
    (text(part, "title"), number("right"), number("of"))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
