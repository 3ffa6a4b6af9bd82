use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

/// The platform whose dependency graph is counted.
pub(crate) const LINUX: &str = "x86_64-unknown-linux-gnu";

/// A `cargo` command in the root of the workspace.
///
/// What `cargo run` sets for this program is taken away again: build scripts
/// that look at it would otherwise run anew at every change between the two.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        if of_this_package || name == "CARGO" || name == "CARGO_CRATE_NAME" {
            command.env_remove(name);
        }
    }
    command.current_dir(workspace::root()).arg(subcommand);
    command
}

/// A package of the workspace.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Path of its folder from the root.
    pub(crate) folder: String,
    /// Feature names, without `default`.
    pub(crate) features: Vec<String>,
}

/// The packages of the workspace, by name.
pub(crate) fn members() -> Result<Vec<Member>, Failure> {
    let mut command = cargo("metadata");
    command.args(["--format-version=1", "--no-deps"]);
    let text = process::capture(&mut command)?;
    let metadata: Value = serde_json::from_str(&text).while_doing("output of `cargo metadata`")?;
    let mut members: Vec<Member> = array(&metadata, "packages").iter().map(member).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

/// The oldest Rust that each package of the lock file says it builds with.
pub(crate) fn minimum_rust_versions() -> Result<Vec<(String, String)>, Failure> {
    let text = process::capture(cargo("metadata").args(["--format-version=1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).while_doing("output of `cargo metadata`")?;
    let packages = array(&metadata, "packages").iter();
    Ok(packages
        .filter_map(|package| {
            let wanted = package.get("rust_version")?.as_str()?;
            Some((name_and_version(package), wanted.to_owned()))
        })
        .collect())
}

/// Name and version of a package.
fn name_and_version(package: &Value) -> String {
    format!("{} {}", text(package, "name"), text(package, "version"))
}

fn member(package: &Value) -> Member {
    let folder = text(package, "manifest_path")
        .trim_end_matches("Cargo.toml")
        .trim_end_matches('/')
        .trim_start_matches(&*workspace::root().to_string_lossy())
        .trim_start_matches('/')
        .to_owned();
    let features: Vec<String> = package
        .get("features")
        .and_then(Value::as_object)
        .map(|features| features.keys().cloned().collect())
        .unwrap_or_default();
    Member {
        name: text(package, "name").to_owned(),
        folder,
        features: features
            .into_iter()
            .filter(|feature| feature != "default")
            .collect(),
    }
}

/// A third-party package in a graph.
pub(crate) struct Dependency {
    pub(crate) version: String,
    pub(crate) licence: String,
}

/// The third-party packages that `cargo tree` lists with these arguments, by name.
pub(crate) fn tree(arguments: &[&str]) -> Result<BTreeMap<String, Vec<Dependency>>, Failure> {
    let mut command = cargo("tree");
    command
        .args(["--locked", "--target", LINUX, "--prefix", "none"])
        .args(["--no-dedupe", "--format", "{p}|{l}"])
        .args(arguments);
    let output = process::capture(&mut command)?;
    let mut packages: BTreeMap<String, Vec<Dependency>> = BTreeMap::new();
    for line in output.lines() {
        // `name v1.0.0 (proc-macro)|licence`, and a path for our own packages.
        let Some((package, licence)) = line.split_once('|') else {
            continue;
        };
        if package.contains("(/") {
            continue;
        }
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        let versions = packages.entry(name.to_owned()).or_default();
        let version = version.trim_start_matches('v').to_owned();
        if versions.iter().all(|known| known.version != version) {
            versions.push(Dependency {
                version,
                licence: licence.trim_end_matches(" (*)").to_owned(),
            });
        }
    }
    Ok(packages)
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
