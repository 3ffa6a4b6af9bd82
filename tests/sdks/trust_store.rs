//! What the mock's README says that a Java program needs.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../crates/mock-gateway/README.md");

/// Runs the command that makes a trust store of `ca.pem` in a folder, and returns Java's properties.
#[track_caller]
pub(crate) fn make(folder: &Path, proxy: &str) -> Vec<String> {
    let row = README
        .lines()
        .find(|line| line.starts_with("| Java |"))
        .unwrap();
    let mut commands = row.split('`').skip(1).step_by(2);
    let output = Command::new("sh")
        .args(["-c", commands.next().unwrap()])
        .current_dir(folder)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let (_, port) = proxy.rsplit_once(':').unwrap();
    let store = format!("={}/ca.p12", folder.display());
    let properties = commands.next().unwrap();
    let properties = properties.replace("8080", port).replace("=ca.p12", &store);
    properties.split(' ').map(str::to_owned).collect()
}
