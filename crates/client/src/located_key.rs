use std::path::Path;
use std::sync::Arc;

use tokenring_jwk::{KeyId, PrivateKey};
#[cfg(feature = "rotation")]
use tokenring_key_rotation::KeyFolder;
use tokenring_keystore::{
    KeyFileContents, KeyFileReader, KeyPlace, SiblingJwkSet, key_id_of_file_name,
};

#[cfg(feature = "rotation")]
use crate::error::{Cause, chain};
use crate::event::Listener;
use crate::key_naming::parse;
use crate::options::KeyOptions;
use crate::{Error, Target, ValueSource};

/// A private key that was read, before it is known what it is to sign.
pub(crate) struct LocatedKey {
    pub(crate) private_key: Arc<PrivateKey>,
    pub(crate) place: KeyPlace,
    pub(crate) stated: Option<(KeyId, ValueSource)>,
    /// The JWK Set that publishes it, as far as this machine knows.
    pub(crate) jwk_set: Option<SiblingJwkSet>,
    #[cfg(feature = "rotation")]
    pub(crate) folder: Option<Arc<KeyFolder>>,
}

/// What a key is for.
pub(crate) struct KeyContext<'c> {
    pub(crate) target: &'c Target,
    pub(crate) options: &'c KeyOptions,
    /// Whether the gateway's rules count.
    pub(crate) checks_rules: bool,
    pub(crate) listener: &'c Listener,
    /// What is in the key's file, where it was read already.
    pub(crate) contents: Option<&'c KeyFileContents>,
}

impl LocatedKey {
    #[cfg(feature = "rotation")]
    pub(crate) fn find(path: &Path, context: &KeyContext<'_>) -> Result<Self, Error> {
        let reader = reader(context)?;
        if path.as_os_str() != "-" && path.is_dir() {
            let folder = KeyFolder::open(path, reader);
            let folder = folder.map_err(|error| Error::rotation(path, error))?;
            return Self::in_folder(&Arc::new(folder));
        }
        Self::in_file(path, &reader, context.contents)
    }

    #[cfg(not(feature = "rotation"))]
    pub(crate) fn find(path: &Path, context: &KeyContext<'_>) -> Result<Self, Error> {
        Self::in_file(path, &reader(context)?, context.contents)
    }

    /// The key in contents that were given.
    pub(crate) fn in_contents(
        contents: &KeyFileContents,
        context: &KeyContext<'_>,
    ) -> Result<Self, Error> {
        Self::in_file(Path::new(""), &reader(context)?, Some(contents))
    }

    fn in_file(
        path: &Path,
        reader: &KeyFileReader,
        contents: Option<&KeyFileContents>,
    ) -> Result<Self, Error> {
        let loaded = match contents {
            Some(contents) => reader.open(contents),
            None => reader.read(path),
        };
        let loaded = loaded.map_err(Error::key)?;
        let stated = loaded.private_key().stated_key_id();
        let stated = stated.map(|key_id| (key_id.clone(), ValueSource::Key));
        let in_name = || {
            let key_id = loaded.place().path().and_then(key_id_of_file_name)?;
            Some((KeyId::new(key_id), ValueSource::FileName))
        };
        Ok(Self {
            stated: stated.or_else(in_name),
            jwk_set: loaded.place().path().and_then(SiblingJwkSet::find),
            place: loaded.place().clone(),
            private_key: Arc::new(loaded.into_private_key()),
            #[cfg(feature = "rotation")]
            folder: None,
        })
    }

    /// The key of a folder that is active now.
    #[cfg(feature = "rotation")]
    pub(crate) fn in_folder(folder: &Arc<KeyFolder>) -> Result<Self, Error> {
        let active = folder.current();
        if let Some(problem) = active.problem() {
            return Err(Error::Rotation {
                folder: folder.path().to_owned(),
                source: Cause::from(Box::from(chain(problem))),
            });
        }
        Ok(Self {
            stated: Some((active.key_id().clone(), ValueSource::KeyFolder)),
            jwk_set: SiblingJwkSet::read(active.jwk_set()),
            place: KeyPlace::new(active.path()),
            private_key: active.into_private_key(),
            folder: Some(Arc::clone(folder)),
        })
    }

    /// Fails where a key ID was given that the active key of a folder does not have: it would name
    /// the wrong key after the next rotation at the latest.
    #[cfg(feature = "rotation")]
    pub(crate) fn check_key_id(&self, options: &KeyOptions) -> Result<(), Error> {
        let (Some(_), Some((active, _))) = (&self.folder, &self.stated) else {
            return Ok(());
        };
        match &options.key_id {
            Some(given) if !given.is_empty() && given != active.as_str() => {
                let reason = crate::error::Reason::new(format!(
                    "the keys of a folder have names of their own, and the one that signs is {}; \
                     leave it out",
                    active.as_str()
                ));
                Err(Error::invalid(crate::Parameter::KeyId, reason))
            }
            _ => Ok(()),
        }
    }
}

/// What it takes to read private keys.
fn reader(context: &KeyContext<'_>) -> Result<KeyFileReader, Error> {
    let options = context.options;
    let listener = context.listener.clone();
    let mut reader =
        KeyFileReader::new().with_event_handler(move |event| listener.tell_of_key(event));
    if let Some(key_id) = options.key_id.as_deref().filter(|text| !text.is_empty()) {
        reader = reader.with_key_id(parse(key_id)?);
    }
    if let Some(passphrase) = &options.passphrase {
        reader = reader.with_passphrase(passphrase.clone());
    }
    Ok(reader)
}
