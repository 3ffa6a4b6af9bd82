use std::path::PathBuf;
use std::process::Command;

use crate::builder_paths;
use crate::cargo::cargo;
use crate::failure::{Failure, While};
use crate::process;
use crate::report::Row;
use crate::workspace;

/// Limits on the stripped release binary, in bytes.
const WITH_DEFAULT_FEATURES: f64 = 7e6;
const WITHOUT_FEATURES: f64 = 4.15e6;

/// What every release is built with in addition to its profile.
fn release_flags() -> Vec<String> {
    // Instructions that stand in many places become functions.
    let mut flags = vec!["-Cllvm-args=-enable-machine-outliner=always".to_owned()];
    if cfg!(target_os = "linux") {
        // Leaves out the unwind tables and their index: a release ends where it panics, and has no
        // names left for a trace to show.
        let script = workspace::root().join("xtask/src/binary_size/no_unwind_tables.ld");
        flags.extend([
            "-Clink-arg=-Wl,--no-eh-frame-hdr".to_owned(),
            "-Clink-arg=-T".to_owned(),
            format!("-Clink-arg={}", script.display()),
        ]);
    }
    flags
}

/// Builds the command for release and returns the path of the binary, which holds no path of
/// this machine.
pub(crate) fn build_release(arguments: &[&str]) -> Result<PathBuf, Failure> {
    let host = host()?;
    let mut build = cargo("build");
    build
        .args([
            "--locked",
            "--release",
            "--package",
            "tokenring-cli",
            "--bin",
            "tokenring",
            // With a target named, flags are not for build scripts, which unwind.
            "--target",
            &host,
        ])
        .args(arguments);
    builder_paths::replace(&mut build, &release_flags())?;
    process::run(&mut build)?;
    let name = format!("tokenring{}", std::env::consts::EXE_SUFFIX);
    let path = workspace::target().join(host).join("release").join(name);
    builder_paths::check(&path)?;
    Ok(path)
}

/// The target that the compiler builds for by itself.
fn host() -> Result<String, Failure> {
    let version = process::capture(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure::new("`rustc -vV` names no host"))?;
    Ok(host.to_owned())
}

/// Builds the command for release, small and whole, and measures both binaries.
///
/// The whole one is built last and stays.
pub(crate) fn measure() -> Result<Vec<Row>, Failure> {
    let small = size(&["--no-default-features"])?;
    let whole = size(&[])?;
    let text = |bytes: f64| format!("{:.2} MB", bytes / 1e6);
    Ok(vec![
        Row::at_most(
            "binary, default features",
            WITH_DEFAULT_FEATURES,
            whole,
            text,
        ),
        Row::at_most("binary, no default features", WITHOUT_FEATURES, small, text),
    ])
}

#[expect(clippy::as_conversions, reason = "a size is far below 2^52")]
#[expect(clippy::cast_precision_loss, reason = "a size is far below 2^52")]
fn size(arguments: &[&str]) -> Result<f64, Failure> {
    let path = build_release(arguments)?;
    let length = std::fs::metadata(&path).while_doing(path.display())?.len();
    Ok(length as f64)
}
