//! The key that signs, from settings to a signer.

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
use crate::settings::{Origin, Setting, Settings};

/// A private key that is loaded, and the identifier that it goes by.
pub(crate) struct Key {
    signer: Box<dyn Signer>,
    public_key: PublicKey,
    key_id: Option<KeyId>,
}

impl Key {
    /// Loads a key with `ring` where that does the algorithm: it is what every
    /// build has.
    pub(crate) fn new(private_key: &PrivateKey, algorithm: Algorithm) -> Result<Self, Error> {
        let (signer, public_key): (Box<dyn Signer>, _) =
            match ring::SigningKey::new(private_key, algorithm) {
                Ok(key) => {
                    let public_key = key.public_key().clone();
                    (Box::new(key), public_key)
                }
                #[cfg(feature = "aws-lc-rs")]
                Err(Error::UnsupportedAlgorithm(_)) => {
                    let key = tokenring_jwk::aws_lc_rs::SigningKey::new(private_key, algorithm)?;
                    let public_key = key.public_key().clone();
                    (Box::new(key), public_key)
                }
                Err(error) => return Err(error),
            };
        Ok(Self {
            signer,
            public_key,
            key_id: None,
        })
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

impl Signer for Key {
    fn algorithm(&self) -> Algorithm {
        self.signer.algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.signer.sign(signing_input)
    }
}

/// Reads the private key that the settings name.
pub(crate) fn read(target: &Target, settings: &Settings<'_>, console: &Console) -> Result<Key> {
    let Some(path) = settings.path("private-key")? else {
        return Err(Failure::usage(
            "the private key is missing; name its file with --private-key FILE, or pipe it in \
             with --private-key -",
        ));
    };
    let private_key = key_input::read(path.value(), console)?;
    let algorithm = read_algorithm(target, &private_key, settings)?;
    let unusable = |error: Error| {
        Failure::new(
            ExitCode::Configuration,
            format!("private key {}: {}", path.value().display(), chain(&error)),
        )
    };
    let mut key = Key::new(&private_key, *algorithm.value()).map_err(|error| match error {
        Error::WrongKeyType { .. } => Failure::invalid("alg", &algorithm, &error),
        error => unusable(error),
    })?;
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
        None => derive_key_id(target, path.value(), key.public_key()).inspect(|key_id| {
            console.say(format_args!(
                "Using KID: {} ({})",
                key_id.value(),
                key_id.origin()
            ));
        }),
    };
    match &key_id {
        Some(key_id) => {
            settings.note_default("kid", key_id.value().as_str(), key_id.origin().clone())
        }
        None if target.gateway.key().id_required() => {
            return Err(Failure::usage(format!(
                "gateway {} wants a key identifier; give it as --kid KID, as it was registered",
                target.gateway.name()
            )));
        }
        None => settings.note_default("kid", "(none)", target.origin.clone()),
    }
    key.key_id = key_id.map(Setting::into_value);
    Ok(key)
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
        KeyIdScheme::FileStem => {
            let stem = path.file_name()?.to_str()?.strip_suffix(".pem");
            match stem.filter(|stem| !stem.is_empty()) {
                Some(stem) => Some(Setting::new(
                    KeyId::new(stem),
                    Origin::Default("the key file's name".into()),
                )),
                None => {
                    let key_id = target.endpoint.default_key_id()?;
                    Some(Setting::new(key_id.clone(), target.origin.clone()))
                }
            }
        }
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
