use toml::{Table, Value};

use super::Problems;
use crate::cargo::Member;
use crate::failure::{Failure, While};
use crate::workspace;

const INHERITED_BY_ALL: &[&str] = &["edition", "license", "rust-version", "version"];
const INHERITED_BY_CRATES: &[&str] = &["authors", "categories", "keywords"];

const DEPENDENCY_TABLES: &[&str] = &["build-dependencies", "dependencies", "dev-dependencies"];

/// Checks that members take from the workspace what it has for them.
pub(super) fn check(members: &[Member], problems: &mut Problems) -> Result<(), Failure> {
    for member in members {
        let path = format!("{}/Cargo.toml", member.folder);
        let manifest: Table = workspace::read(&path)?.parse().while_doing(&path)?;
        if !is_inherited(manifest.get("lints")) {
            problems.add(&path, "`[lints]` needs `workspace = true`");
        }
        let package = manifest.get("package").and_then(Value::as_table);
        let published = member.folder.starts_with("crates/");
        let crate_fields: &[&str] = if published { INHERITED_BY_CRATES } else { &[] };
        for field in INHERITED_BY_ALL.iter().chain(crate_fields) {
            if !is_inherited(package.and_then(|package| package.get(*field))) {
                problems.add(
                    &path,
                    format!("`{field}` is to be `{field}.workspace = true`"),
                );
            }
        }
        if published && package.is_none_or(|package| !package.contains_key("description")) {
            problems.add(&path, "a published crate needs a `description`");
        }
        dependencies(&path, &manifest, problems);
        for target in tables(manifest.get("target")) {
            dependencies(&path, target, problems);
        }
    }
    Ok(())
}

fn dependencies(path: &str, manifest: &Table, problems: &mut Problems) {
    for name in DEPENDENCY_TABLES {
        let Some(dependencies) = manifest.get(*name).and_then(Value::as_table) else {
            continue;
        };
        for (dependency, value) in dependencies {
            if !is_inherited(Some(value)) {
                problems.add(
                    path,
                    format!("the version of `{dependency}` belongs in `[workspace.dependencies]`"),
                );
            }
        }
    }
}

fn is_inherited(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &Table> {
    value
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(|table| table.values())
        .filter_map(Value::as_table)
}
