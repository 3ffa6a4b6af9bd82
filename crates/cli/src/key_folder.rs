//! A folder of keys that are rotated: the one that is active now.

use std::path::Path;

use tokenring_key_rotation::{Error, Rotation};
use tokenring_keystore::Error as KeystoreError;
use tokenring_text::shell_word;

use crate::{ExitCode, Failure, keystore};

/// What a folder of keys can't be used for.
pub(crate) fn failure(folder: &Path, error: &Error) -> Failure {
    match error {
        Error::NotRotated { .. } => {
            let text = format!(
                "private key {}: it is a folder without {}; name a key's own file, or have its keys rotated \
                 with: tokenring rotate begin --keys {} --private-key KEY.pem",
                folder.display(),
                Rotation::FILE_NAME,
                shell_word(&folder.display().to_string())
            );
            Failure::new(ExitCode::Configuration, text)
        }
        // The text of a key's own error names the file.
        Error::Load { path, source } => {
            let failure = match source.downcast_ref::<KeystoreError>() {
                Some(error) => keystore::failure(error),
                None => Failure::from_error(ExitCode::Configuration, error),
            };
            // A state from a backup may be older than the keys.
            match path.exists() {
                true => failure,
                false => failure.with_advice(&adoption_advice(folder)),
            }
        }
        error => Failure::from_error(ExitCode::Configuration, error),
    }
}

/// What helps where the key that signs is gone.
pub(crate) fn adoption_advice(folder: &Path) -> String {
    format!(
        "put its file back, or name the key that signs now: tokenring rotate begin --keys {} \
         --private-key FILE",
        shell_word(&folder.display().to_string())
    )
}
