use std::path::Path;

use tokenring_keystore::AnyKey;
use tokenring_keystore::{KeyFileContents, KeyFileReader, KeyPlace, check_key_id_length};

use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::keystore;
use crate::options::{KeyFileOptions, KeyViewOptions};
use crate::passphrase::PassphraseSource;
use crate::setting::Setting;

/// What it takes to read private keys: all of it is asked for when it is needed.
pub(crate) struct KeyReader {
    reader: KeyFileReader,
    passphrase: PassphraseSource,
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
        Ok(Self { reader, passphrase })
    }

    /// The passphrase that encrypted keys are read with.
    pub(crate) const fn passphrase(&self) -> &PassphraseSource {
        &self.passphrase
    }

    /// What the library reads keys with.
    pub(crate) fn into_library(self) -> KeyFileReader {
        self.reader
    }

    /// Reads a key of any kind, or standard input where the path is `-`.
    pub(crate) fn read_any(&self, path: &Path) -> Result<AnyKey> {
        let contents = contents(path)?;
        Ok(AnyKey::from_contents(&contents, &self.reader)?)
    }

    /// Reads the keys of a file, which may be a JWK Set with several private ones.
    pub(crate) fn read_all(&self, path: &Path) -> Result<Vec<AnyKey>> {
        let contents = contents(path)?;
        Ok(AnyKey::all_from_contents(&contents, &self.reader)?)
    }
}

/// Reads a file that may hold a private key, or standard input where the path is `-`.
pub(crate) fn contents(path: &Path) -> Result<KeyFileContents> {
    #[cfg(unix)]
    crate::descriptor::withhold_path(path);
    Ok(KeyFileContents::read(path, &keystore::show)?)
}

pub(crate) fn name(path: &Path) -> String {
    KeyPlace::new(path).to_string()
}

/// Reads the key that a command looks at.
pub(crate) fn read_key(options: &KeyViewOptions, console: &Console) -> Result<AnyKey> {
    let reader = KeyReader::new(&options.reading, console)?;
    reader.read_any(&options.path)
}
