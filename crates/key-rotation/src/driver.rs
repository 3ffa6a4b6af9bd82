use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokenring_jwk::{KeySpec, PrivateKey, any};
use tokenring_keystore::{FolderLock, KeyFileReader};

use crate::folder_state::FolderState;
use crate::{Error, Event, Rotation};

/// Takes the steps of a rotation in a folder of key files.
///
/// A step can be interrupted at any point and taken again: it notes in the state file what it is
/// about to do, and goes on from there the next time. Two processes never take steps in one folder
/// at a time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tokenring_jwk::{KeySpec, any};
/// use tokenring_key_rotation::{Activation, NextKey, Retirement, RotationDriver, Sight, Timestamp};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let in_use = folder.join("int-1.pem");
/// let key = any::generate(KeySpec::P256)?;
/// tokenring_keystore::atomic_file::replace(&in_use, key.to_pkcs8_pem().secret().as_bytes())?;
///
/// let now = Timestamp::from_seconds(1_800_000_000);
/// let driver = RotationDriver::new(folder);
/// let begun = driver.begin(&NextKey::new().with_key_in_use(in_use), now)?;
/// assert_eq!(begun.key_id.as_str(), "int-2"); // publish begun.jwk_set now
///
/// let cache = Duration::from_secs(3600);
/// let seen = Activation::new(cache).with_sight(Sight::Since(now));
/// let early = driver.activate(&seen, now).unwrap_err();
/// assert!(early.is_temporary() && early.remaining(now) >= Some(cache));
/// let later = now.after(Duration::from_secs(4000));
/// driver.activate(&seen, later)?;
///
/// let next_day = later.after(Duration::from_secs(86_400));
/// let retired = driver.retire(&Retirement::new(Duration::from_secs(600)), next_day)?;
/// assert_eq!(retired.key_id.as_str(), "int-1"); // publish retired.jwk_set again
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RotationDriver {
    folder: PathBuf,
    reader: KeyFileReader,
    generate: Box<Generate>,
    on_event: Arc<OnEvent>,
}

type Generate = dyn Fn(KeySpec) -> Result<PrivateKey, tokenring_jwk::Error> + Send + Sync;
type OnEvent = dyn Fn(&Event<'_>) + Send + Sync;

impl RotationDriver {
    /// Takes a folder of keys, whether or not its keys were rotated before.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            reader: KeyFileReader::new(),
            generate: Box::new(any::generate),
            on_event: Arc::new(|_| {}),
        }
    }

    /// Says how private keys are read, such as where the passphrase of encrypted ones comes from.
    ///
    /// The reader's events go to the driver's handler. Defaults to `KeyFileReader::new()`.
    #[must_use]
    pub fn with_reader(mut self, reader: KeyFileReader) -> Self {
        self.reader = reader;
        self
    }

    /// Says how a new key is made. Defaults to `tokenring_jwk::any::generate`.
    #[must_use]
    pub fn with_generator(
        mut self,
        generate: impl Fn(KeySpec) -> Result<PrivateKey, tokenring_jwk::Error> + Send + Sync + 'static,
    ) -> Self {
        self.generate = Box::new(generate);
        self
    }

    /// Reports what happens during a step. Defaults to nobody.
    #[must_use]
    pub fn with_event_handler(
        mut self,
        on_event: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.on_event = Arc::new(on_event);
        self
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads the state file.
    ///
    /// # Errors
    ///
    /// [`Error::NotRotated`] and [`Error::State`].
    pub fn rotation(&self) -> Result<Rotation, Error> {
        Ok(FolderState::load(&self.folder)?.rotation)
    }

    pub(crate) fn report(&self, event: &Event<'_>) {
        (self.on_event)(event);
    }

    /// Waits until no other process changes the keys of a folder.
    pub(crate) fn lock(&self, folder: &Path) -> Result<FolderLock, Error> {
        let lock = FolderLock::take(folder, &|event| self.report(&Event::Files(event)))?;
        Ok(lock)
    }

    pub(crate) fn reader(&self) -> KeyFileReader {
        let on_event = Arc::clone(&self.on_event);
        let reader = self.reader.clone();
        reader.with_event_handler(move |event| on_event(&Event::Files(event)))
    }

    pub(crate) fn generate(&self, spec: KeySpec) -> Result<PrivateKey, Error> {
        Ok((self.generate)(spec)?)
    }
}

impl fmt::Debug for RotationDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotationDriver")
            .field("folder", &self.folder)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}
