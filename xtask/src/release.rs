use std::process::Command;

use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::ci;
use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

const MANIFEST: &str = "Cargo.toml";
const CHANGELOG: &str = "CHANGELOG.md";

/// Checks that a version can be released, writes it into the manifest and says how to publish it.
pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let execute = arguments.flag("--execute");
    let Some(version) = arguments.word() else {
        return Err(Failure::new("which version? `cargo xtask release VERSION`"));
    };
    if !is_version(&version) {
        return Err(Failure::new(format!(
            "`{version}` is no version of the form MAJOR.MINOR.PATCH"
        )));
    }
    require_clean_tree()?;
    if !workspace::read(CHANGELOG)?.contains(&format!("\n## [{version}]")) {
        return Err(Failure::new(format!(
            "{CHANGELOG} has no section `## [{version}]`; move what is under `Unreleased` there and commit"
        )));
    }
    if version != workspace::version() {
        bump(&version)?;
    }
    ci::run(arguments)?;
    publish(&version, execute)
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok())
}

fn require_clean_tree() -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root())
        .args(["status", "--porcelain"]);
    if process::capture(&mut git)?.is_empty() {
        Ok(())
    } else {
        Err(Failure::new("the work tree has changes; commit them first"))
    }
}

/// Writes the version where the workspace keeps it: once for the packages, once for each crate
/// that another one depends on.
fn bump(version: &str) -> Result<(), Failure> {
    let old = format!("version = \"{}\"", workspace::version());
    let new = format!("version = \"{version}\"");
    let manifest: String = workspace::read(MANIFEST)?
        .lines()
        .map(|line| {
            let ours = line.starts_with("tokenring-") || line == old;
            let line = if ours {
                line.replace(&old, &new)
            } else {
                line.to_owned()
            };
            line + "\n"
        })
        .collect();
    std::fs::write(workspace::root().join(MANIFEST), manifest).while_doing(MANIFEST)?;
    process::run(cargo("update").args(["--workspace", "--offline"]))
}

/// Cargo itself finds the order in which the crates depend on each other.
fn publish(version: &str, execute: bool) -> Result<(), Failure> {
    let tag = format!("v{version}");
    let message = format!("Release {version}");
    let commands: [&[&str]; 4] = [
        &[
            "git",
            "commit",
            "--allow-empty",
            "--all",
            "--message",
            &message,
        ],
        &["git", "tag", "--annotate", &tag, "--message", &message],
        &["cargo", "publish", "--workspace"],
        &["git", "push", "--follow-tags"],
    ];
    if !execute {
        println!("Ready. To publish, run this again with --execute, or:");
    }
    for words in commands {
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        let mut command = Command::new(program);
        command.current_dir(workspace::root()).args(arguments);
        if execute {
            process::run(&mut command)?;
        } else {
            println!("  {}", quoted(words));
        }
    }
    Ok(())
}

fn quoted(words: &[&str]) -> String {
    let quote = |word: &&str| {
        if word.contains(' ') {
            format!("'{word}'")
        } else {
            (*word).to_owned()
        }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}
