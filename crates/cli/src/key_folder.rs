//! A folder of keys that are rotated: the one that is active now.

use std::path::Path;
use std::time::Duration;

use tokenring_key_rotation::{Error, Rotation};
use tokenring_keystore::Error as KeystoreError;

use crate::ExitCode;
use crate::failure::Failure;
use crate::keystore;
use crate::shell::shell_word;

/// A key that signs for longer is due to be replaced: a year.
pub(crate) const OLD: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a key or a folder of keys can't be used for.
pub(crate) fn failure(error: &KeystoreError) -> Failure {
    match error {
        KeystoreError::NotRotated { folder } => {
            let text = format!(
                "private key {}: it is a folder without {}; name a key's own file, or have its keys rotated \
                 with: tokenring rotate begin --keys {} --private-key KEY.pem",
                folder.display(),
                Rotation::FILE_NAME,
                shell_word(&folder.display().to_string())
            );
            Failure::new(ExitCode::Configuration, text)
        }
        KeystoreError::Rotation { folder, source } => match source {
            // A state from a backup may be older than the keys.
            Error::Load { path, .. } if !path.exists() => {
                unusable(source).with_advice(&adoption_advice(folder))
            }
            source => unusable(source),
        },
        error => keystore::failure(error),
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

/// What a rotation's state can't be used for.
pub(crate) fn unusable(error: &Error) -> Failure {
    // The text of a key's own error names the file.
    if let Error::Load { source, .. } = error {
        if let Some(error) = source.downcast_ref::<KeystoreError>() {
            return keystore::failure(error);
        }
    }
    Failure::from_error(ExitCode::Configuration, error)
}
