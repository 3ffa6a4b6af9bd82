//! The key that signs, from the options to a signer.

use std::path::Path;
#[cfg(any(feature = "diagnosis", feature = "rotation"))]
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use base64ct::{Base64, Encoding};
use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_jwk::{Algorithm, KeyId, PrivateKey, PublicKey, SignError, Signature, Signer, any};
#[cfg(feature = "rotation")]
use tokenring_key_rotation::KeyFolder;
use tokenring_keystore::KeyPlace;

use crate::algorithm_choice::AlgorithmChoice;
use crate::error::Cause;
use crate::event::Listener;
use crate::key_naming::{KeyNaming, NamedKey};
use crate::key_source::{ExternalKey, is_pkcs11_uri};
use crate::located_key::{KeyContext, LocatedKey};
use crate::options::KeyOptions;
use crate::sibling_entry::SiblingEntry;
use crate::{EffectiveValue, Error, Event, Parameter, ValueSource};

/// A private key that is read, or that stays elsewhere, and how the header names it.
///
/// Loading it into a provider checks it in full, which takes milliseconds: that waits until
/// something is signed.
pub(crate) struct ClientKey {
    material: KeyMaterial,
    /// What people call it.
    name: String,
    #[cfg(any(feature = "diagnosis", feature = "rotation"))]
    path: Option<PathBuf>,
    algorithm: Algorithm,
    algorithm_source: ValueSource,
    public_key: PublicKey,
    naming: KeyNaming,
    signer: OnceLock<SharedSigner>,
    /// The folder whose active key this was.
    #[cfg(feature = "rotation")]
    folder: Option<Arc<KeyFolder>>,
}

/// A signer that any thread can use.
type SharedSigner = Box<dyn Signer + Send + Sync>;

/// Where the key's material lives.
enum KeyMaterial {
    Local(Arc<PrivateKey>),
    External(ExternalKey),
}

impl ClientKey {
    /// Finds the private key that the options name.
    pub(crate) fn find(context: &KeyContext<'_>) -> Result<Self, Error> {
        let options = context.options;
        if let Some(key) = external(options)? {
            return Self::from_external(key, context);
        }
        if let Some(contents) = &options.contents {
            return Self::from_located(LocatedKey::in_contents(contents, context)?, context);
        }
        let Some(name) = &options.name else {
            return Err(Error::missing(Parameter::PrivateKey));
        };
        Self::from_located(LocatedKey::find(name, context)?, context)
    }

    /// The key that is active now, if that is another one than this.
    #[cfg(feature = "rotation")]
    pub(crate) fn successor(&self, context: &KeyContext<'_>) -> Result<Option<Self>, Error> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let active = LocatedKey::in_folder(folder)?;
        if self.path.as_deref() == active.place.path() {
            return Ok(None);
        }
        Self::from_located(active, context).map(Some)
    }

    fn from_located(located: LocatedKey, context: &KeyContext<'_>) -> Result<Self, Error> {
        #[cfg(feature = "rotation")]
        located.check_key_id(context.options)?;
        let private_key = &located.private_key;
        let name = located.place.to_string();
        let public_key = match private_key.stated_public_key() {
            Some(public_key) => public_key.clone(),
            None => any::public_key(private_key).map_err(|error| unusable(&name, error))?,
        };
        let set = located.jwk_set.as_ref();
        let sibling = set
            .and_then(|set| SiblingEntry::find(set, &public_key, context.target, context.options));
        let choice = AlgorithmChoice {
            target: context.target,
            key_type: private_key.key_type(),
            own: private_key.stated_algorithm(),
            sibling: sibling.as_ref(),
            wanted: context.options.algorithm.as_deref(),
            checks_rules: context.checks_rules,
        };
        let (algorithm, algorithm_source) = choice.choose()?;
        let path = located.place.path().map(ToOwned::to_owned);
        let named = NamedKey {
            target: context.target,
            name: &name,
            path: path.as_deref(),
            public_key: &public_key,
            algorithm,
            stated: located.stated,
            sibling: sibling.as_ref(),
            checks_rules: context.checks_rules,
        };
        let naming = KeyNaming::choose(&named, context.options)?;
        naming.tell(context.listener);
        Ok(Self {
            material: KeyMaterial::Local(located.private_key),
            #[cfg(any(feature = "diagnosis", feature = "rotation"))]
            path,
            name,
            algorithm,
            algorithm_source,
            public_key,
            naming,
            signer: OnceLock::new(),
            #[cfg(feature = "rotation")]
            folder: located.folder,
        })
    }

    fn from_external(key: ExternalKey, context: &KeyContext<'_>) -> Result<Self, Error> {
        let choice = AlgorithmChoice {
            target: context.target,
            key_type: key.public_key().key_type(),
            own: key.algorithm(),
            sibling: None,
            wanted: context.options.algorithm.as_deref(),
            checks_rules: context.checks_rules,
        };
        let (algorithm, algorithm_source) = choice.choose()?;
        let named = NamedKey {
            target: context.target,
            name: key.name(),
            path: None,
            public_key: key.public_key(),
            algorithm,
            stated: key
                .key_id()
                .map(|key_id| (key_id.clone(), ValueSource::SignerCommand)),
            sibling: None,
            checks_rules: context.checks_rules,
        };
        let naming = KeyNaming::choose(&named, context.options)?;
        naming.tell(context.listener);
        Ok(Self {
            name: key.name().to_owned(),
            #[cfg(any(feature = "diagnosis", feature = "rotation"))]
            path: None,
            algorithm,
            algorithm_source,
            public_key: key.public_key().clone(),
            naming,
            signer: OnceLock::new(),
            material: KeyMaterial::External(key),
            #[cfg(feature = "rotation")]
            folder: None,
        })
    }

    /// The file that it was read from, if it was one.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether another key may take its place: then a look at the disk tells.
    #[cfg(feature = "async")]
    pub(crate) const fn is_of_folder(&self) -> bool {
        #[cfg(feature = "rotation")]
        return self.folder.is_some();
        #[cfg(not(feature = "rotation"))]
        false
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.naming.key_id.as_ref()
    }

    /// Whether a rule or the name of the file makes the key ID, and nobody says it.
    #[cfg(feature = "diagnosis")]
    pub(crate) const fn has_default_id(&self) -> bool {
        matches!(
            self.naming.source,
            ValueSource::FileName
                | ValueSource::Thumbprint
                | ValueSource::PublicKeyHash
                | ValueSource::Gateway(_)
                | ValueSource::Environment { .. }
        )
    }

    /// What the header holds of the key's certificate.
    pub(crate) fn header_parameters(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.naming.certificate.clone().into_iter()
    }

    /// The SHA-256 of the public key's SubjectPublicKeyInfo, in base64 with padding.
    pub(crate) fn spki_sha256(&self) -> String {
        Base64::encode_string(&any::sha256(&self.public_key.to_spki_der()))
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key in a provider, checked, or what signs with it elsewhere.
    pub(crate) fn signer(&self) -> Result<impl Signer, Error> {
        let loaded = match self.signer.get() {
            Some(loaded) => loaded,
            None => {
                let loaded = match &self.material {
                    KeyMaterial::Local(private_key) => {
                        let loaded = any::SigningKey::new(private_key, self.algorithm);
                        Box::new(loaded.map_err(|error| unusable(&self.name, error))?)
                    }
                    KeyMaterial::External(key) => key
                        .signer(self.algorithm, self.key_id())
                        .map_err(|error| external_failure(&self.name, error))?,
                };
                self.signer.get_or_init(|| loaded)
            }
        };
        Ok(WithKeyId {
            signer: loaded,
            key_id: self.key_id(),
        })
    }

    /// The values that nobody gave.
    pub(crate) fn effective(&self, options: &KeyOptions) -> Vec<EffectiveValue> {
        let mut values = Vec::new();
        if options.algorithm.is_none() {
            let name = self.algorithm.name();
            let source = self.algorithm_source.clone();
            values.push(EffectiveValue::new(Parameter::Algorithm, name, source));
        }
        if self.naming.source != ValueSource::Given {
            let key_id = self.key_id().map_or("(none)", KeyId::as_str);
            let source = self.naming.source.clone();
            values.push(EffectiveValue::new(Parameter::KeyId, key_id, source));
        }
        values
    }
}

/// The key that is not read here, if the options name one.
pub(crate) fn external(options: &KeyOptions) -> Result<Option<ExternalKey>, Error> {
    #[cfg(feature = "signer-command")]
    if let Some(line) = &options.signer_command {
        return crate::signer_command_key::open(line, options).map(Some);
    }
    #[cfg(not(feature = "signer-command"))]
    if options.signer_command.is_some() {
        return Err(Error::FeatureMissing {
            parameter: Parameter::SignerCommand,
            feature: "signer-command",
        });
    }
    if let Some(key) = &options.external {
        return Ok(Some(key.clone()));
    }
    let name = options.name.as_deref().and_then(Path::to_str);
    let Some(name) = name else {
        return Ok(None);
    };
    for source in &options.sources {
        if let Some(opened) = source.open(name) {
            return opened
                .map(Some)
                .map_err(|error| external_failure(name, error));
        }
    }
    if is_pkcs11_uri(name) {
        #[cfg(feature = "pkcs11")]
        return crate::pkcs11_key::open(name, options).map(Some);
        #[cfg(not(feature = "pkcs11"))]
        return Err(Error::FeatureMissing {
            parameter: Parameter::PrivateKey,
            feature: "pkcs11",
        });
    }
    Ok(None)
}

fn unusable(name: &str, source: tokenring_jwk::Error) -> Error {
    Error::key(tokenring_keystore::Error::Key {
        place: match name {
            "from standard input" => KeyPlace::StandardInput,
            path => KeyPlace::new(path),
        },
        source,
    })
}

fn external_failure(name: &str, error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::ExternalKey {
        key: name.to_owned(),
        source: Cause::from(error),
    }
}

impl KeyNaming {
    /// Tells of a key ID that nobody gave, and of a certificate that is not valid now.
    fn tell(&self, listener: &Listener) {
        let now = crate::clock::now().map(NumericDate::as_seconds);
        if let (Some((path, facts)), Ok(now)) = (&self.validity, now) {
            if !(facts.not_before()..=facts.not_after()).contains(&now) {
                listener.tell(|| Event::CertificateNotValid {
                    certificate: path.clone(),
                    not_before: NumericDate::from_seconds(facts.not_before()),
                    not_after: NumericDate::from_seconds(facts.not_after()),
                });
            }
        }
        let is_given = matches!(self.source, ValueSource::Given | ValueSource::KeyIdScheme);
        if let (Some(key_id), false) = (&self.key_id, is_given) {
            listener.tell(|| Event::KeyIdChosen {
                key_id: key_id.clone(),
                source: self.source.clone(),
            });
        }
    }
}

/// A signer and the ID that its key goes by here.
struct WithKeyId<'k> {
    signer: &'k dyn Signer,
    key_id: Option<&'k KeyId>,
}

impl Signer for WithKeyId<'_> {
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
