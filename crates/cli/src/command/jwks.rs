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
        "jwks add" => change::add(&settings.key_addition_options()?, console),
        "jwks remove" => change::remove(&settings.key_removal_options()?, console),
        "jwks merge" => change::merge(&settings.set_merge_options()?, console),
        "jwks list" => list::list(&settings.set_list_options()?),
        "jwks show" => list::show(&settings.set_view_options()?),
        "jwks diff" => compare::diff(&settings.set_comparison_options()?),
        "jwks check" => check::run(&settings.set_check_options()?),
        "jwks verify-published" => {
            compare::verify_published(&settings.publication_options()?, console)
        }
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
