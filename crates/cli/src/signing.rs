//! The key that signs, from settings to a signer.

use std::cell::OnceCell;
use std::path::Path;

use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{
    Algorithm, Error, KeyId, PrivateKey, PublicKey, SignError, Signature, Signer, ring,
};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result, chain};
use crate::key_input;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// A private key that is read, and the identifier that it goes by.
///
/// Loading it into a provider checks it in full, which takes milliseconds: that
/// waits until something is signed.
pub(crate) struct Key {
    private_key: PrivateKey,
    name: String,
    algorithm: Setting<Algorithm>,
    public_key: PublicKey,
    key_id: Option<KeyId>,
    signer: OnceCell<Box<dyn Signer>>,
}

impl Key {
    /// Reads the private key that the settings name.
    pub(crate) fn read(
        target: &Target,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        let Some(path) = settings.path("private-key")? else {
            return Err(Failure::usage(
                "the private key is missing; name its file with --private-key FILE, or pipe it \
                 in with --private-key -",
            ));
        };
        let private_key = key_input::read(path.value(), console)?;
        let algorithm = read_algorithm(target, &private_key, settings)?;
        let name = key_input::name(path.value());
        let key_type = private_key.key_type();
        if algorithm.value().key_type() != key_type {
            let error = Error::WrongKeyType {
                algorithm: *algorithm.value(),
                key_type,
            };
            return Err(Failure::invalid("alg", &algorithm, &error));
        }
        let signer = OnceCell::new();
        let public_key = match private_key.stated_public_key() {
            Some(public_key) => public_key.clone(),
            None => {
                let (loaded, public_key) = load(&private_key, *algorithm.value())
                    .map_err(|error| unusable(&name, &error))?;
                // The cell is new, and so empty.
                let _ = signer.set(loaded);
                public_key
            }
        };
        let key_id = read_key_id(target, path.value(), &public_key, settings, console)?;
        Ok(Self {
            private_key,
            name,
            algorithm,
            public_key,
            key_id,
            signer,
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        *self.algorithm.value()
    }

    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key in a provider, checked.
    pub(crate) fn signer(&self) -> Result<impl Signer> {
        let loaded = match self.signer.get() {
            Some(loaded) => loaded,
            None => {
                let (loaded, _) = load(&self.private_key, self.algorithm())
                    .map_err(|error| unusable(&self.name, &error))?;
                self.signer.get_or_init(|| loaded)
            }
        };
        Ok(Named {
            signer: loaded,
            key_id: self.key_id.as_ref(),
        })
    }
}

fn unusable(name: &str, error: &Error) -> Failure {
    Failure::new(
        ExitCode::Configuration,
        format!("private key {name}: {}", chain(error)),
    )
}

/// Loads a key with `ring` where that does the algorithm: it is what every build
/// has.
pub(crate) fn load(
    private_key: &PrivateKey,
    algorithm: Algorithm,
) -> Result<(Box<dyn Signer>, PublicKey), Error> {
    match ring::SigningKey::new(private_key, algorithm) {
        Ok(key) => {
            let public_key = key.public_key().clone();
            Ok((Box::new(key), public_key))
        }
        #[cfg(feature = "aws-lc-rs")]
        Err(Error::UnsupportedAlgorithm(_)) => {
            let key = tokenring_jwk::aws_lc_rs::SigningKey::new(private_key, algorithm)?;
            let public_key = key.public_key().clone();
            Ok((Box::new(key), public_key))
        }
        Err(error) => Err(error),
    }
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

/// The key identifier that was given, or the one of the gateway's scheme.
fn read_key_id(
    target: &Target,
    path: &Path,
    public_key: &PublicKey,
    settings: &Settings<'_>,
    console: &Console,
) -> Result<Option<KeyId>> {
    let key_id = match settings.text("kid")? {
        Some(key_id) if key_id.value().is_empty() => None,
        Some(key_id) => Some(key_id.parse("kid", |text| {
            if text.chars().any(char::is_control) {
                return Err(Reason::new(
                    "a key identifier holds no line break or control character; give it as \
                     it was registered",
                ));
            }
            Ok(KeyId::new(text.as_str()))
        })?),
        None => derive_key_id(target, path, public_key).inspect(|key_id| {
            console.say(format_args!(
                "Using KID: {} ({})",
                key_id.value(),
                key_id.origin()
            ));
        }),
    };
    match &key_id {
        Some(key_id) => {
            settings.note_default("kid", key_id.value().as_str(), key_id.origin().clone());
        }
        None if target.gateway.key().id_required() => {
            return Err(Failure::usage(format!(
                "gateway {} wants a key identifier; give it as --kid KID, as it was registered",
                target.gateway.name()
            )));
        }
        None => settings.note_default("kid", "(none)", target.origin.clone()),
    }
    Ok(key_id.map(Setting::into_value))
}

/// The algorithm asked for, or the one that the gateway has for such a key.
fn read_algorithm(
    target: &Target,
    private_key: &PrivateKey,
    settings: &Settings<'_>,
) -> Result<Setting<Algorithm>> {
    let rules = target.gateway.assertion();
    if let Some(name) = settings.text("alg")? {
        let algorithm = name.parse("alg", |name| name.parse::<Algorithm>())?;
        if !rules.algorithms().contains(algorithm.value()) {
            let reason = Reason::new(format!(
                "gateway {} takes {}",
                target.gateway.name(),
                names(rules.algorithms())
            ));
            return Err(Failure::invalid("alg", &algorithm, &reason));
        }
        return Ok(algorithm);
    }
    match rules.default_algorithm(private_key.key_type()) {
        Some(algorithm) => {
            settings.note("alg", &algorithm, target.origin.clone());
            Ok(Setting::new(algorithm, target.origin.clone()))
        }
        None => Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "the private key is of type {}, and gateway {} takes {} alone; make a fitting \
                 key with: tokenring generate-keys --gateway {}",
                private_key.key_type(),
                target.gateway.name(),
                names(rules.algorithms()),
                target.gateway.name()
            ),
        )),
    }
}

pub(crate) fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    names.join(", ")
}

/// The key identifier that nobody gave: by the gateway's scheme.
fn derive_key_id(target: &Target, path: &Path, public_key: &PublicKey) -> Option<Setting<KeyId>> {
    match target.gateway.key().id_scheme() {
        KeyIdScheme::FileStem => match file_stem(path) {
            Some(stem) => Some(Setting::new(
                KeyId::new(stem),
                Origin::Default("the key file's name".into()),
            )),
            None => {
                let key_id = target.endpoint.default_key_id()?;
                Some(Setting::new(key_id.clone(), target.origin.clone()))
            }
        },
        KeyIdScheme::Thumbprint => {
            let thumbprint = ring::thumbprint(public_key);
            Some(Setting::new(
                KeyId::new(thumbprint.to_string()),
                Origin::Default("the key's thumbprint".into()),
            ))
        }
        _ => None,
    }
}

/// The name of a key file without its `.pem`, which is how `generate-keys` names
/// it; none for any other name, such as that of a pipe.
fn file_stem(path: &Path) -> Option<&str> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".pem")?;
    (!stem.is_empty() && !stem.chars().any(char::is_control)).then_some(stem)
}
