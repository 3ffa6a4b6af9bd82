//! The first step of all: a state for a key that is in use.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokenring_gateway::Gateway;
use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Rotation, Timestamp};

use super::making::Plan;
use super::published_file::{entry, public_key_of};
use super::state::{State, refused};
use crate::ExitCode;
use crate::any_key::AnyKey;
use crate::atomic_file::folder_of;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::set_file::{self, SetFile};
use crate::settings::Settings;

/// Begins a state with the key that is in use.
pub(super) fn take_in(
    folder: &Path,
    gateway: Option<&Gateway>,
    settings: &Settings<'_>,
    reader: &KeyReader,
    console: &Console,
) -> Result<State> {
    let path = settings.path("private-key")?.map(|path| path.into_value());
    let Some(path) = path.filter(|path| !path.is_dir()) else {
        return Err(Failure::usage(format!(
            "{} has no {} yet; name the key in use with --private-key FILE",
            folder.display(),
            Rotation::FILE_NAME
        )));
    };
    let same = |one: &Path, other: &Path| match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    if !same(folder_of(&path), folder) {
        return Err(Failure::usage(format!(
            "the key {} is not in the folder {}; put it there, where the next keys come too",
            path.display(),
            folder.display()
        )));
    }
    let key = AnyKey::read(&path, reader)?;
    if key.private_key.is_none() {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!("{} is a public key; name the private key", path.display()),
        ));
    }
    let stated = settings
        .text("kid")?
        .map(|text| KeyId::new(text.into_value()));
    let Some(key_id) = stated.or_else(|| key.own_name()) else {
        return Err(Failure::usage(format!(
            "what the key {} is called is not known; give its key identifier with --kid KID",
            path.display()
        )));
    };
    let set_path = set_path(folder, &path, settings)?;
    let mut set = SetFile::open_or_new(&set_path)?;
    match (set.is_new(), public_key_of(&set, &key_id)) {
        (true, _) => {
            let algorithm = key.algorithm.or_else(|| {
                gateway?
                    .assertion()
                    .default_algorithm(key.public_key.key_type())
            });
            let plan = Plan::read(settings, gateway, &key.public_key, algorithm, false)?;
            let jwk = plan.jwk(&key.public_key, &key_id)?;
            set.document
                .add(&jwk)
                .map_err(|error| set_file::unusable(&set_path, &error))?;
            set.save()?;
        }
        (false, Some(public_key)) if *public_key == key.public_key => {
            // What the next key cannot be is said before anything is written.
            let jwk = entry(&set, &key_id).and_then(|entry| entry.jwk().ok());
            let algorithm = jwk.and_then(tokenring_jwk::Jwk::algorithm);
            Plan::read(settings, gateway, &key.public_key, algorithm, false)?;
        }
        (false, found) => {
            let problem = match found {
                Some(_) => "holds another key under that name",
                None => "does not hold it",
            };
            return Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "the key in use is {key_id}, and {} {problem}, so that it is not what the gateway \
                     has; name the JWK Set that is with --jwk-set, and the key with --kid",
                    set_path.display()
                ),
            ));
        }
    }
    let file = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    // For how old a key is, its file is the best witness there is.
    let written = fs::metadata(&path).and_then(|metadata| metadata.modified());
    let made = written.unwrap_or_else(|_| SystemTime::now());
    let made = Timestamp::from(made).min(super::now()?);
    let name = relative(folder, &set_path);
    let rotation =
        Rotation::new(name, key_id.clone(), file, made).map_err(|error| refused(&error))?;
    let state = State {
        folder: folder.to_owned(),
        rotation,
    };
    state.save()?;
    console.say(format_args!("Took in key {key_id}, which signs"));
    Ok(state)
}

fn set_path(folder: &Path, key: &Path, settings: &Settings<'_>) -> Result<PathBuf> {
    if let Some(path) = settings.path("jwk-set")? {
        return Ok(path.into_value());
    }
    let beside = key.with_extension("json");
    if beside.is_file() {
        return Ok(beside);
    }
    Ok(folder.join("jwks.json"))
}

/// A path as the state file has it: from its folder, where that can be.
fn relative(folder: &Path, path: &Path) -> String {
    let absolute = |path: &Path| {
        let name = path.file_name()?;
        Some(fs::canonicalize(folder_of(path)).ok()?.join(name))
    };
    let (Some(real), Ok(folder)) = (absolute(path), fs::canonicalize(folder)) else {
        return path.display().to_string();
    };
    let inside = real.strip_prefix(folder).unwrap_or(&real);
    inside.display().to_string()
}
