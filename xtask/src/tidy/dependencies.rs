use toml::{Table, Value};

use super::{Problems, licence};
use crate::cargo;
use crate::failure::{Failure, While};
use crate::workspace;

const RULES: &str = "deny.toml";

/// Applies the rules of `deny.toml` to everything that the workspace builds.
pub(super) fn check(problems: &mut Problems) -> Result<(), Failure> {
    let rules: Table = workspace::read(RULES)?.parse().while_doing(RULES)?;
    let allowed = strings(list(&rules, "licenses", "allow"));
    let banned = crates(list(&rules, "bans", "deny"));
    let skipped = crates(list(&rules, "bans", "skip"));

    let graph = cargo::tree(&["--workspace", "--all-features"])?;
    for (name, versions) in &graph {
        if banned.contains(name) {
            problems.add(name, format!("banned by {RULES}"));
        }
        for dependency in versions {
            if !licence::is_allowed(&dependency.licence, &allowed) {
                problems.add(
                    name,
                    format!("licence `{}` is not one of {RULES}", dependency.licence),
                );
            }
        }
        let counted: Vec<&str> = versions
            .iter()
            .map(|dependency| dependency.version.as_str())
            .filter(|version| !skipped.contains(&format!("{name}@{version}")))
            .collect();
        if counted.len() > 1 {
            problems.add(
                name,
                format!(
                    "{} versions in the graph: {}",
                    counted.len(),
                    counted.join(", ")
                ),
            );
        }
    }
    sources(problems)?;
    minimum_rust(problems)
}

/// No dependency wants a newer Rust than the workspace promises.
fn minimum_rust(problems: &mut Problems) -> Result<(), Failure> {
    let manifest: Table = workspace::read("Cargo.toml")?
        .parse()
        .while_doing("Cargo.toml")?;
    let promised = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("package"))
        .and_then(|package| package.get("rust-version"))
        .and_then(Value::as_str)
        .and_then(version)
        .ok_or_else(|| Failure::new("Cargo.toml: workspace.package.rust-version is missing"))?;
    for (name, wanted) in cargo::minimum_rust_versions()? {
        if version(&wanted).is_none_or(|wanted| wanted > promised) {
            problems.add(
                &name,
                format!("wants Rust {wanted}; take an older version of it"),
            );
        }
    }
    Ok(())
}

/// Major and minor number of a Rust version.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Everything in the lock file is ours or from the public registry.
fn sources(problems: &mut Problems) -> Result<(), Failure> {
    let lock: Table = workspace::read("Cargo.lock")?
        .parse()
        .while_doing("Cargo.lock")?;
    let packages = lock.get("package").and_then(Value::as_array);
    for package in packages.into_iter().flatten() {
        let text = |name| package.get(name).and_then(Value::as_str);
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        if text("source").is_some_and(|source| source != registry) {
            problems.add(
                "Cargo.lock",
                format!("{} has another source", text("name").unwrap_or("?")),
            );
        }
    }
    Ok(())
}

fn list<'a>(rules: &'a Table, section: &str, name: &str) -> &'a [Value] {
    rules
        .get(section)
        .and_then(|section| section.get(name))
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn strings(values: &[Value]) -> Vec<String> {
    values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The `crate` members of a list of rules.
fn crates(values: &[Value]) -> Vec<String> {
    values
        .iter()
        .filter_map(|value| value.get("crate").and_then(Value::as_str))
        .map(str::to_owned)
        .collect()
}
