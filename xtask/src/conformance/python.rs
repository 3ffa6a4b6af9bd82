use std::process::Command;

use super::{FOLDER, installation};
use crate::failure::Failure;
use crate::peer::Peer;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// Installs the Python packages of the list.
pub(super) fn install() -> Result<Outcome, Failure> {
    let list = format!("{FOLDER}/requirements.txt");
    installation::once("python", &workspace::read(&list)?, |folder| {
        if let Some(outcome) = Peer::Python.missing() {
            return outcome;
        }
        process::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        process::run(
            Command::new(folder.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(workspace::root().join(list)),
        )?;
        Ok(Outcome::Done)
    })
}
