use std::fs;
use std::path::Path;
use std::process::Command;

use clap_complete::Shell;
use ring::digest::{SHA256, digest};

use crate::arguments::Arguments;
use crate::binary_size;
use crate::cargo::LINUX;
use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

/// Files of the root that go with the binary.
const DOCUMENTS: &[&str] = &["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Builds what is handed out: the binary, its pages and completions, packed.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let binary = binary_size::build_release(&[])?;
    let dist = workspace::root().join("dist");
    let name = format!("tokenring-{}-{LINUX}", workspace::version());
    let folder = dist.join(&name);
    if dist.exists() {
        fs::remove_dir_all(&dist).while_doing(dist.display())?;
    }
    create(&folder)?;
    copy(&binary, &folder.join("tokenring"))?;
    for document in DOCUMENTS {
        copy(&workspace::root().join(document), &folder.join(document))?;
    }
    manual_pages(&folder.join("man"))?;
    completions(&folder.join("completions"))?;
    let archive = format!("{name}.tar.gz");
    pack(&dist, &name, &archive)?;
    checksum(&dist, &archive)?;
    println!("{}", dist.join(archive).display());
    Ok(())
}

fn manual_pages(folder: &Path) -> Result<(), Failure> {
    create(folder)?;
    clap_mangen::generate_to(tokenring_cli::command(), folder).while_doing("manual pages")
}

fn completions(folder: &Path) -> Result<(), Failure> {
    create(folder)?;
    let mut command = tokenring_cli::command();
    for shell in [
        Shell::Bash,
        Shell::Elvish,
        Shell::Fish,
        Shell::PowerShell,
        Shell::Zsh,
    ] {
        clap_complete::generate_to(shell, &mut command, "tokenring", folder)
            .while_doing(format!("completions for {shell}"))?;
    }
    Ok(())
}

/// Packs in an order and with owners that do not depend on the machine.
fn pack(dist: &Path, name: &str, archive: &str) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root())
        .args(["log", "-1", "--format=%ct"]);
    let time = process::capture(&mut git)?;
    process::run(
        Command::new("tar")
            .current_dir(dist)
            .args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
            .arg(format!("--mtime=@{}", time.trim()))
            .args(["--use-compress-program=gzip -n", "-cf", archive, name]),
    )
}

/// Writes the checksum in the form that `sha256sum --check` reads.
fn checksum(dist: &Path, archive: &str) -> Result<(), Failure> {
    let bytes = fs::read(dist.join(archive)).while_doing(archive)?;
    let mut line = String::new();
    for byte in digest(&SHA256, &bytes).as_ref() {
        line.push_str(&format!("{byte:02x}"));
    }
    line.push_str(&format!("  {archive}\n"));
    fs::write(dist.join("SHA256SUMS"), line).while_doing("SHA256SUMS")
}

fn create(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).while_doing(folder.display())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).while_doing(from.display())?;
    Ok(())
}
