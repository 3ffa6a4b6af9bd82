use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Error, RotatingKey, Rotation};

/// The key that signs now, in a process that outlives a rotation.
///
/// Each [`ActiveKey::current`] looks into the state file, which is small, and loads the key anew
/// only if another one is active. What it returns stays the same key for as long as the caller
/// holds it, so that header and signature of one assertion agree.
///
/// # Examples
///
/// ```no_run
/// use tokenring_jwk::{Algorithm, PrivateKey, ring::SigningKey};
/// use tokenring_key_rotation::ActiveKey;
///
/// let keys = ActiveKey::open("keys", |path, key| {
///     let private_key = PrivateKey::from_pem(&std::fs::read_to_string(path)?)?;
///     let signer = SigningKey::new(&private_key, Algorithm::Rs512)?;
///     Ok(signer.with_key_id(key.key_id().clone()))
/// })?;
/// // For each assertion:
/// let signer = keys.current().into_key();
/// # Ok::<(), tokenring_key_rotation::Error>(())
/// ```
pub struct ActiveKey<K> {
    folder: PathBuf,
    load: Box<Load<K>>,
    held: Mutex<Held<K>>,
}

type Load<K> = dyn Fn(&Path, &RotatingKey) -> Result<K, Box<dyn std::error::Error + Send + Sync>>
    + Send
    + Sync;

struct Held<K> {
    /// The state file that the key was found by.
    state: String,
    jwk_set: Arc<Path>,
    record: Arc<RotatingKey>,
    key: Arc<K>,
}

/// A key, as [`ActiveKey::current`] found it.
pub struct Snapshot<K> {
    key: Arc<K>,
    jwk_set: Arc<Path>,
    record: Arc<RotatingKey>,
    trouble: Option<Error>,
}

/// A key's file can go between the look at the state and the look at the file, if just then
/// another key is activated and this one is retired. Twice in a row it does not.
const ATTEMPTS: usize = 3;

impl<K: 'static> ActiveKey<K> {
    /// Loads the active key of a folder.
    ///
    /// The loader is given the path of the key's file and what the state file says of it.
    ///
    /// # Errors
    ///
    /// Those of [`Rotation::parse`], [`Error::Read`] and [`Error::Load`].
    pub fn open(
        folder: impl Into<PathBuf>,
        load: impl Fn(&Path, &RotatingKey) -> Result<K, Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Result<Self, Error> {
        let folder = folder.into();
        let load: Box<Load<K>> = Box::new(load);
        let held = find(&folder, &load, None)?;
        Ok(Self {
            folder,
            load,
            held: Mutex::new(held),
        })
    }

    /// The key that is active now.
    ///
    /// If the state file or the new key can't be read, the last key that could goes on: it is
    /// in the JWK Set until it is retired. [`Snapshot::trouble`] tells of it.
    #[must_use]
    pub fn current(&self) -> Snapshot<K> {
        let mut held = self.lock();
        let trouble = match find(&self.folder, &self.load, Some(&held)) {
            Ok(found) => {
                *held = found;
                None
            }
            Err(error) => Some(error),
        };
        Snapshot {
            key: Arc::clone(&held.key),
            jwk_set: Arc::clone(&held.jwk_set),
            record: Arc::clone(&held.record),
            trouble,
        }
    }
}

impl<K> ActiveKey<K> {
    fn lock(&self) -> MutexGuard<'_, Held<K>> {
        // What a loader that panicked has left behind is the last key that was good.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Snapshot<K> {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The key, to be held for longer.
    #[must_use]
    pub fn into_key(self) -> Arc<K> {
        self.key
    }

    /// What the state file says of it.
    #[must_use]
    pub fn record(&self) -> &RotatingKey {
        &self.record
    }

    /// The file of the JWK Set that the folder publishes.
    #[must_use]
    pub fn jwk_set(&self) -> &Path {
        &self.jwk_set
    }

    /// Why this may not be the active key: it is the last that could be loaded.
    #[must_use]
    pub const fn trouble(&self) -> Option<&Error> {
        self.trouble.as_ref()
    }
}

fn find<K: 'static>(
    folder: &Path,
    load: &Load<K>,
    held: Option<&Held<K>>,
) -> Result<Held<K>, Error> {
    let mut attempt = 1;
    let mut state = read_state(folder)?;
    loop {
        let rotation;
        let record = match held {
            Some(held) if held.state == state => return Ok(held.again(state)),
            _ => {
                rotation = Rotation::parse_current(&state)?;
                rotation.active()
            }
        };
        let jwk_set = Arc::from(folder.join(rotation.jwk_set()));
        if let Some(held) = held {
            if held.record.key_id == record.key_id && held.record.file == record.file {
                return Ok(Held {
                    record: Arc::new(record.clone()),
                    jwk_set,
                    ..held.again(state)
                });
            }
        }
        let path = folder.join(record.file());
        let source = match load(&path, record) {
            Ok(key) => {
                return Ok(Held {
                    record: Arc::new(record.clone()),
                    jwk_set,
                    key: Arc::new(key),
                    state,
                });
            }
            Err(source) => source,
        };
        let again = read_state(folder)?;
        if again == state || attempt == ATTEMPTS {
            return Err(Error::Load { path, source });
        }
        state = again;
        attempt += 1;
    }
}

impl<K> Held<K> {
    /// The same key, found by a state file.
    fn again(&self, state: String) -> Self {
        Self {
            state,
            jwk_set: Arc::clone(&self.jwk_set),
            record: Arc::clone(&self.record),
            key: Arc::clone(&self.key),
        }
    }
}

fn read_state(folder: &Path) -> Result<String, Error> {
    let path = folder.join(Rotation::FILE_NAME);
    let read = || {
        // Opening a named pipe would wait for a writer.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let mut text = String::new();
        let file = File::open(&path)?;
        let largest = Rotation::LARGEST_FILE;
        let length = file.take(largest + 1).read_to_string(&mut text)?;
        if u64::try_from(length).is_ok_and(|length| length > largest) {
            return Err(io::Error::other("it is too large for a state file"));
        }
        Ok(text)
    };
    read().map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })
}

impl<K> fmt::Debug for ActiveKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveKey")
            .field("folder", &self.folder)
            .field("record", &self.lock().record)
            .finish_non_exhaustive()
    }
}

impl<K> fmt::Debug for Snapshot<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("record", &self.record)
            .field("trouble", &self.trouble)
            .finish_non_exhaustive()
    }
}
