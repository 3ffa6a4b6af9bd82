#[cfg(feature = "aws-lc-rs")]
pub(super) mod certificate;
mod convert;
mod ids;
mod show;

pub(super) use self::convert::{asked_algorithm, name_of as convert_name, write as write_new};

use tokenring_keystore::AnyKey;

use crate::ExitCode;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::options::{Effective, KeyViewOptions};
use crate::settings::Settings;

/// Shows, names or converts one key.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "keys ids" => ids::run(&settings.key_view_options()?, console),
        "keys show" => show::run(&settings.key_view_options()?, console),
        "keys convert" => convert::run(&settings.conversion_options()?, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}

fn read_key(options: &KeyViewOptions, console: &Console) -> Result<AnyKey> {
    let reader = KeyReader::new(&options.reading, console)?;
    reader.read_any(&options.path)
}

/// Prints what would be done, where that is asked for.
pub(in crate::command) fn explain(
    explanation: Option<&Effective>,
    steps: impl IntoIterator<Item = String>,
) -> Result<bool> {
    let Some(effective) = explanation else {
        return Ok(false);
    };
    let mut explanation = Explanation::new(effective);
    explanation.section("Action, not done", steps);
    explanation.print()?;
    Ok(true)
}

/// Lines of columns, each as wide as its widest cell.
pub(in crate::command) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(&tokenring_oauth::printable(line.trim_end()).to_string());
        text.push('\n');
    }
    text
}
