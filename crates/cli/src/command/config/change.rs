use std::fs;
use std::io;
use std::path::Path;

use tokenring::ProfileFile;

use crate::ExitCode;
use crate::atomic_file;
use crate::config_file::{self, ConfigFile};
use crate::explanation::explain;
use crate::failure::{Failure, Result};
use crate::output;
use crate::setting::Setting;
use crate::settings::Settings;
use crate::settings::value::text_of;

/// Writes a value into the configuration file, if the file is in order with it.
pub(super) fn set(settings: &Settings<'_>) -> Result<ExitCode> {
    let (key, value) = (key(settings)?, word(settings, "value")?);
    let Some(value) = value else {
        return Err(Failure::usage(format!(
            "the value is missing; write it as `tokenring config set {key} VALUE`"
        )));
    };
    if config_file::PAIRS.contains(&key.as_str()) {
        return Err(Failure::usage(format!(
            "{key} holds several values by name; write them into the table [{key}] of the file"
        )));
    }
    let path = settings.configuration_path()?.ok_or_else(super::no_place)?;
    let profile = settings
        .value::<String>("profile")?
        .map(Setting::into_value);
    let place = profile
        .as_deref()
        .map_or_else(String::new, |name| format!("profile {name} of "));
    let step = format!("set {key} in {place}{}", path.display());
    if explain(settings.explanation()?.as_ref(), [step])? {
        return Ok(ExitCode::Success);
    }
    let text = ProfileFile::with_value(
        &config_file::text_of(&path)?,
        profile.as_deref(),
        &key,
        &value,
    )
    .map_err(|fault| {
        let text = format!("{}:{}: {fault}", path.display(), fault.line());
        Failure::new(ExitCode::Configuration, text)
    })?;
    let changed = ConfigFile::with_text(&path, &text, profile.as_deref(), settings.known_names())?;
    let changed = settings.with_config(changed).profile_options();
    changed.and_then(|options| super::check_values(&options))?;
    write(&path, &text)?;
    Ok(ExitCode::Success)
}

/// Prints the value that the configuration file gives.
pub(super) fn get(settings: &Settings<'_>) -> Result<ExitCode> {
    let key = key(settings)?;
    if word(settings, "value")?.is_some() {
        return Err(Failure::usage(format!(
            "`config get` takes no value; to change it: tokenring config set {key} VALUE"
        )));
    }
    let values = settings.configured(&key)?;
    if values.is_empty() {
        let path = settings.configuration_path()?.unwrap_or_default();
        let text = format!("{key} is not set in {}", path.display());
        return Err(Failure::new(ExitCode::Configuration, text));
    }
    let mut text = values.join("\n");
    text.push('\n');
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// Refuses a key where none is wanted.
pub(super) fn check_no_words(settings: &Settings<'_>) -> Result<()> {
    match word(settings, "key")? {
        None => Ok(()),
        Some(_) => Err(Failure::usage(
            "only `config get` and `config set` take a key; leave it out",
        )),
    }
}

fn key(settings: &Settings<'_>) -> Result<String> {
    let Some(key) = word(settings, "key")? else {
        return Err(Failure::usage(
            "the key is missing; write it as in `tokenring config set gateway nhs`",
        ));
    };
    // As it is typed with its dashes elsewhere.
    let key = key.trim_start_matches("--");
    let key = tokenring::Parameter::from_name(key).map_or(key, |parameter| parameter.name());
    let names = (settings.known_names().options)();
    if !names.contains(key) || matches!(key, "config" | "profile") {
        let advice = config_file::key_advice(key, &names);
        return Err(Failure::usage(format!("unknown key {key:?}{advice}")));
    }
    Ok(key.to_owned())
}

fn word(settings: &Settings<'_>, name: &str) -> Result<Option<String>> {
    let word = settings.positionals(name).into_iter().next();
    let word = word.map(|word| text_of(&word));
    word.transpose()
        .map_err(|reason| Failure::usage(reason.to_string()))
}

/// Replaces the file whole. A link keeps leading to it, and who could read it still can.
fn write(path: &Path, text: &str) -> Result<()> {
    let cannot =
        |error: io::Error| Failure::output(format_args!("cannot write {}", path.display()), &error);
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(atomic_file::folder_of(path)).map_err(cannot)?;
            path.to_owned()
        }
        Err(error) => return Err(cannot(error)),
    };
    let staged = atomic_file::stage(&target, text.as_bytes(), mode(&target));
    staged.and_then(|staged| staged.replace()).map_err(cannot)
}

/// The mode that the file has, or that a new one gets.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).map_or(0o600, |metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
const fn mode(_: &Path) -> u32 {
    0o600
}
