mod activate;
mod begin;
mod key_folder;
mod retire;
mod status;
mod times;
mod words;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Takes a step of a rotation, or tells how far it is.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "rotate begin" => begin::run(settings.options()?, console),
        "rotate status" => status::run(settings.options()?),
        "rotate activate" => activate::run(settings.options()?, console),
        "rotate retire" => retire::run(settings.options()?, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
