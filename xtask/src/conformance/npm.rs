use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::FOLDER;
use crate::failure::{Failure, While};
use crate::peer::{self, Peer};
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// Installs the npm packages of the peers' lock file, unless they are there already.
pub(super) fn install() -> Result<Outcome, Failure> {
    install_in(FOLDER, &peer::node(), 22)
}

/// Installs the npm packages of a folder's lock file, a Node.js of this version or later among them.
pub(super) fn install_in(name: &str, node: &Path, oldest: u32) -> Result<Outcome, Failure> {
    let folder = workspace::root().join(name);
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).while_doing(lock.display())?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted)
        && node_version(node, oldest).is_some()
    {
        eprintln!("{name} is installed as its lock file says");
        return Ok(Outcome::Done);
    }
    if let Some(outcome) = Peer::Npm.missing() {
        return outcome;
    }
    process::run(Command::new("npm").arg("ci").current_dir(&folder))?;
    match node_version(node, oldest) {
        Some(version) => eprintln!("node is {version}"),
        None => {
            return Err(Failure::new(format!(
                "npm's package `node` brought no Node.js of version {oldest} or later in {name}; \
                 are its install scripts switched off?"
            )));
        }
    }
    fs::write(&stamp, wanted).while_doing(stamp.display())?;
    Ok(Outcome::Done)
}

/// The version of the installed Node.js, if it is new enough.
fn node_version(node: &Path, oldest: u32) -> Option<String> {
    let mut command = Command::new(node);
    command.arg("--version").stdin(Stdio::null());
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    let major: u32 = version.strip_prefix('v')?.split('.').next()?.parse().ok()?;
    (major >= oldest).then_some(version)
}
