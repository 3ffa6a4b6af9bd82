use std::path::Path;

use super::Problems;
use crate::cargo::Member;
use crate::failure::Failure;
use crate::workspace;

/// What may stand at the top of the work tree.
const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "findings",
    "rust-toolchain.toml",
    "tests",
    "xtask",
];

/// Names that say nothing about what is in the file.
const EMPTY_NAMES: &[&str] = &["common", "helpers", "models", "types", "utils"];

/// Names of folders that hold data of tests.
const DATA_FOLDERS: &[&str] = &["data", "fixtures", "vectors"];

/// The file that says where the data beside it and below it is from.
const PROVENANCE: &str = "PROVENANCE.md";

const LONGEST_FILE: usize = 400;
const LONGEST_README: usize = 150;

/// Source files that are longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Checks where files are, what they are called and how long they are.
pub(super) fn check(
    files: &[String],
    members: &[Member],
    problems: &mut Problems,
) -> Result<(), Failure> {
    for path in files {
        top_level(path, problems);
        provenance(path, problems);
        if path.ends_with(".rs") {
            module_name(path, problems);
        }
        if [".rs", ".mjs", ".py"].iter().any(|end| path.ends_with(end)) {
            length(path, problems)?;
        }
    }
    if line_count("README.md").is_ok_and(|lines| lines > LONGEST_README) {
        problems.add("README.md", format!("over {LONGEST_README} lines"));
    }
    for member in members {
        if member.folder.starts_with("crates/") {
            crate_page(member, problems)?;
        }
    }
    Ok(())
}

fn top_level(path: &str, problems: &mut Problems) {
    let top = path.split('/').next().unwrap_or_default();
    if !TOP_LEVEL.contains(&top) {
        problems.add(path, format!("`{top}` has no place at the top level"));
    }
}

/// Data in a data folder needs a file that tells its source, in its folder or in one above.
fn provenance(path: &str, problems: &mut Problems) {
    let mut folder = Path::new(path).parent();
    let mut is_data = false;
    while let Some(current) = folder {
        if workspace::root().join(current).join(PROVENANCE).exists() {
            return;
        }
        is_data |= current
            .file_name()
            .is_some_and(|name| DATA_FOLDERS.iter().any(|data| name == *data));
        folder = current.parent();
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    if is_data && !file.starts_with('.') {
        problems.add(path, format!("no {PROVENANCE} says where it is from"));
    }
}

fn module_name(path: &str, problems: &mut Problems) {
    let file = path.rsplit('/').next().unwrap_or(path);
    if file == "mod.rs" {
        problems.add(path, "name the file after the module, beside its folder");
    }
    for part in path.trim_end_matches(".rs").split('/') {
        if EMPTY_NAMES.contains(&part) {
            problems.add(path, format!("`{part}` does not say what it holds"));
        }
    }
}

fn length(path: &str, problems: &mut Problems) -> Result<(), Failure> {
    let lines = line_count(path)?;
    let reason = LONG_FILES.iter().find(|(file, _)| *file == path);
    match (lines > LONGEST_FILE, reason) {
        (true, None) => problems.add(
            path,
            format!("{lines} lines; split it, or give a reason in {}", file!()),
        ),
        (false, Some(_)) => {
            problems.add(path, format!("no longer long; remove it from {}", file!()))
        }
        _ => {}
    }
    Ok(())
}

fn line_count(path: &str) -> Result<usize, Failure> {
    Ok(workspace::read(path)?.lines().count())
}

/// A crate's README is its documentation page.
fn crate_page(member: &Member, problems: &mut Problems) -> Result<(), Failure> {
    let readme = format!("{}/README.md", member.folder);
    if !workspace::root().join(&readme).exists() {
        problems.add(&readme, "missing");
    }
    let library = format!("{}/src/lib.rs", member.folder);
    if !workspace::read(&library)?.contains("include_str!(\"../README.md\")") {
        problems.add(&library, "does not include the README as its documentation");
    }
    Ok(())
}
