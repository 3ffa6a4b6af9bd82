//! A key of the folder, compared with what the JWK Set says of it.

use tokenring_jwk::{KeyFile, any};
use tokenring_key_rotation::RotatingKey;

use super::published_file::{open_set, public_key_of};
use super::state::State;
use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::key_input::{self, KeyReader};
use crate::keystore;

/// Fails where this key could not sign. One that is encrypted is opened only where its
/// passphrase is at hand.
pub(super) fn check(
    state: &State,
    key: &RotatingKey,
    what: &str,
    reader: &KeyReader,
) -> Result<()> {
    let path = state.folder.join(key.file());
    let contents = key_input::contents(&path)?;
    if KeyFile::new(contents.secret()).is_encrypted() && !reader.passphrase().is_stated() {
        return Ok(());
    }
    let unusable = |text: String| {
        let text = format!("the {what} key {}: {text}", path.display());
        Failure::new(ExitCode::Configuration, text)
    };
    let key_id = key.key_id();
    let private_key = reader.read_as(&path, key_id)?;
    let public_key = any::public_key(&private_key).map_err(|error| unusable(error.to_string()))?;
    // While a new key is activated, the set may lack the one that signs until then.
    let set = keystore::open_set(&state.set_path())?;
    if public_key_of(&set, key_id) == Some(&public_key) {
        return Ok(());
    }
    open_set(state)?;
    Err(unusable(format!(
        "its public half is not the {key_id} of the JWK Set {}; put the files back as they were made",
        set.path().display()
    )))
}
