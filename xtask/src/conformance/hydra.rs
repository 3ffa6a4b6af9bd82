use std::fs;
use std::path::Path;
use std::process::Command;

use super::installation;
use crate::failure::{Failure, While};
use crate::peer::Peer;
use crate::process;
use crate::steps::Outcome;

const MODULE: &str = "github.com/ory/hydra/v2";
/// The module's own file replaces this one, which a build from outside has to repeat.
const REPLACED: &str = "github.com/gobuffalo/pop/v6=\
                        github.com/ory/pop/v6@v6.2.1-0.20241121111754-e5dfc0f3344b";

/// Builds Hydra from its Go module.
pub(super) fn install(version: &str) -> Result<Outcome, Failure> {
    installation::once(&format!("hydra-{version}"), MODULE, |folder| {
        if let Some(outcome) = Peer::Go.missing() {
            return outcome;
        }
        go(folder, &["mod", "init", "peer"])?;
        go(folder, &["mod", "edit", "-replace", REPLACED])?;
        go(folder, &["get", "-tool", &format!("{MODULE}@v{version}")])?;
        let tags = ["-tags", "sqlite,json1"];
        go(
            folder,
            &[&["build"], &tags[..], &["-o", "hydra", MODULE]].concat(),
        )?;
        // A program that is built from a module does not know its version, and Go does.
        let list = ["list", "-m", "-f", "{{.Version}}", MODULE];
        let told = process::capture(Command::new("go").args(list).current_dir(folder))?;
        let told = told.trim().trim_start_matches('v');
        fs::write(folder.join("version.txt"), told).while_doing("version.txt")?;
        Ok(Outcome::Done)
    })
}

fn go(folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    process::run(Command::new("go").args(arguments).current_dir(folder))
}
