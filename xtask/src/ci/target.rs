use std::path::Path;
use std::process::Command;

use crate::process;
use crate::workspace;

/// Whether the standard library for a target is at hand, if need be from `rustup`.
pub(super) fn is_ready(target: &str) -> bool {
    has(target) || add(target)
}

fn has(target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(workspace::root())
        .args(["--print", "target-libdir", "--target", target]);
    process::capture(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).exists())
}

fn add(target: &str) -> bool {
    eprintln!("adding the target {target}");
    let mut rustup = Command::new("rustup");
    rustup
        .current_dir(workspace::root())
        .args(["target", "add", target]);
    process::run(&mut rustup).is_ok()
}
