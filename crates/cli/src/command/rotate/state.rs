//! The state file of a folder of keys, and what goes with it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error, Rotation};

use crate::ExitCode;
use crate::atomic_file::{self, PUBLIC, Staged};
use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::key_folder;
use crate::options::RotationOptions;
use crate::shell::shell_word;

/// A rotation and the folder that it is of.
pub(super) struct State {
    pub(super) folder: PathBuf,
    pub(super) rotation: Rotation,
}

impl State {
    /// Reads the state of a folder whose keys are rotated already.
    pub(super) fn load(folder: &Path) -> Result<Self> {
        match Self::find(folder)? {
            Some(state) => Ok(state),
            None => Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "{} has no {} yet; begin with: tokenring rotate begin --private-key {}",
                    folder.display(),
                    Rotation::FILE_NAME,
                    shell_word(&folder.join("KEY.pem").display().to_string())
                ),
            )),
        }
    }

    /// Reads the state of a folder, if there is one.
    pub(super) fn find(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(Rotation::FILE_NAME);
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let text = bounded_file::read_text(&path, Rotation::LARGEST_FILE).map_err(|source| {
            let is_damaged = source.kind() == ErrorKind::InvalidData;
            let failure = key_folder::unusable(&Error::Read {
                path: path.clone(),
                source,
            });
            match is_damaged {
                true => failure.with_advice(&remedy(folder)),
                false => failure,
            }
        })?;
        let rotation = Rotation::parse(&text).map_err(|error| {
            key_folder::unusable(&error)
                .while_doing(&path.display().to_string())
                .with_advice(&remedy(folder))
        })?;
        Ok(Some(Self {
            folder: folder.to_owned(),
            rotation,
        }))
    }

    /// Writes the state: every reader sees the one before or this one.
    pub(super) fn save(&self) -> Result<()> {
        let path = self.path();
        let text = self.rotation.to_json();
        atomic_file::stage(&path, text.as_bytes(), PUBLIC)
            .and_then(Staged::replace)
            .map_err(|error| {
                Failure::output(format_args!("cannot write {}", path.display()), &error)
            })?;
        atomic_file::sync_folder(&self.folder);
        Ok(())
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(Rotation::FILE_NAME)
    }

    /// Where the JWK Set is that gets published.
    pub(super) fn set_path(&self) -> PathBuf {
        self.folder.join(self.rotation.jwk_set())
    }

    /// What gives up a new key that can't be used.
    pub(super) fn give_up_advice(&self, key_id: &KeyId) -> String {
        format!(
            "put its file back, or give the key up: tokenring rotate retire {} --kid={}",
            self.option(),
            shell_word(key_id.as_str())
        )
    }

    /// The option that names this folder, for commands that people are told.
    pub(super) fn option(&self) -> String {
        format!("--keys {}", shell_word(&self.folder.display().to_string()))
    }
}

/// The folder of the keys: as it is named, else that of the private key.
pub(super) fn folder(options: &RotationOptions) -> Result<PathBuf> {
    let folder = match &options.keys {
        Some(folder) => folder.value().clone(),
        None => match &options.private_key {
            Some(path) if path.value().is_dir() => path.value().clone(),
            Some(path) => atomic_file::folder_of(path.value()).to_owned(),
            None => {
                return Err(Failure::usage(
                    "the folder of the keys is missing; name it with --keys FOLDER, or a key in it \
                     with --private-key FILE",
                ));
            }
        },
    };
    match fs::metadata(&folder) {
        Ok(metadata) if metadata.is_dir() => Ok(folder),
        Ok(_) => Err(Failure::new(
            ExitCode::Configuration,
            format!("{} is no folder; name that of the keys", folder.display()),
        )),
        Err(error) => Err(Failure::new(
            ExitCode::Configuration,
            format!("{} cannot be read: {error}", folder.display()),
        )),
    }
}

/// What helps where the state file is damaged.
fn remedy(folder: &Path) -> String {
    format!(
        "restore it from a backup, or move it away and begin again, naming the key that signs: \
         tokenring rotate begin --keys {} --private-key FILE",
        shell_word(&folder.display().to_string())
    )
}

/// What a step of the library refuses.
pub(super) fn refused(error: &Error) -> Failure {
    let code = match error {
        Error::TooEarly { .. } | Error::NotPublished { .. } => ExitCode::RuleBroken,
        Error::FileName { .. }
        | Error::TooLong { .. }
        | Error::UsedKeyId { .. }
        | Error::UnknownKey { .. } => ExitCode::Usage,
        _ => ExitCode::Configuration,
    };
    Failure::from_error(code, error)
}
