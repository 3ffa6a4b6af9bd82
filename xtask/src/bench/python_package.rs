use std::fs;
use std::path::Path;
use std::process::Command;

use super::gateway::{CLIENT_ID, Gateway, KEY_ID};
use super::statistics::median;
use super::{get_token, resource};
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::process;
use crate::report::Row;
use crate::workspace;

const RUNS: usize = 15;
const SCRIPT: &str = "tests/bench/python_package.py";

/// Measures tokens from memory, and a program's first one beside the script of PyJWT and requests.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let scripts = get_token::python()?;
    let python = python()?;
    let gateway = Gateway::start(&tokenring)?;
    let arguments = |command: &mut Command| {
        command.args([gateway.token_url(), CLIENT_ID, KEY_ID]);
        command.arg(gateway.private_key());
    };
    let root = workspace::root();
    let ours = |what| {
        let mut command = Command::new(&python);
        command.arg(root.join(SCRIPT)).arg(what);
        arguments(&mut command);
        command
    };
    let (mut first, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        first.push(resource::measure(&ours("first"))?.seconds);
        let mut command = Command::new(&scripts);
        command.arg(root.join("tests/bench/get_token.py"));
        arguments(&mut command);
        theirs.push(resource::measure(&command)?.seconds);
    }
    let output = ours("cached").output().while_doing(python.display())?;
    let cached = String::from_utf8_lossy(&output.stdout);
    let cached = cached.trim().parse();
    let cached = cached.map_err(|_| Failure::new(format!("{SCRIPT} prints no seconds")))?;
    Ok(vec![
        Row::at_most(
            "Python package, a token from memory",
            2e-6,
            cached,
            |seconds| format!("{:.2} µs", seconds * 1e6),
        ),
        Row::at_most(
            "Python package, first token, wall time, of 1/3 of the Python script's",
            median(theirs) / 3.0,
            median(first),
            |seconds| format!("{:.1} ms", seconds * 1e3),
        ),
    ])
}

/// A Python with a release build of the package, in an environment of its own.
fn python() -> Result<std::path::PathBuf, Failure> {
    let folder = workspace::target().join("bench/python-package");
    let python = folder.join("bin/python");
    if !python.exists() {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let list = workspace::read("tests/python/requirements.txt")?;
    let maturin = list.lines().find(|line| line.starts_with("maturin=="));
    let maturin = maturin.ok_or_else(|| Failure::new("the list of packages lacks maturin"))?;
    pip(&python, &["--quiet", maturin])?;
    let wheels = folder.join("wheels");
    if wheels.exists() {
        fs::remove_dir_all(&wheels).while_doing(wheels.display())?;
    }
    process::run(
        Command::new(folder.join("bin/maturin"))
            .args([
                "build",
                "--quiet",
                "--locked",
                "--release",
                "--manifest-path",
            ])
            .arg(workspace::root().join("crates/python/Cargo.toml"))
            .arg("--out")
            .arg(&wheels),
    )?;
    let found = format!("--find-links={}", wheels.display());
    let options = [
        "--quiet",
        "--no-index",
        "--force-reinstall",
        &found,
        "tokenring-auth",
    ];
    pip(&python, &options)?;
    Ok(python)
}

fn pip(python: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new(python);
    process::run(command.args(["-m", "pip", "install"]).args(arguments))
}
