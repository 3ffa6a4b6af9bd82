mod change;
mod check;
mod compare;
mod list;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Shows, changes or judges a JWK Set.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "jwks add" => change::add(&settings.options()?, console),
        "jwks remove" => change::remove(&settings.options()?, console),
        "jwks merge" => change::merge(&settings.options()?, console),
        "jwks list" => list::list(&settings.options()?),
        "jwks show" => list::show(&settings.options()?),
        "jwks diff" => compare::diff(&settings.options()?),
        "jwks check" => check::run(&settings.options()?),
        "jwks verify-published" => compare::verify_published(&settings.options()?, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
