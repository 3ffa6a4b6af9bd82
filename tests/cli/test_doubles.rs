//! The pages on pytest, Vitest and JUnit do what they say: their files, run by their tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::peer;
use integration_tests::scratch::Scratch;

/// Writes every file of a page, each a line with its name in code and a block behind it.
fn files(page: &str) -> Scratch {
    let folder = Scratch::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mock-gateway/docs");
    let text = std::fs::read_to_string(path.join(page)).unwrap();
    let mut written = 0;
    let mut rest = text.as_str();
    while let Some((before, block)) = rest.split_once(":\n\n```") {
        let (_, block) = block.split_once('\n').unwrap();
        let (block, after) = block.split_once("```").unwrap();
        rest = after;
        let line = before.lines().last().unwrap_or_default();
        let Some((name, _)) = line.strip_prefix('`').and_then(|line| line.split_once('`')) else {
            continue;
        };
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, block).unwrap();
        written += 1;
    }
    assert!(written >= 3, "{page}: {written} files");
    folder
}

/// Runs a tool in the folder, with the command under its usual name, and expects so many tests to
/// pass.
#[track_caller]
fn check(folder: &Scratch, tool: &Path, arguments: &[&str], passed: &str) {
    let binaries = folder.path().join("bin");
    std::fs::create_dir(&binaries).unwrap();
    let tokenring = env!("CARGO_BIN_EXE_tokenring-under-test");
    std::os::unix::fs::symlink(tokenring, binaries.join("tokenring")).unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", binaries.display()))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let text = text.concat();
    assert!(output.status.success(), "{text}");
    assert!(text.contains(passed), "{text}");
}

#[test]
fn pytest() {
    let Some(tool) = installed(&target().join("conformance/python/bin/pytest")) else {
        return;
    };
    let folder = files("pytest.md");
    check(
        &folder,
        &tool,
        &["-q", "-p", "no:cacheprovider"],
        "3 passed",
    );
}

#[test]
fn vitest() {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/node_modules");
    let node = installed(&modules.join(".bin/node"));
    let tool = installed(&modules.join("vitest/vitest.mjs"));
    let (Some(node), Some(tool)) = (node, tool) else {
        return;
    };
    let folder = files("vitest.md");
    std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).unwrap();
    std::fs::write(folder.path().join("package.json"), r#"{"type":"module"}"#).unwrap();
    let arguments = [tool.to_str().unwrap(), "run"];
    check(&folder, &node, &arguments, "3 passed");
}

#[test]
fn junit() {
    let found = peer::find("mvn", "--version", "install Maven").is_some();
    if !found || peer::find("javac", "-version", "install a JDK, 17 or later").is_none() {
        return;
    }
    let folder = files("junit.md");
    let arguments = ["--batch-mode", "--no-transfer-progress", "test"];
    check(
        &folder,
        Path::new("mvn"),
        &arguments,
        "Tests run: 3, Failures: 0",
    );
}

fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    target.map_or_else(own, PathBuf::from)
}

fn installed(tool: &Path) -> Option<PathBuf> {
    if tool.exists() {
        return Some(tool.to_owned());
    }
    let tool = tool.display();
    peer::not_run(&format!(
        "`{tool}` is missing; run `cargo xtask conformance`"
    ));
    None
}
