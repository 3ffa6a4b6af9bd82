use std::fs;
use std::process::{Command, Stdio};

use super::FOLDER;
use crate::failure::{Failure, While};
use crate::peer::{self, Peer};
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// Installs the npm packages of the lock file, unless they are there already.
pub(super) fn install() -> Result<Outcome, Failure> {
    let folder = workspace::root().join(FOLDER);
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).while_doing(lock.display())?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && node_version().is_some() {
        eprintln!("{FOLDER} is installed as its lock file says");
        return Ok(Outcome::Done);
    }
    if let Some(outcome) = Peer::Npm.missing() {
        return outcome;
    }
    process::run(Command::new("npm").arg("ci").current_dir(&folder))?;
    match node_version() {
        Some(version) => eprintln!("node is {version}"),
        None => {
            return Err(Failure::new(format!(
                "npm's package `node` brought no Node.js of version 22 or later in {FOLDER}; \
                 are its install scripts switched off?"
            )));
        }
    }
    fs::write(&stamp, wanted).while_doing(stamp.display())?;
    Ok(Outcome::Done)
}

/// The version of the installed Node.js, if it is new enough for the peer.
fn node_version() -> Option<String> {
    let mut command = Command::new(peer::node());
    command.arg("--version").stdin(Stdio::null());
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    let major: u32 = version.strip_prefix('v')?.split('.').next()?.parse().ok()?;
    (major >= 22).then_some(version)
}
