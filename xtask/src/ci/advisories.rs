use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::cargo;
use crate::failure::{Failure, While};
use crate::peer;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// Names a folder that holds a clone of RustSec's advisory database.
const VARIABLE: &str = "TOKENRING_ADVISORY_DB";
/// Where cargo-deny looks for the clone: the name of the repository and a hash of its URL.
const CLONE: &str = "advisory-db-3157b0e258782691";
const RULES: &str = "deny.toml";

/// Holds the dependencies against a database of advisories, where one is configured.
///
/// Nothing is fetched: a machine without a network, or whose owner wants no more than the
/// crates themselves from it, goes on without.
pub(super) fn check() -> Result<Outcome, Failure> {
    let database = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
    match database {
        Some(database) => check_against(Path::new(&database)),
        None => Ok(Outcome::NotRun(format!(
            "no advisory database is configured; set {VARIABLE} to a clone of RustSec's"
        ))),
    }
}

fn check_against(database: &Path) -> Result<Outcome, Failure> {
    if !process::succeeds(cargo("deny").arg("--version")) {
        return peer::not_run("`cargo deny` is missing; install cargo-deny".into());
    }
    if !database.join("crates").is_dir() {
        return Err(Failure::new(format!(
            "{VARIABLE}: {} is no advisory database: it has no folder `crates`",
            database.display()
        )));
    }
    let folder = workspace::target().join("advisories");
    fs::create_dir_all(&folder).while_doing(folder.display())?;
    let configuration = configure(database, &folder)?;
    process::run(
        cargo("deny")
            .args(["--offline", "--config"])
            .arg(configuration)
            .args(["check", "advisories"]),
    )?;
    Ok(Outcome::Done)
}

/// Puts the database where cargo-deny finds it by these rules, which are ours but for that.
fn configure(database: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let database = database.canonicalize().while_doing(database.display())?;
    let clone = folder.join(CLONE);
    if clone.symlink_metadata().is_ok() {
        fs::remove_file(&clone).while_doing(clone.display())?;
    }
    std::os::unix::fs::symlink(database, &clone).while_doing(clone.display())?;
    let place = format!("[advisories]\ndb-path = '{}'\n", folder.display());
    let rules = workspace::read(RULES)?.replacen("[advisories]\n", &place, 1);
    let configuration = folder.join(RULES);
    fs::write(&configuration, rules).while_doing(configuration.display())?;
    Ok(configuration)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A database of one advisory, of a package and the first version that is patched.
    fn database(name: &str, package: &str, patched: &str) -> PathBuf {
        let folder = workspace::target().join("tmp").join(name);
        let _ = fs::remove_dir_all(&folder);
        let crates = folder.join("crates").join(package);
        fs::create_dir_all(&crates).unwrap();
        let text = format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2099-0001\"\npackage = \"{package}\"\n\
             date = \"2025-01-01\"\nurl = \"https://advisories.example\"\n\n[versions]\n\
             patched = [\">= {patched}\"]\n```\n\n# Made up\n\nFor a test.\n"
        );
        fs::write(crates.join("RUSTSEC-2099-0001.md"), text).unwrap();
        let author = ["-c", "user.name=test", "-c", "user.email=test@test.example"];
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "--all"],
            &["commit", "--quiet", "--message", "Made up"],
        ] {
            let mut git = Command::new("git");
            git.current_dir(&folder).args(author).args(arguments);
            process::run(&mut git).unwrap();
        }
        folder
    }

    /// In CI too.
    #[test]
    fn no_database() {
        if std::env::var_os(VARIABLE).is_none() {
            assert!(matches!(check(), Ok(Outcome::NotRun(_))));
        }
    }

    #[test]
    fn a_database() {
        if !process::succeeds(cargo("deny").arg("--version")) {
            assert!(!workspace::is_ci(), "cargo-deny is missing");
            eprintln!("NOT RUN: cargo-deny is missing");
            return;
        }
        let vulnerable = database("vulnerable", "ring", "99.0.0");
        assert!(check_against(&vulnerable).is_err());
        let patched = database("patched", "ring", "0.17.0");
        assert!(matches!(check_against(&patched), Ok(Outcome::Done)));
        assert!(check_against(Path::new("missing")).is_err());
    }
}
