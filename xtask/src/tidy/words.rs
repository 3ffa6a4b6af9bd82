use super::Problems;
use crate::failure::{Failure, While};
use crate::workspace;

/// Text that ties a file to one machine or to the place where packages are fetched.
///
/// Written in parts, so that this file does not hold what it looks for.
const MACHINE_TEXT: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("files.", "pythonhosted"),
    concat!("pypi.", "org/simple"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
];

/// Checks the text of every file.
pub(super) fn check(files: &[String], problems: &mut Problems) -> Result<(), Failure> {
    for path in files {
        let bytes = std::fs::read(workspace::root().join(path)).while_doing(path)?;
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            for word in MACHINE_TEXT.iter().filter(|word| line.contains(**word)) {
                problems.add(
                    &format!("{path}:{}", index + 1),
                    format!("holds `{word}`, which only one machine has"),
                );
            }
        }
    }
    Ok(())
}
