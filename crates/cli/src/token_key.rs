//! A key on a PKCS#11 token.

use std::cell::OnceCell;
use std::path::PathBuf;

use tokenring_jwk::{Algorithm, PublicKey, Signer, VerifiedSigner, any};
use tokenring_pkcs11::{Error, Pin, PinRequest, PinSource, Pkcs11Key, Pkcs11Uri};

use crate::ExitCode;
use crate::bounded_file;
use crate::descriptor;
use crate::failure::{Failure, Result, chain};
use crate::passphrase;
use crate::setting::Setting;
use crate::settings::Settings;

/// A key that is looked for on its token when it is needed.
pub(crate) struct TokenKey {
    uri: Pkcs11Uri,
    name: String,
    pin_file: Option<PathBuf>,
    opened: OnceCell<Pkcs11Key>,
}

impl TokenKey {
    pub(crate) fn read(uri: &Setting<String>, settings: &Settings<'_>) -> Result<Self> {
        let name = uri.value().clone();
        let uri = uri.parse("private-key", |uri| uri.parse::<Pkcs11Uri>())?;
        let uri = uri.into_value();
        let pin_file = settings.noted_path("pin-file")?.map(Setting::into_value);
        if let Some(path) = pin_file.as_deref().or(uri.pin_source()) {
            descriptor::withhold_path(path);
            bounded_file::check_path(path).map_err(|error| {
                let text = format!("the PIN from {}: {error}", path.display());
                Failure::new(ExitCode::Configuration, text)
            })?;
        }
        Ok(Self {
            uri,
            name,
            pin_file,
            opened: OnceCell::new(),
        })
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey> {
        match self.open()?.public_key() {
            Some(public_key) => Ok(public_key.clone()),
            None => Err(Failure::new(
                ExitCode::Configuration,
                "the token does not tell the public half of the key; name that with --public-key \
                 FILE",
            )),
        }
    }

    pub(crate) fn signer(
        &self,
        algorithm: Algorithm,
        public_key: &PublicKey,
    ) -> Result<Box<dyn Signer>> {
        let key = self.open()?.clone();
        if key.public_key().is_some_and(|own| own != public_key) {
            return Err(Failure::new(
                ExitCode::Configuration,
                "--public-key is another key than the one on the token; leave it out",
            ));
        }
        let signer = key
            .into_signer(algorithm)
            .map_err(|error| self.unusable(&error))?;
        let public_key = public_key.clone();
        Ok(Box::new(VerifiedSigner::new(
            signer,
            public_key,
            any::Verifier,
        )))
    }

    fn open(&self) -> Result<&Pkcs11Key> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let opened =
            Pkcs11Key::open(&self.uri, self.pin_source()).map_err(|error| self.unusable(&error))?;
        Ok(self.opened.get_or_init(|| opened))
    }

    /// A file that is named, by the option or in the URI, and else a person.
    fn pin_source(&self) -> PinSource {
        match &self.pin_file {
            Some(path) => PinSource::from_file(path),
            None if self.uri.pin_source().is_none() && passphrase::is_attended() => {
                PinSource::from_prompt(ask)
            }
            None => PinSource::from_uri(),
        }
    }

    fn unusable(&self, error: &Error) -> Failure {
        let text = format!("private key {}: {}", self.name, chain(error));
        let failure = Failure::new(ExitCode::Configuration, text);
        match error {
            Error::PinMissing => failure.with_advice("or name the file with --pin-file"),
            _ => failure,
        }
    }
}

fn ask(request: &PinRequest) -> std::io::Result<Pin> {
    let warning = if request.is_final_try() {
        " (a wrong one locks the token)"
    } else if request.was_wrong() {
        " (the last one was wrong)"
    } else {
        ""
    };
    let question = format!("PIN of {}{warning}: ", request.token());
    passphrase::ask(&question).map(Pin::new)
}
