use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::resource;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::report::Row;
use crate::workspace;

/// Counts what a configuration file costs a command that uses none of its profiles.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let folder = workspace::target().join("bench/configuration");
    fs::create_dir_all(&folder).while_doing(folder.display())?;
    let mut counts = Vec::new();
    for profiles in [0, 1, 200] {
        let path = write(&folder, profiles)?;
        let mut command = Command::new(&tokenring);
        command
            .args(["cache", "list", "--config"])
            .arg(path)
            .arg("--cache-dir")
            .arg(folder.join("cache"));
        counts.push(resource::instructions(&command)?);
    }
    let beyond = |more: usize, fewer: usize| match (counts.get(more), counts.get(fewer)) {
        (Some(more), Some(fewer)) => (more - fewer) / 1e6,
        _ => f64::INFINITY,
    };
    let millions = |millions: f64| format!("{millions:.2} million instructions");
    Ok(vec![
        Row::at_most(
            "a configuration of one profile, beyond an empty one",
            1.0,
            beyond(1, 0),
            millions,
        ),
        Row::at_most(
            "a configuration of 200 profiles, beyond one of one profile",
            8.0,
            beyond(2, 1),
            millions,
        ),
    ])
}

fn write(folder: &Path, profiles: usize) -> Result<PathBuf, Failure> {
    let mut text = String::new();
    for number in 1..=profiles {
        text.push_str(&format!(
            "[profiles.team-{number}]\ngateway = \"nhs\"\nenv = \"int\"\n\
             client-id = \"client-{number}\"\nprivate-key = \"~/keys/team-{number}.pem\"\n\
             kid = \"team-{number}\"\nscope = \"a b\"\n\n"
        ));
    }
    let path = folder.join(format!("{profiles}.toml"));
    fs::write(&path, text).while_doing(path.display())?;
    Ok(path)
}
