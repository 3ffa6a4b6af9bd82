mod change;
mod check;
mod compare;
mod list;

use std::path::PathBuf;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Shows, changes or judges a JWK Set.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "jwks add" => change::add(settings, console),
        "jwks remove" => change::remove(settings, console),
        "jwks merge" => change::merge(settings, console),
        "jwks list" => list::list(settings),
        "jwks show" => list::show(settings),
        "jwks diff" => compare::diff(settings),
        "jwks check" => check::run(settings),
        "jwks verify-published" => compare::verify_published(settings, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}

/// A file that is named without an option.
fn path(settings: &Settings<'_>, name: &str) -> Result<PathBuf> {
    let path = settings.bare(name).map(PathBuf::from);
    path.ok_or_else(|| Failure::usage("the JWK Set's file is missing; name it"))
}

fn paths(settings: &Settings<'_>, name: &str) -> Vec<PathBuf> {
    settings
        .bares(name)
        .into_iter()
        .map(PathBuf::from)
        .collect()
}
