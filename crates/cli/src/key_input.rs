use std::path::Path;

use tokenring_jwk::{KeyId, PrivateKey};
#[cfg(feature = "keys")]
use tokenring_keystore::AnyKey;
use tokenring_keystore::{KeyFileContents, KeyFileReader, KeyPlace, check_key_id_length};

use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::keystore;
use crate::options::KeyFileOptions;
#[cfg(feature = "keys")]
use crate::passphrase::PassphraseSource;
use crate::setting::Setting;

/// What it takes to read private keys: all of it is asked for when it is needed.
pub(crate) struct KeyReader {
    reader: KeyFileReader,
    #[cfg(feature = "keys")]
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
        #[cfg(feature = "keys")]
        let passphrase = PassphraseSource::new(&options.passphrase);
        #[cfg(feature = "keys")]
        if let Some(source) = passphrase.source() {
            reader = reader.with_passphrase(source.clone());
        }
        Ok(Self {
            reader,
            #[cfg(feature = "keys")]
            passphrase,
        })
    }

    /// The passphrase that encrypted keys are read with.
    #[cfg(feature = "keys")]
    pub(crate) const fn passphrase(&self) -> &PassphraseSource {
        &self.passphrase
    }

    /// The library's own.
    #[cfg(feature = "keys")]
    pub(crate) const fn reader(&self) -> &KeyFileReader {
        &self.reader
    }

    /// Reads a private key from a file, or from standard input where the path is `-`.
    pub(crate) fn read(&self, path: &Path) -> Result<PrivateKey> {
        let loaded = self.reader.open(&contents(path)?)?;
        Ok(loaded.into_private_key())
    }

    /// As [`KeyReader::read`], for the key of this identifier.
    #[cfg(feature = "keys")]
    pub(crate) fn read_as(&self, path: &Path, key_id: &KeyId) -> Result<PrivateKey> {
        let reader = self.reader.clone().with_key_id(key_id.clone());
        let loaded = reader.open(&contents(path)?)?;
        Ok(loaded.into_private_key())
    }

    /// Reads a key of any kind, or standard input where the path is `-`.
    #[cfg(feature = "keys")]
    pub(crate) fn read_any(&self, path: &Path) -> Result<AnyKey> {
        let contents = contents(path)?;
        Ok(AnyKey::from_contents(&contents, &self.reader)?)
    }
}

/// Reads a file that may hold a private key, or standard input where the path is `-`.
pub(crate) fn contents(path: &Path) -> Result<KeyFileContents> {
    #[cfg(all(feature = "keys", unix))]
    crate::descriptor::withhold_path(path);
    Ok(KeyFileContents::read(path, &keystore::show)?)
}

/// Which keys there are, and the option that says which is meant.
pub(crate) fn several_keys(key_ids: &[Option<KeyId>]) -> String {
    let is_unique = |key_id: &&KeyId| {
        let same = key_ids.iter().flatten().filter(|other| other == key_id);
        same.count() == 1
    };
    let names: Vec<String> = key_ids
        .iter()
        .flatten()
        .filter(is_unique)
        .map(|key_id| format!("{:?}", key_id.as_str()))
        .collect();
    let alone = "put the one that is meant, its JSON object, into a file of its own (tokenring keys \
                 convert makes PEM of that)";
    let count = key_ids.len();
    if names.is_empty() {
        let shared = key_ids.iter().flatten().next();
        let problem = shared.map_or("without key IDs", |_| "that share key IDs");
        return format!("the JWK Set holds several private keys {problem}; {alone}");
    }
    let rest = count - names.len();
    let names = names.join(", ");
    let text = format!("the JWK Set holds several private keys; say which with --kid KID: {names}");
    if rest == 0 {
        return text;
    }
    format!("{text}; the other {rest} have no key ID of their own: for one of them, {alone}")
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    KeyPlace::new(path) == KeyPlace::StandardInput
}

pub(crate) fn name(path: &Path) -> String {
    KeyPlace::new(path).to_string()
}
