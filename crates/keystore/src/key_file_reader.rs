use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokenring_jwk::{Error as KeyError, KeyFile, KeyId, KeyType, PrivateKey};

use crate::vendor_key_file::{VendorKey, VendorKeyFile};
use crate::{Error, Event, KeyFileContents, LoadedKey, check_key_id_length};
use crate::{PassphraseError, PassphraseSource};

/// Reads private keys from files.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{KeySpec, ring};
/// use tokenring_keystore::{KeyFileReader, atomic_file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("int-1.pem");
/// let pem = ring::generate(KeySpec::P256)?.to_pkcs8_pem();
/// atomic_file::replace(&path, pem.secret().as_bytes())?;
///
/// let key = KeyFileReader::new().read(&path)?;
/// assert_eq!(key.readable_by_others(), None);
/// assert!(!key.is_encrypted());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct KeyFileReader {
    key_id: Option<KeyId>,
    key_type: Option<KeyType>,
    passphrase: Option<PassphraseSource>,
    on_event: Option<Arc<OnEvent>>,
}

type OnEvent = dyn Fn(&Event) + Send + Sync;

impl KeyFileReader {
    /// Reads keys that need no more than their file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which private key of a JWK Set to take. Defaults to the only one there.
    ///
    /// Other kinds of files hold one key, and this has no meaning for them.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<KeyId>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Says on which curve an EC key is whose file doesn't. Defaults to none.
    #[must_use]
    pub const fn with_key_type(mut self, key_type: KeyType) -> Self {
        self.key_type = Some(key_type);
        self
    }

    /// Says where the passphrase of an encrypted key comes from. Defaults to none, so that
    /// encrypted keys are rejected.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: impl Into<PassphraseSource>) -> Self {
        self.passphrase = Some(passphrase.into());
        self
    }

    /// Reports what happens besides reading. Defaults to nobody.
    #[must_use]
    pub fn with_event_handler(mut self, on_event: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.on_event = Some(Arc::new(on_event));
        self
    }

    /// Which private key of a JWK Set is taken.
    #[must_use]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// Where the passphrase of an encrypted key comes from.
    #[must_use]
    pub const fn passphrase(&self) -> Option<&PassphraseSource> {
        self.passphrase.as_ref()
    }

    /// Reads a private key from a file, or from standard input where the path is `-`.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFileReader::read_contents`] and [`KeyFileReader::open`].
    pub fn read(&self, path: impl AsRef<Path>) -> Result<LoadedKey, Error> {
        self.open(&self.read_contents(path)?)
    }

    /// Reads the contents of a file that may hold a private key, or of standard input.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFileContents::read`].
    pub fn read_contents(&self, path: impl AsRef<Path>) -> Result<KeyFileContents, Error> {
        KeyFileContents::read(path.as_ref(), &|event| self.report(event))
    }

    /// Reads the private key in the contents of a file.
    ///
    /// [`Event::ReadableByOthers`] is reported where others can read the file.
    ///
    /// # Errors
    ///
    /// [`Error::Key`], [`Error::KeyId`], and [`Error::Passphrase`] with the feature `encrypted`.
    /// Without that, an encrypted key is [`Error::Key`].
    pub fn open(&self, contents: &KeyFileContents) -> Result<LoadedKey, Error> {
        let vendor = VendorKeyFile::parse(contents);
        let loaded = match vendor.as_ref().map(|vendor| &vendor.private_key) {
            // The key's own file may be of any format, but does not name yet another file.
            Some(VendorKey::InFile(path)) => {
                let contents = self.read_contents(path)?;
                let loaded = self.open_file(&contents, None)?;
                self.check(&loaded, &contents)?;
                loaded
            }
            _ => self.open_file(contents, vendor.as_ref())?,
        };
        self.check(&loaded, contents)?;
        Ok(loaded)
    }

    /// Checks the key ID, and reports a file that others can read.
    fn check(&self, loaded: &LoadedKey, contents: &KeyFileContents) -> Result<(), Error> {
        let place = contents.place();
        let key_id = loaded.private_key.stated_key_id();
        check_key_id_length(key_id.map_or("", KeyId::as_str)).map_err(|source| Error::KeyId {
            place: place.clone(),
            source,
        })?;
        if let Some(mode) = contents.readable_by_others() {
            let place = place.clone();
            self.report(&Event::ReadableByOthers { place, mode });
        }
        Ok(())
    }

    fn open_file(
        &self,
        contents: &KeyFileContents,
        vendor: Option<&VendorKeyFile>,
    ) -> Result<LoadedKey, Error> {
        let place = contents.place();
        let loaded = |private_key, is_encrypted| LoadedKey {
            private_key,
            is_encrypted,
            place: place.clone(),
            readable_by_others: contents.readable_by_others(),
        };
        let unusable = |source| Error::Key {
            place: place.clone(),
            source,
        };
        let secret = match vendor.map(|vendor| &vendor.private_key) {
            Some(VendorKey::Here(private_key)) => private_key.as_bytes(),
            _ => contents.secret(),
        };
        let mut file = KeyFile::new(secret);
        if let Some(key_id) = &self.key_id {
            file = file.with_key_id(key_id);
        }
        if let Some(key_type) = self.key_type {
            file = file.with_key_type(key_type);
        }
        let named = |key: PrivateKey| {
            let key_id = vendor.and_then(|it| it.credentials.key_id.clone());
            match key_id {
                Some(key_id) => key.with_key_id(key_id),
                None => key,
            }
        };
        if cfg!(feature = "encrypted") && file.is_encrypted() {
            if let Some(passphrase) = vendor.and_then(|it| it.passphrase.as_ref()) {
                let key = file.with_passphrase(passphrase).private_key();
                // Whoever encrypted the key again knows the passphrase, and the file does not.
                if self.passphrase.is_none() || !matches!(key, Err(KeyError::WrongPassphrase)) {
                    return key.map(|key| loaded(named(key), false)).map_err(unusable);
                }
            }
            let passphrase = self.passphrase.as_ref();
            let passphrase = passphrase.ok_or(PassphraseError::Missing);
            let passphrase = passphrase.and_then(|source| source.open(place));
            let passphrase = passphrase.map_err(|source| Error::Passphrase {
                place: place.clone(),
                source,
            })?;
            let key = file.with_passphrase(passphrase).private_key();
            return key.map(|key| loaded(named(key), true)).map_err(unusable);
        }
        let key = file.private_key().map_err(unusable)?;
        Ok(loaded(named(key), false))
    }

    fn report(&self, event: &Event) {
        if let Some(on_event) = &self.on_event {
            on_event(event);
        }
    }
}

impl fmt::Debug for KeyFileReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeyFileReader");
        debug.field("key_id", &self.key_id);
        debug.field("passphrase", &self.passphrase);
        debug.finish_non_exhaustive()
    }
}
