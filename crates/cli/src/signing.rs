//! The key that signs, from settings to a signer.

use std::cell::OnceCell;
#[cfg(feature = "diagnosis")]
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokenring_jwk::{
    Algorithm, Error, KeyId, PrivateKey, PublicKey, SignError, Signature, Signer, ring,
};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result, chain};
use crate::key_id::{Naming, Signed};
use crate::key_input;
use crate::setting::Setting;
use crate::settings::Settings;

/// A private key that is read, and the identifier that it goes by.
///
/// Loading it into a provider checks it in full, which takes milliseconds: that
/// waits until something is signed.
pub(crate) struct Key {
    private_key: PrivateKey,
    #[cfg(feature = "diagnosis")]
    path: PathBuf,
    name: String,
    algorithm: Setting<Algorithm>,
    public_key: PublicKey,
    naming: Naming,
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
        let signed = Signed {
            target,
            path: path.value(),
            public_key: &public_key,
            algorithm: *algorithm.value(),
        };
        let naming = Naming::read(&signed, settings, console)?;
        Ok(Self {
            private_key,
            #[cfg(feature = "diagnosis")]
            path: path.into_value(),
            name,
            algorithm,
            public_key,
            naming,
            signer,
        })
    }

    /// The file that it was read from, if it was one.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn path(&self) -> Option<&Path> {
        (!key_input::is_stdin(&self.path)).then_some(self.path.as_path())
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
            key_id: self.key_id(),
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

/// The algorithm asked for, or the one that the gateway has for such a key.
fn read_algorithm(
    target: &Target,
    private_key: &PrivateKey,
    settings: &Settings<'_>,
) -> Result<Setting<Algorithm>> {
    let rules = target.gateway.assertion();
    if let Some(name) = settings.text("alg")? {
        let algorithm = name.parse("alg", |name| name.parse::<Algorithm>())?;
        let is_taken = rules.algorithms().contains(algorithm.value());
        if !is_taken && settings.holds_rules()? {
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
