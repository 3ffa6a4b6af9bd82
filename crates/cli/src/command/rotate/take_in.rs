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
use super::times;
use crate::ExitCode;

use crate::atomic_file::folder_of;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_input::KeyReader;
use crate::keystore;
use crate::options::NextKeyOptions;
use crate::setting::Origin;

/// Begins a state with the key that is in use.
pub(super) fn take_in(
    folder: &Path,
    gateway: Option<&Gateway>,
    options: &NextKeyOptions,
    reader: &KeyReader,
    console: &Console,
) -> Result<State> {
    let Some(path) = private_key(options).filter(|path| !path.is_dir()) else {
        return Err(Failure::usage(format!(
            "{} has no {} yet; name the key in use with --private-key FILE",
            folder.display(),
            Rotation::FILE_NAME
        )));
    };
    if !is_same(folder_of(path), folder) {
        return Err(Failure::usage(format!(
            "the key {} is not in the folder {}; put it there, where the next keys come too",
            path.display(),
            folder.display()
        )));
    }
    let key = reader.read_any(path)?;
    if key.private_key.is_none() {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!("{} is a public key; name the private key", path.display()),
        ));
    }
    let Some(key_id) = key_id(options).or_else(|| key.own_key_id()) else {
        return Err(Failure::usage(format!(
            "what the key {} is called is not known; give its key identifier with --kid KID",
            path.display()
        )));
    };
    let set_path = set_path(folder, path, options)?;
    let mut set = keystore::open_or_new_set(&set_path)?;
    match (set.is_new(), public_key_of(&set, &key_id)) {
        (true, _) => {
            let algorithm = key.algorithm.or_else(|| {
                gateway?
                    .assertion()
                    .default_algorithm(key.public_key.key_type())
            });
            let plan = Plan::new(options, gateway, &key.public_key, algorithm, false)?;
            let jwk = plan.jwk(&key.public_key, &key_id)?;
            set.document
                .add(&jwk)
                .map_err(|error| keystore::unusable_set(&set_path, &error))?;
            set.save()?;
        }
        (false, Some(public_key)) if *public_key == key.public_key => {
            // What the next key cannot be is said before anything is written.
            let jwk = entry(&set, &key_id).and_then(|entry| entry.jwk().ok());
            let algorithm = jwk.and_then(tokenring_jwk::Jwk::algorithm);
            Plan::new(options, gateway, &key.public_key, algorithm, false)?;
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
    // For how old a key is, its file is the best witness there is.
    let written = fs::metadata(path).and_then(|metadata| metadata.modified());
    let made = written.unwrap_or_else(|_| SystemTime::now());
    let made = Timestamp::from(made).min(times::now()?);
    let name = relative(folder, &set_path);
    let rotation = Rotation::new(name, key_id.clone(), file_name(path), made)
        .map_err(|error| refused(&error))?;
    let state = State {
        folder: folder.to_owned(),
        rotation,
    };
    state.save()?;
    console.say(format_args!("Took in key {key_id}, which signs"));
    Ok(state)
}

/// Lets the key that is named sign where the state's own one cannot: a state that was restored
/// from a backup may be older than the keys.
pub(super) fn adopt(
    state: &mut State,
    options: &NextKeyOptions,
    reader: &KeyReader,
    console: &Console,
) -> Result<()> {
    let Some(path) = private_key(options).filter(|path| path.is_file()) else {
        return Ok(());
    };
    let active = state.rotation.active();
    let own = state.folder.join(active.file());
    let set_path = state.set_path();
    let set = keystore::open_set(&set_path)?;
    let can_sign = own.exists() && entry(&set, active.key_id()).is_some();
    if can_sign || is_same(path, &own) || !is_same(folder_of(path), &state.folder) {
        return Ok(());
    }
    let key = reader.read_any(path)?;
    let key_id = key_id(options).or_else(|| key.own_key_id());
    let in_set = |key_id: &KeyId| public_key_of(&set, key_id) == Some(&key.public_key);
    let Some(key_id) = key_id.filter(in_set).filter(|_| key.private_key.is_some()) else {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "{} is not a private key of the JWK Set {}; name one that is, and its key ID with \
                 --kid if that is not the file's name",
                path.display(),
                set_path.display()
            ),
        ));
    };
    let before = active.key_id().clone();
    let adopted = state
        .rotation
        .adopt(key_id.clone(), file_name(path), times::now()?);
    adopted.map_err(|error| refused(&error))?;
    state.save()?;
    console.say(format_args!(
        "Key {key_id} signs now; key {before}, which the state named, cannot"
    ));
    Ok(())
}

fn private_key(options: &NextKeyOptions) -> Option<&Path> {
    let path = options.rotation.private_key.as_ref();
    path.map(|path| path.value().as_path())
}

fn key_id(options: &NextKeyOptions) -> Option<KeyId> {
    let key_id = options.reading.key_id.as_ref();
    key_id.map(|text| KeyId::new(text.value().as_str()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn file_name(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str());
    name.unwrap_or_default()
}

fn set_path(folder: &Path, key: &Path, options: &NextKeyOptions) -> Result<PathBuf> {
    if let Some(path) = &options.jwk_set {
        // One in a configuration file belongs to that file's folder already.
        let is_resolved = matches!(
            path.origin(),
            Origin::Profile { .. } | Origin::ConfigFile(_)
        );
        let path = path.value();
        let within = folder.join(path);
        if is_resolved {
            return Ok(path.clone());
        }
        if !within.exists() && path.exists() {
            let there = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            return Err(Failure::usage(format!(
                "--jwk-set: there is no {}, as a path without / at its beginning starts in the \
                 folder of the keys; did you mean {}?",
                within.display(),
                there.display()
            )));
        }
        return Ok(within);
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
