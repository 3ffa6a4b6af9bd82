//! Changes of a JWK Set, each of which locks its folder.

use std::path::Path;

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyUse};
use tokenring_keystore::AnyKey;
use tokenring_keystore::SetFile;

use super::super::keys::{convert_name, explain};
use super::{path, paths};
use crate::ExitCode;
use crate::atomic_file::folder_of;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::keystore;
use crate::settings::Settings;
use crate::stated_gateway;

/// Adds the public half of keys.
pub(super) fn add(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let set = path(settings, "set")?;
    let files = paths(settings, "file");
    let replace = settings.flag("replace")?;
    if files.len() > 1 && settings.noted_text("kid")?.is_some() {
        return Err(Failure::usage(
            "--kid is the name of one key; add them one by one, or name them with --kid-scheme",
        ));
    }
    let choice = settings.gateway_choice()?;
    settings.note_all(|effective| choice.add_to(effective));
    let gateway = stated_gateway::read(&choice)?;
    let steps = files.iter().map(|file| {
        format!(
            "add the public half of {} to {}",
            file.display(),
            set.display()
        )
    });
    if explain(settings, steps)? {
        return Ok(ExitCode::Success);
    }
    let reader = KeyReader::new(&settings.key_file_options()?, console)?;
    // Passphrases are asked for before anything is locked.
    let mut keys = Vec::new();
    for file in &files {
        let key = reader.read_any(file)?;
        keys.push(jwk(&key, gateway.as_ref(), settings)?);
    }
    change(&set, console, |file| {
        let mut done = Vec::new();
        for jwk in &keys {
            let document = &mut file.document;
            let name = jwk.key_id().cloned();
            let there = |key_id: &&KeyId| {
                let mut entries = document.entries().iter();
                entries.any(|entry| entry.key_id() == Some(*key_id))
            };
            let changed = match name.as_ref().filter(there) {
                Some(key_id) if replace => document.replace(key_id, jwk),
                _ => document.add(jwk),
            };
            changed.map_err(|error| keystore::unusable_set(&set, &error))?;
            done.push(format!("Added {}", describe(name.as_ref())));
        }
        Ok(done)
    })
}

/// Removes keys.
pub(super) fn remove(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let set = path(settings, "set")?;
    let mut key_ids = Vec::new();
    for text in settings.bares("kids") {
        let text = text.into_string();
        let text = text.map_err(|_| Failure::usage("a key identifier is UTF-8"))?;
        key_ids.push(KeyId::new(text));
    }
    let steps = key_ids
        .iter()
        .map(|key_id| format!("remove {key_id} from {}", set.display()));
    if explain(settings, steps)? {
        return Ok(ExitCode::Success);
    }
    change_existing(&set, console, |file| {
        let mut done = Vec::new();
        for key_id in &key_ids {
            let count = file.document.remove(key_id);
            let count = count.map_err(|error| keystore::unusable_set(&set, &error))?;
            done.push(match count {
                1 => format!("Removed {key_id}"),
                count => format!("Removed {count} keys {key_id}"),
            });
        }
        Ok(done)
    })
}

/// Adds the keys of other sets.
pub(super) fn merge(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let set = path(settings, "set")?;
    let others = paths(settings, "other");
    let steps = others
        .iter()
        .map(|other| format!("add the keys of {} to {}", other.display(), set.display()));
    if explain(settings, steps)? {
        return Ok(ExitCode::Success);
    }
    change(&set, console, |file| {
        let mut done = Vec::new();
        for path in &others {
            let other = keystore::open_set(path)?;
            let count = file.document.merge(&other.document);
            let count = count.map_err(|error| {
                keystore::unusable_set(&set, &error)
                    .while_doing(&format!("with the keys of {}", path.display()))
            })?;
            done.push(format!("Added {count} of {}", path.display()));
        }
        Ok(done)
    })
}

fn change(
    set: &Path,
    console: &Console,
    change: impl FnOnce(&mut SetFile) -> Result<Vec<String>>,
) -> Result<ExitCode> {
    let _lock = keystore::lock_folder(folder_of(&real(set)), console)?;
    let mut file = keystore::open_or_new_set(set)?;
    if file.is_new() {
        console.detail(format_args!("Making {}", file.path().display()));
    }
    write(&mut file, change, console)
}

fn change_existing(
    set: &Path,
    console: &Console,
    change: impl FnOnce(&mut SetFile) -> Result<Vec<String>>,
) -> Result<ExitCode> {
    let _lock = keystore::lock_folder(folder_of(&real(set)), console)?;
    let mut file = keystore::open_set(set)?;
    write(&mut file, change, console)
}

/// Says what was done once it is in the file, and not before.
fn write(
    file: &mut SetFile,
    change: impl FnOnce(&mut SetFile) -> Result<Vec<String>>,
    console: &Console,
) -> Result<ExitCode> {
    let done = change(file)?;
    file.save()?;
    for line in done {
        console.say(line);
    }
    Ok(ExitCode::Success)
}

/// The file that a link leads to is the one that is changed.
fn real(set: &Path) -> std::path::PathBuf {
    std::fs::canonicalize(set).unwrap_or_else(|_| set.to_owned())
}

/// The public half as the set gets it.
fn jwk(key: &AnyKey, gateway: Option<&Gateway>, settings: &Settings<'_>) -> Result<Jwk> {
    let key_type = key.public_key.key_type();
    let algorithm = match settings.noted_text("alg")? {
        Some(name) => Some(
            name.parse("alg", |name| {
                let algorithm: Algorithm = name.parse()?;
                let checked = Jwk::new(key.public_key.clone()).with_algorithm(algorithm);
                checked.map(|_| algorithm)
            })?
            .into_value(),
        ),
        None => key.algorithm.or_else(|| {
            gateway.and_then(|gateway| gateway.assertion().default_algorithm(key_type))
        }),
    };
    let mut jwk = Jwk::new(key.public_key.clone());
    if let Some(algorithm) = algorithm {
        jwk = jwk
            .with_algorithm(algorithm)
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    if let Some(key_id) = convert_name(key, settings)? {
        jwk = jwk.with_key_id(key_id);
    }
    Ok(jwk.with_use(key.key_use.unwrap_or(KeyUse::Signature)))
}

fn describe(key_id: Option<&KeyId>) -> String {
    match key_id {
        Some(key_id) => key_id.to_string(),
        None => "a key without a key ID".into(),
    }
}
