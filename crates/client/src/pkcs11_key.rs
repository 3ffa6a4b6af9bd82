//! A key on a PKCS#11 token.

use std::sync::{Arc, OnceLock};

use tokenring_jwk::{Algorithm, PublicKey, Signer, VerifiedSigner, any};
use tokenring_pkcs11::{PinSource, Pkcs11Key, Pkcs11Uri};

use crate::error::Cause;
use crate::key_source::ExternalKey;
use crate::options::KeyOptions;
use crate::signer_command_key::read_public_key;
use crate::{Error, Parameter};

/// A key that is looked for on its token when it is needed.
struct TokenKey {
    uri: Pkcs11Uri,
    name: String,
    pin: Option<Arc<dyn Fn() -> PinSource + Send + Sync>>,
    opened: OnceLock<Pkcs11Key>,
}

/// Opens the key of this URI. Where its public half was given nobody is asked for a PIN until
/// something is signed.
pub(crate) fn open(name: &str, options: &KeyOptions) -> Result<ExternalKey, Error> {
    let uri = name.parse::<Pkcs11Uri>();
    let uri = uri.map_err(|error| Error::invalid(Parameter::PrivateKey, error))?;
    let key = Arc::new(TokenKey {
        uri,
        name: name.to_owned(),
        pin: options.pin.clone(),
        opened: OnceLock::new(),
    });
    let public_key = match &options.public_key {
        Some(path) => read_public_key(path)?,
        None => match key.find()?.public_key() {
            Some(public_key) => public_key.clone(),
            None => {
                let key = name.to_owned();
                return Err(Error::PublicKeyUnknown { key });
            }
        },
    };
    let expected = public_key.clone();
    Ok(ExternalKey::new(name, public_key, move |algorithm, _| {
        Ok(key.signer(algorithm, &expected)?)
    }))
}

impl TokenKey {
    fn find(&self) -> Result<&Pkcs11Key, Error> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let pin = match &self.pin {
            Some(pin) => pin(),
            None => PinSource::from_uri(),
        };
        let opened = Pkcs11Key::open(&self.uri, pin).map_err(|error| self.failure(error))?;
        Ok(self.opened.get_or_init(|| opened))
    }

    fn signer(
        &self,
        algorithm: Algorithm,
        public_key: &PublicKey,
    ) -> Result<Box<dyn Signer + Send + Sync>, Error> {
        let key = self.find()?.clone();
        if key.public_key().is_some_and(|own| own != public_key) {
            let key = self.name.clone();
            return Err(Error::PublicKeyOfAnotherKey { key });
        }
        let signer = key.into_signer(algorithm);
        let signer = signer.map_err(|error| self.failure(error))?;
        let public_key = public_key.clone();
        Ok(Box::new(VerifiedSigner::new(
            signer,
            public_key,
            any::Verifier,
        )))
    }

    fn failure(&self, error: tokenring_pkcs11::Error) -> Error {
        Error::ExternalKey {
            key: self.name.clone(),
            source: Cause::from(Box::from(error)),
        }
    }
}
