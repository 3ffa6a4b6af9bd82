//! Vendors' SDKs that CI does not run, an ecosystem each.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{FOLDER, installation, npm};
use crate::failure::{Failure, While};
use crate::peer::Peer;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// pymaskinporten asks for this version, the others for less.
const OLDEST_PYTHON: &str = "import sys; sys.exit(sys.version_info < (3, 13))";
const PYTHONS: [&str; 3] = ["python3", "python3.14", "python3.13"];

/// The packages of npm's lock file, with a Node.js of their own.
pub(super) fn install_npm() -> Result<Outcome, Failure> {
    let folder = format!("{FOLDER}/sdk/npm");
    let node = workspace::root()
        .join(&folder)
        .join("node_modules/.bin/node");
    npm::install_in(&folder, &node, 24)
}

/// The packages of PyPI.
pub(super) fn install_python() -> Result<Outcome, Failure> {
    let list = format!("{FOLDER}/sdk/python/requirements.txt");
    installation::once("sdk-python", &workspace::read(&list)?, |folder| {
        let is_new =
            |name: &&str| process::succeeds(Command::new(name).args(["-c", OLDEST_PYTHON]));
        let Some(python) = PYTHONS.into_iter().find(is_new) else {
            let why = "no Python 3.13 or later among the programs; install one";
            return Ok(Outcome::NotRun(why.to_owned()));
        };
        process::run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
        process::run(
            Command::new(folder.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(workspace::root().join(list)),
        )?;
        Ok(Outcome::Done)
    })
}

/// One program with Go's modules in it.
pub(super) fn install_go() -> Result<Outcome, Failure> {
    let source = format!("{FOLDER}/sdk/go");
    let read = |file: &str| workspace::read(format!("{source}/{file}"));
    let recipe = [read("main.go")?, read("go.mod")?, read("go.sum")?].concat();
    installation::once("sdk-go", &recipe, |folder| {
        if let Some(outcome) = Peer::Go.missing() {
            return outcome;
        }
        process::run(
            Command::new("go")
                .args(["build", "-mod=readonly", "-o"])
                .arg(folder.join("sdks"))
                .arg(".")
                .current_dir(workspace::root().join(&source)),
        )?;
        Ok(Outcome::Done)
    })
}

/// One program with Maven's artifacts beside it.
pub(super) fn install_java() -> Result<Outcome, Failure> {
    let source = format!("{FOLDER}/sdk/java");
    let main = "src/main/java/peer/Sdks.java";
    let read = |file: &str| workspace::read(format!("{source}/{file}"));
    let (pom, class) = (read("pom.xml")?, read(main)?);
    installation::once("sdk-java", &format!("{pom}{class}"), |folder| {
        for peer in [Peer::JavaCompiler, Peer::Maven] {
            if let Some(outcome) = peer.missing() {
                return outcome;
            }
        }
        let copy = folder.join(main);
        let parent = copy.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).while_doing(parent.display())?;
        fs::write(&copy, &class).while_doing(copy.display())?;
        fs::write(folder.join("pom.xml"), &pom).while_doing("pom.xml")?;
        process::run(
            Command::new("mvn")
                .args(["--quiet", "--batch-mode", "package"])
                .current_dir(folder),
        )?;
        Ok(Outcome::Done)
    })
}
