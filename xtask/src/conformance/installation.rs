use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, While};
use crate::steps::Outcome;
use crate::workspace;

/// Written last into a folder, when all is there. Holds the recipe.
const STAMP: &str = ".installed";

/// Where a program is installed, outside the repository.
pub(super) fn folder(name: &str) -> PathBuf {
    workspace::target().join("conformance").join(name)
}

/// Does the work in the program's folder, unless it was done by the same recipe before.
pub(crate) fn once(
    name: &str,
    recipe: &str,
    work: impl FnOnce(&Path) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let folder = folder(name);
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|done| done == recipe) {
        eprintln!("{} is installed", folder.display());
        return Ok(Outcome::Done);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).while_doing(folder.display())?;
    }
    fs::create_dir_all(&folder).while_doing(folder.display())?;
    let outcome = work(&folder)?;
    if matches!(outcome, Outcome::Done) {
        fs::write(&stamp, recipe).while_doing(stamp.display())?;
    }
    Ok(outcome)
}
