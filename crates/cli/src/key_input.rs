use std::path::Path;

use tokenring::{Client, Error};
use tokenring_jwk::KeyType;
use tokenring_keystore::AnyKey;
use tokenring_keystore::{KeyFileContents, KeyFileReader, KeyPlace, check_key_id_length};

use crate::options::{KeyFileOptions, KeyOptions, KeyViewOptions, PinOptions};
use crate::passphrase::PassphraseSource;
use crate::setting;
use crate::words::error::of_library;
use crate::{Console, ExitCode, Failure, Origin, Result, Setting, keystore};

/// What it takes to read private keys: all of it is asked for when it is needed.
pub(crate) struct KeyReader {
    reader: KeyFileReader,
    passphrase: PassphraseSource,
    pin: PinOptions,
}

impl KeyReader {
    pub(crate) fn new(options: &KeyFileOptions, console: &Console) -> Result<Self> {
        if let Some(key_id) = &options.key_id {
            let checked = check_key_id_length(key_id.value());
            checked.map_err(|reason| Failure::invalid("kid", key_id, &reason))?;
        }
        let key_id = options.key_id.as_ref().map(Setting::value);
        let console = console.clone();
        let mut reader = KeyFileReader::new()
            .with_event_handler(move |event| keystore::show_on(&console, event));
        if let Some(key_id) = key_id.filter(|text| !text.is_empty()) {
            reader = reader.with_key_id(key_id.as_str());
        }
        let passphrase = PassphraseSource::new(&options.passphrase);
        if let Some(source) = passphrase.source() {
            reader = reader.with_passphrase(source.clone());
        }
        Ok(Self {
            reader,
            passphrase,
            pin: PinOptions::default(),
        })
    }

    /// Says where the PIN of a PKCS#11 token is.
    pub(crate) fn with_pin(self, pin: &PinOptions) -> Self {
        let pin = pin.clone();
        Self { pin, ..self }
    }

    /// Says on which curve a key is whose file does not.
    pub(crate) fn with_key_type(self, key_type: KeyType) -> Self {
        Self {
            reader: self.reader.with_key_type(key_type),
            ..self
        }
    }

    /// The passphrase that encrypted keys are read with.
    pub(crate) const fn passphrase(&self) -> &PassphraseSource {
        &self.passphrase
    }

    /// What the library reads keys with.
    pub(crate) fn into_library(self) -> KeyFileReader {
        self.reader
    }

    /// Reads a key of any kind, or standard input where the path is `-`, or the public half of a
    /// key on a PKCS#11 token.
    pub(crate) fn read_any(&self, path: &Path) -> Result<AnyKey> {
        if let Some(key) = self.on_token(path)? {
            return Ok(key);
        }
        let contents = contents(path)?;
        Ok(AnyKey::from_contents(&contents, &self.reader)?)
    }

    /// Reads the keys of a file, which may be a JWK Set with several private ones.
    pub(crate) fn read_all(&self, path: &Path) -> Result<Vec<AnyKey>> {
        if let Some(key) = self.on_token(path)? {
            return Ok(vec![key]);
        }
        let contents = contents(path)?;
        Ok(AnyKey::all_from_contents(&contents, &self.reader)?)
    }

    /// The public half of a key on a PKCS#11 token, if this is the URI of one.
    fn on_token(&self, path: &Path) -> Result<Option<AnyKey>> {
        let uri = path.to_string_lossy();
        if !setting::is_token_uri(&uri) {
            return Ok(None);
        }
        let options = KeyOptions {
            private_key: Some(Setting::new(path.to_owned(), Origin::Argument)),
            pin: self.pin.clone(),
            ..KeyOptions::default()
        };
        let builder = options.add_to_builder(Client::builder("generic"))?;
        match builder.external_key() {
            Ok(key) => Ok(key.map(|key| {
                AnyKey::external(uri.into_owned(), "PKCS#11 token", key.public_key().clone())
            })),
            // The URI is not repeated: it may hold a PIN.
            Err(Error::Invalid { source, .. }) => {
                let failure = Failure::from_error(ExitCode::Usage, &*source);
                Err(failure.while_doing("the key's URI"))
            }
            Err(error @ Error::PublicKeyUnknown { .. }) => {
                let failure = Failure::from_error(ExitCode::Configuration, &error);
                Err(failure.with_advice("give the file of its public key instead"))
            }
            Err(error) => Err(of_library(&error)),
        }
    }
}

/// Reads a file that may hold a private key, or standard input where the path is `-`.
pub(crate) fn contents(path: &Path) -> Result<KeyFileContents> {
    #[cfg(unix)]
    crate::descriptor::withhold_path(path);
    Ok(KeyFileContents::read(path, &keystore::show)?)
}

/// What a plan calls the key; a URI may hold a PIN, and is not shown.
pub(crate) fn name(path: &Path) -> String {
    match setting::is_token_uri(&path.to_string_lossy()) {
        true => "pkcs11:…".into(),
        false => KeyPlace::new(path).to_string(),
    }
}

/// Reads the key that a command looks at.
pub(crate) fn read_key(options: &KeyViewOptions, console: &Console) -> Result<AnyKey> {
    let reader = KeyReader::new(&options.reading, console)?.with_pin(&options.pin);
    reader.read_any(&options.path)
}
