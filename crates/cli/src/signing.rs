//! The key that signs, from settings to a signer.

use std::cell::OnceCell;
#[cfg(feature = "diagnosis")]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokenring_jwk::{
    Algorithm, Error, KeyId, PrivateKey, PublicKey, SignError, Signature, Signer, any,
};
#[cfg(feature = "keys")]
use tokenring_keystore::{FolderKey, KeyFolder};

use crate::ExitCode;
#[cfg(feature = "keys")]
use crate::away_key::AwayKey;
use crate::console::Console;
use crate::endpoint::Target;
#[cfg(feature = "keys")]
use crate::failure::Reason;
use crate::failure::{Failure, Result, chain};
#[cfg(feature = "keys")]
use crate::key_folder;
use crate::key_id::{Naming, Signed};
use crate::key_input::{self, KeyReader};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;
use crate::signing_algorithm;

/// A private key that is read, or that stays away, and the identifier that it goes by.
///
/// Loading it into a provider checks it in full, which takes milliseconds: that
/// waits until something is signed.
pub(crate) struct Key {
    material: Material,
    /// What people call it.
    name: String,
    #[cfg(any(feature = "diagnosis", feature = "keys"))]
    path: Option<PathBuf>,
    algorithm: Setting<Algorithm>,
    public_key: PublicKey,
    naming: Naming,
    signer: OnceCell<Box<dyn Signer>>,
    /// The folder whose active key this was.
    #[cfg(feature = "keys")]
    folder: Option<Arc<KeyFolder>>,
}

enum Material {
    Here(Arc<PrivateKey>),
    #[cfg(feature = "keys")]
    Away(AwayKey),
}

/// A key that was found, before it is known what it is to sign.
struct Found {
    private_key: Arc<PrivateKey>,
    path: PathBuf,
    stated: Option<Setting<KeyId>>,
    #[cfg(feature = "keys")]
    folder: Option<Arc<KeyFolder>>,
}

impl Key {
    /// Finds the private key that the settings name.
    pub(crate) fn read(
        target: &Target,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        #[cfg(feature = "keys")]
        if let Some(away) = AwayKey::read(settings)? {
            return Self::from_away(away, target, settings, console);
        }
        let path = settings.noted_path("private-key")?;
        #[cfg(feature = "keys")]
        if path.is_none() && settings.flag("signing-input")? {
            let away = AwayKey::elsewhere(settings)?;
            return Self::from_away(away, target, settings, console);
        }
        let Some(path) = path else {
            return Err(Failure::usage(
                "the private key is missing; name its file with --private-key FILE, or pipe it \
                 in with --private-key -",
            ));
        };
        let options = settings.key_file_options()?;
        settings.note_all(|effective| options.add_to(effective));
        let reader = KeyReader::new(&options, console)?;
        let found = Found::read(path.into_value(), reader)?;
        Self::from_found(found, target, settings, console)
    }

    /// The key that is active now, if that is another one than this.
    #[cfg(feature = "keys")]
    pub(crate) fn successor(
        &self,
        target: &Target,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Option<Self>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let active = folder.current();
        if let Some(problem) = key_folder::problem(&active) {
            return Err(problem);
        }
        if self.path.as_deref() == Some(active.path()) {
            return Ok(None);
        }
        let found = Found::active(active, Arc::clone(folder));
        Self::from_found(found, target, settings, console).map(Some)
    }

    fn from_found(
        found: Found,
        target: &Target,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        #[cfg(feature = "keys")]
        found.check_name(settings)?;
        let private_key = &found.private_key;
        let stated = private_key.stated_algorithm();
        let algorithm = signing_algorithm::read(target, private_key.key_type(), stated, settings)?;
        let name = key_input::name(&found.path);
        let signer = OnceCell::new();
        let public_key = match private_key.stated_public_key() {
            Some(public_key) => public_key.clone(),
            None => {
                let loaded = any::SigningKey::new(private_key, *algorithm.value())
                    .map_err(|error| unusable(&name, &error))?;
                let public_key = loaded.public_key().clone();
                // The cell is new, and so empty.
                let loaded: Box<dyn Signer> = Box::new(loaded);
                let _ = signer.set(loaded);
                public_key
            }
        };
        let signed = Signed {
            target,
            name: &name,
            path: Some(&found.path),
            public_key: &public_key,
            algorithm: *algorithm.value(),
            stated: found.stated,
        };
        let naming = Naming::read(&signed, settings, console)?;
        Ok(Self {
            material: Material::Here(found.private_key),
            #[cfg(any(feature = "diagnosis", feature = "keys"))]
            path: (!key_input::is_stdin(&found.path)).then_some(found.path),
            name,
            algorithm,
            public_key,
            naming,
            signer,
            #[cfg(feature = "keys")]
            folder: found.folder,
        })
    }

    #[cfg(feature = "keys")]
    fn from_away(
        away: AwayKey,
        target: &Target,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        let key_type = away.public_key().key_type();
        let algorithm = signing_algorithm::read(target, key_type, away.algorithm(), settings)?;
        let signed = Signed {
            target,
            name: away.name(),
            path: None,
            public_key: away.public_key(),
            algorithm: *algorithm.value(),
            stated: away.key_id().map(|key_id| {
                let origin = Origin::Default("the signer command".into());
                Setting::new(key_id.clone(), origin)
            }),
        };
        let naming = Naming::read(&signed, settings, console)?;
        Ok(Self {
            name: away.name().to_owned(),
            path: None,
            algorithm,
            public_key: away.public_key().clone(),
            naming,
            signer: OnceCell::new(),
            material: Material::Away(away),
            folder: None,
        })
    }

    /// The file that it was read from, if it was one.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        *self.algorithm.value()
    }

    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.naming.key_id.as_ref()
    }

    /// What the header holds of the key's certificate.
    pub(crate) fn header_parameters(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.naming.certificate.clone().into_iter()
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key in a provider, checked, or what signs with it elsewhere.
    pub(crate) fn signer(&self) -> Result<impl Signer> {
        let loaded = match self.signer.get() {
            Some(loaded) => loaded,
            None => {
                let loaded: Box<dyn Signer> = match &self.material {
                    Material::Here(private_key) => Box::new(
                        any::SigningKey::new(private_key, self.algorithm())
                            .map_err(|error| unusable(&self.name, &error))?,
                    ),
                    #[cfg(feature = "keys")]
                    Material::Away(away) => away.signer(self.algorithm(), self.key_id())?,
                };
                self.signer.get_or_init(|| loaded)
            }
        };
        Ok(Named {
            signer: loaded,
            key_id: self.key_id(),
        })
    }
}

impl Found {
    #[cfg(feature = "keys")]
    fn read(path: PathBuf, reader: KeyReader) -> Result<Self> {
        if !path.is_dir() {
            return Self::in_file(path, &reader);
        }
        let folder = Arc::new(key_folder::open(&path, &reader)?);
        let active = folder.current();
        Ok(Self::active(active, folder))
    }

    #[cfg(feature = "keys")]
    fn active(active: FolderKey, folder: Arc<KeyFolder>) -> Self {
        let origin = Origin::Default("the active key of the folder".into());
        Self {
            path: active.path().to_owned(),
            stated: Some(Setting::new(active.key_id().clone(), origin)),
            private_key: active.into_private_key(),
            folder: Some(folder),
        }
    }

    /// Fails where a name was given that the active key of a folder does not have: it
    /// would name the wrong key after the next rotation at the latest.
    #[cfg(feature = "keys")]
    fn check_name(&self, settings: &Settings<'_>) -> Result<()> {
        let (Some(_), Some(active)) = (&self.folder, &self.stated) else {
            return Ok(());
        };
        match settings.noted_text("kid")? {
            Some(text) if !text.value().is_empty() && text.value() != active.value().as_str() => {
                let reason = Reason::new(format!(
                    "the keys of a folder have names of their own, and the one that signs is {}; \
                     leave it out",
                    active.value()
                ));
                Err(Failure::invalid("kid", &text, &reason))
            }
            _ => Ok(()),
        }
    }

    #[cfg(not(feature = "keys"))]
    fn read(path: PathBuf, reader: KeyReader) -> Result<Self> {
        Self::in_file(path, &reader)
    }

    fn in_file(path: PathBuf, reader: &KeyReader) -> Result<Self> {
        let private_key = reader.read(&path)?;
        let stated = private_key
            .stated_key_id()
            .map(|key_id| Setting::new(key_id.clone(), Origin::Default("the key's own".into())));
        Ok(Self {
            private_key: Arc::new(private_key),
            path,
            stated,
            #[cfg(feature = "keys")]
            folder: None,
        })
    }
}

fn unusable(name: &str, error: &Error) -> Failure {
    Failure::new(
        ExitCode::Configuration,
        format!("private key {name}: {}", chain(error)),
    )
}

/// A signer and the identifier that its key goes by here.
struct Named<'k> {
    signer: &'k dyn Signer,
    key_id: Option<&'k KeyId>,
}

impl Signer for Named<'_> {
    fn algorithm(&self) -> Algorithm {
        self.signer.algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.signer.sign(signing_input)
    }
}

pub(crate) fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    names.join(", ")
}
