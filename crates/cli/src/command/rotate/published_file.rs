//! The JWK Set of a rotation, in its file.

use std::fs;

use tokenring_jwk::{JwkSetEntry, KeyId, PublicKey};
use tokenring_keystore::{FolderLock, SetFile};

use super::state::State;
use crate::ExitCode;
use crate::atomic_file::folder_of;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_folder;
use crate::keystore;
use crate::shell::shell_word;

/// The lock of the JWK Set's folder, where that is another one.
pub(super) fn lock_of_set(state: &State, console: &Console) -> Result<Option<FolderLock>> {
    let set = state.set_path();
    let real = fs::canonicalize(&set).unwrap_or(set);
    let folder = fs::canonicalize(folder_of(&real)).ok();
    match folder {
        Some(folder) if Some(&folder) != fs::canonicalize(&state.folder).ok().as_ref() => {
            keystore::lock_folder(&folder, console).map(Some)
        }
        _ => Ok(None),
    }
}

/// The JWK Set of a rotation, which has the active key in it.
pub(super) fn open_set(state: &State) -> Result<SetFile> {
    let path = state.set_path();
    let set = keystore::open_set(&path).map_err(|failure| match path.exists() {
        true => failure,
        false => failure.with_advice(&remedy(state)),
    })?;
    let active = state.rotation.active().key_id();
    if entry(&set, active).is_none() {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "JWK Set {}: it has no key {active}, which signs; {}",
                path.display(),
                remedy(state)
            ),
        ));
    }
    Ok(set)
}

/// What helps where the JWK Set lacks the key that signs.
fn remedy(state: &State) -> String {
    let active = state.rotation.active();
    let file = state.folder.join(active.file());
    if !file.exists() {
        return key_folder::adoption_advice(&state.folder);
    }
    format!(
        "add it with: tokenring jwks add {} {} --kid={}",
        shell_word(&state.set_path().display().to_string()),
        shell_word(&file.display().to_string()),
        shell_word(active.key_id().as_str())
    )
}

pub(super) fn entry<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s JwkSetEntry> {
    let mut entries = set.document.entries().iter();
    entries.find(|entry| entry.key_id() == Some(key_id))
}

pub(super) fn public_key_of<'s>(set: &'s SetFile, key_id: &KeyId) -> Option<&'s PublicKey> {
    entry(set, key_id)?
        .jwk()
        .ok()
        .map(tokenring_jwk::Jwk::public_key)
}
