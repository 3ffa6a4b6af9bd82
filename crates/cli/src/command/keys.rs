#[cfg(feature = "aws-lc-rs")]
pub(super) mod certificate;
mod convert;
mod ids;
mod show;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Shows, names or converts one key.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "keys ids" => ids::run(&settings.options()?, console),
        "keys show" => show::run(&settings.options()?, console),
        "keys convert" => convert::run(&settings.options()?, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
