//! The first step of all: a state for a key that is in use.

use std::fs;
use std::path::{Path, PathBuf};

use tokenring_jwk::{Jwk, KeyId};
use tokenring_keystore::atomic_file::folder_of;
use tokenring_keystore::{AnyKey, Error as KeystoreError, SetFile};

use crate::folder_state::{FolderState, entry, public_key_of};
use crate::next_key::jwk;
use crate::{Error, Event, NextKey, Rotation, RotationDriver, Timestamp};

/// Begins a state with the key that is in use.
pub(crate) fn take_in(
    driver: &RotationDriver,
    next: &NextKey,
    now: Timestamp,
) -> Result<FolderState, Error> {
    let folder = driver.folder();
    let Some(path) = next.key_in_use.as_deref().filter(|path| !path.is_dir()) else {
        return Err(Error::NoKeyInUse {
            folder: folder.to_owned(),
        });
    };
    if !is_same(folder_of(path), folder) {
        return Err(Error::OutsideFolder {
            path: path.to_owned(),
            folder: folder.to_owned(),
        });
    }
    let key = read(driver, path)?;
    if key.private_key.is_none() {
        return Err(Error::PublicKey {
            path: path.to_owned(),
        });
    }
    let Some(key_id) = key_id(next, &key) else {
        return Err(Error::UnknownKeyId {
            path: path.to_owned(),
        });
    };
    let set_path = set_path(folder, path, next);
    publish(driver, next, &key, &key_id, &set_path)?;
    // For how old a key is, its file is the best witness there is.
    let written = fs::metadata(path).and_then(|metadata| metadata.modified());
    let made = written.map_or(now, |written| Timestamp::from(written).min(now));
    let name = relative(folder, &set_path);
    let state = FolderState {
        folder: folder.to_owned(),
        rotation: Rotation::new(name, key_id.clone(), file_name(path), made)?,
    };
    state.save()?;
    driver.report(&Event::TakenIn { key_id: &key_id });
    Ok(state)
}

/// Makes sure that the JWK Set has the key in use, and says what the next key cannot be before
/// anything is written.
fn publish(
    driver: &RotationDriver,
    next: &NextKey,
    key: &AnyKey,
    key_id: &KeyId,
    path: &Path,
) -> Result<(), Error> {
    let mut set = SetFile::open_or_new(path, &|event| driver.report(&Event::Files(event)))?;
    match (set.is_new(), public_key_of(&set, key_id)) {
        (true, _) => {
            let preferred = || next.preferred(key.public_key.key_type());
            let algorithm = key.algorithm.or_else(preferred);
            next.kind(&key.public_key, algorithm)?;
            let jwk = jwk(&key.public_key, key_id, algorithm)?;
            let added = set.document.add(&jwk);
            added.map_err(|source| unusable_set(path, source))?;
            set.save()?;
            Ok(())
        }
        (false, Some(public_key)) if *public_key == key.public_key => {
            let jwk = entry(&set, key_id).and_then(|entry| entry.jwk().ok());
            next.kind(&key.public_key, jwk.and_then(Jwk::algorithm))?;
            Ok(())
        }
        (false, found) => Err(Error::KeyInUseNotInSet {
            key_id: key_id.clone(),
            jwk_set: path.to_owned(),
            has_other: found.is_some(),
        }),
    }
}

/// Lets the key that is named sign where the state's own one cannot: a state that was restored
/// from a backup may be older than the keys.
pub(crate) fn adopt(
    state: &mut FolderState,
    driver: &RotationDriver,
    next: &NextKey,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(path) = next.key_in_use.as_deref().filter(|path| path.is_file()) else {
        return Ok(());
    };
    let active = state.rotation.active();
    let own = state.key_path(active);
    let set = state.read_set(driver)?;
    let can_sign = own.exists() && entry(&set, active.key_id()).is_some();
    if can_sign || is_same(path, &own) || !is_same(folder_of(path), &state.folder) {
        return Ok(());
    }
    let key = read(driver, path)?;
    let in_set = |key_id: &KeyId| public_key_of(&set, key_id) == Some(&key.public_key);
    let key_id = key_id(next, &key).filter(in_set);
    let Some(key_id) = key_id.filter(|_| key.private_key.is_some()) else {
        return Err(Error::NotAdoptable {
            path: path.to_owned(),
            jwk_set: state.set_path(),
        });
    };
    let former = active.key_id().clone();
    let file = file_name(path);
    state.rotation.adopt(key_id.clone(), file, now)?;
    state.save()?;
    driver.report(&Event::Adopted {
        key_id: &key_id,
        former: &former,
    });
    Ok(())
}

pub(crate) fn read(driver: &RotationDriver, path: &Path) -> Result<AnyKey, Error> {
    let reader = driver.reader();
    Ok(AnyKey::from_contents(
        &reader.read_contents(path)?,
        &reader,
    )?)
}

pub(crate) fn unusable_set(path: &Path, source: tokenring_jwk::Error) -> Error {
    Error::from(KeystoreError::Set {
        path: path.to_owned(),
        source,
    })
}

fn key_id(next: &NextKey, key: &AnyKey) -> Option<KeyId> {
    let key_id = next.key_id_in_use.clone();
    key_id.or_else(|| key.own_key_id())
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

fn set_path(folder: &Path, key: &Path, next: &NextKey) -> PathBuf {
    let sibling = key.with_extension("json");
    match &next.jwk_set {
        Some(path) => folder.join(path),
        None if sibling.is_file() => sibling,
        None => folder.join("jwks.json"),
    }
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
