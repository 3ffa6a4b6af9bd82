//! Paths of the machine that builds: compilers write them into binaries, for the texts of
//! panics and assertions, and nobody who gets the binary should learn them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, While};
use crate::process;
use crate::workspace;

/// Between the flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\x1f";

/// A folder of this machine, and what a binary has in its place.
struct Replacement {
    path: PathBuf,
    name: &'static str,
}

/// Has the compilers of Rust and C replace the paths of this machine in what they write, and
/// gives the one of Rust these flags too.
pub(crate) fn replace(build: &mut Command, rust_flags: &[String]) -> Result<(), Failure> {
    let replacements = replacements()?;
    let flags = |option: &str, separator: &str, before: Option<String>| {
        let mut flags: Vec<String> = before.into_iter().filter(|text| !text.is_empty()).collect();
        flags.extend(replacements.iter().map(|replacement| {
            let (path, name) = (replacement.path.display(), replacement.name);
            format!("{option}={path}={name}")
        }));
        flags.join(separator)
    };
    let rust = std::env::var("CARGO_ENCODED_RUSTFLAGS").ok().or_else(|| {
        let flags = std::env::var("RUSTFLAGS").ok()?;
        Some(flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR))
    });
    let rust: Vec<String> = rust.into_iter().chain(rust_flags.iter().cloned()).collect();
    let rust = flags("--remap-path-prefix", SEPARATOR, Some(rust.join(SEPARATOR)));
    let c = flags("-ffile-prefix-map", " ", std::env::var("CFLAGS").ok());
    build.env("CARGO_ENCODED_RUSTFLAGS", rust).env("CFLAGS", c);
    Ok(())
}

/// Fails if a file holds a path of this machine.
pub(crate) fn check(file: &Path) -> Result<(), Failure> {
    let bytes = fs::read(file).while_doing(file.display())?;
    for Replacement { path, .. } in replacements()? {
        let needle = format!("{}/", path.display());
        if let Some(text) = find(&bytes, &needle) {
            return Err(Failure::new(format!(
                "{} holds a path of this machine: {text}",
                file.display()
            )));
        }
    }
    Ok(())
}

/// From the widest folder to the narrowest: of several that fit, the last one counts.
fn replacements() -> Result<Vec<Replacement>, Failure> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let under_home = |variable: &str, folder: &str| match std::env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => home.as_ref().map(|home| home.join(folder)),
    };
    let cargo_home = under_home("CARGO_HOME", ".cargo");
    // One folder for each registry. The names of crates say enough, and are shorter.
    let registries = cargo_home
        .iter()
        .filter_map(|folder| fs::read_dir(folder.join("registry/src")).ok())
        .flatten()
        .filter_map(|entry| Some((Some(entry.ok()?.path()), "/crates")));
    let sysroot = process::capture(Command::new("rustc").args(["--print", "sysroot"]))?;
    let folders = [
        (home.clone(), "/home"),
        (Some(workspace::root().to_owned()), "/tokenring"),
        (Some(workspace::target()), "/target"),
        (cargo_home.clone(), "/cargo"),
        (under_home("RUSTUP_HOME", ".rustup"), "/rustup"),
        (Some(PathBuf::from(sysroot.trim())), "/rust"),
    ];
    Ok(folders
        .into_iter()
        .chain(registries)
        .filter_map(|(path, name)| Some((path?, name)))
        // A service account may have `/` as its home, which says nothing of the machine.
        .filter(|(path, _)| path.is_absolute() && path.parent().is_some())
        .map(|(path, name)| Replacement { path, name })
        .collect())
}

/// The text around the first place where a path begins.
fn find(bytes: &[u8], needle: &str) -> Option<String> {
    let start = bytes
        .windows(needle.len())
        .enumerate()
        .find(|(start, window)| {
            // A path is also within a URL that ends in it.
            let before = start.checked_sub(1).and_then(|before| bytes.get(before));
            *window == needle.as_bytes() && !before.is_some_and(u8::is_ascii_alphanumeric)
        })?
        .0;
    let text: Vec<u8> = bytes
        .iter()
        .skip(start)
        .take_while(|byte| byte.is_ascii_graphic())
        .take(120)
        .copied()
        .collect();
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(text: &str, expected: Option<&str>) {
        let found = find(text.as_bytes(), "/folder/builder/");
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn paths_in_a_binary() {
        finds("\0/folder/builder/a.rs\0", Some("/folder/builder/a.rs"));
        finds("x\0y /folder/builder/", Some("/folder/builder/"));
        finds("https://api.example/folder/builder/", None);
        finds("/folder/builders/", None);
        finds("", None);
    }

    #[test]
    fn flags_for_both_compilers() {
        let mut build = Command::new("cargo");
        replace(&mut build, &["-Cstrip=none".to_owned()]).unwrap();
        let value = |name: &str| {
            let mut variables = build.get_envs();
            let (_, value) = variables.find(|(each, _)| *each == name).unwrap();
            value.unwrap().to_str().unwrap().to_owned()
        };
        let rust = value("CARGO_ENCODED_RUSTFLAGS");
        let c = value("CFLAGS");
        let root = workspace::root().display();
        assert!(rust.contains("-Cstrip=none\x1f"));
        assert!(rust.contains(&format!("--remap-path-prefix={root}=/tokenring")));
        assert!(c.contains(&format!("-ffile-prefix-map={root}=/tokenring")));
    }
}
