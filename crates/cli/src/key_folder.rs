//! A folder of keys that are rotated: the one that is active now.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokenring_jwk::{KeyId, PrivateKey};
use tokenring_key_rotation::{ActiveKey, Error, Rotation};

use crate::ExitCode;
use crate::failure::{Failure, Reason, Result};
use crate::key_input::KeyReader;
use crate::shell::shell_word;

/// What a process holds that signs with the active key of a folder.
pub(crate) struct KeyFolder {
    path: PathBuf,
    keys: ActiveKey<Arc<PrivateKey>>,
}

/// The key that is active.
pub(crate) struct Active {
    pub(crate) private_key: Arc<PrivateKey>,
    pub(crate) path: PathBuf,
    pub(crate) key_id: KeyId,
    #[cfg(feature = "diagnosis")]
    pub(crate) made: tokenring_key_rotation::Timestamp,
}

/// A key that signs for longer is due to be replaced: a year.
pub(crate) const OLD: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl KeyFolder {
    pub(crate) fn open(folder: &Path, reader: KeyReader) -> Result<Self> {
        let state = folder.join(Rotation::FILE_NAME);
        if !state.exists() {
            let name = shell_word(&folder.display().to_string());
            return Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "private key {}: it is a folder without {}; name a key's own file, or have its keys rotated \
                     with: tokenring rotate begin --keys {name} --private-key KEY.pem",
                    folder.display(),
                    Rotation::FILE_NAME
                ),
            ));
        }
        let keys = ActiveKey::open(folder, move |path, key| {
            let key = reader.read_as(path, key.key_id());
            let key = key.map_err(|failure| Reason::new(failure.to_string()))?;
            Ok(Arc::new(key))
        });
        Ok(Self {
            path: folder.to_owned(),
            keys: keys.map_err(|error| match &error {
                // A state from a backup may be older than the keys.
                Error::Load { path, .. } if !path.exists() => {
                    unusable(&error).with_advice(&adoption_advice(folder))
                }
                error => unusable(error),
            })?,
        })
    }

    /// The key that is active now, and why it may be the last that was.
    pub(crate) fn current(&self) -> (Active, Option<Failure>) {
        let snapshot = self.keys.current();
        let active = Active {
            private_key: Arc::clone(snapshot.key()),
            path: self.path.join(snapshot.record().file()),
            key_id: snapshot.record().key_id().clone(),
            #[cfg(feature = "diagnosis")]
            made: snapshot.record().made(),
        };
        (active, snapshot.trouble().map(unusable))
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
    match error {
        // The loader's text names the file.
        Error::Load { source, .. } => Failure::new(ExitCode::Configuration, source.to_string()),
        error => Failure::from_error(ExitCode::Configuration, error),
    }
}
