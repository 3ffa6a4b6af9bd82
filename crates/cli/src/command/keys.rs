#[cfg(feature = "x509")]
pub(super) mod certificate;
mod convert;
mod ids;
mod show;

pub(super) use self::convert::{name_of as convert_name, write as write_new};

use std::path::PathBuf;

use tokenring_keystore::AnyKey;

use crate::ExitCode;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result};
use crate::key_input::KeyReader;
use crate::settings::Settings;

/// Shows, names or converts one key.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "keys ids" => ids::run(settings, console),
        "keys show" => show::run(settings, console),
        "keys convert" => convert::run(settings, console),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}

fn read_path(settings: &Settings<'_>) -> Result<PathBuf> {
    let file = settings.bare("file").map(PathBuf::from);
    file.ok_or_else(|| Failure::usage("the key's file is missing; name it"))
}

fn read_key(settings: &Settings<'_>, console: &Console) -> Result<AnyKey> {
    let reader = KeyReader::new(&settings.key_file_options()?, console)?;
    reader.read_any(&read_path(settings)?)
}

/// Whether JSON is asked for.
pub(in crate::command) fn read_format(settings: &Settings<'_>) -> Result<bool> {
    let Some(name) = settings.noted_text("format")? else {
        return Ok(false);
    };
    let is_json = name.parse("format", |name| match name.as_str() {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err(Reason::new(format!(
            "unknown format {name:?}; use text or json"
        ))),
    })?;
    Ok(is_json.into_value())
}

/// Prints what would be done, where that is asked for.
pub(in crate::command) fn explain(
    settings: &Settings<'_>,
    steps: impl IntoIterator<Item = String>,
) -> Result<bool> {
    if !settings.flag("explain")? {
        return Ok(false);
    }
    let mut explanation = Explanation::new(&settings.noted());
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
