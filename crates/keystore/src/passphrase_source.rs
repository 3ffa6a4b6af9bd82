use std::ffi::OsString;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokenring_jwk::Passphrase;
use zeroize::Zeroizing;

use crate::{KeyPlace, PassphraseError, PassphrasePlace, bounded_file, core_dump};

/// More than anybody types, and far less than a file that was named by mistake.
const LONGEST: usize = 4096;

/// Where the passphrase of a private key comes from.
///
/// It is read once, when it is needed first; clones share it.
///
/// # Examples
///
/// ```
/// use tokenring_keystore::{KeyPlace, PassphraseSource};
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("passphrase");
/// std::fs::write(&file, "correct horse\n")?;
///
/// let source = PassphraseSource::from_file(&file);
/// let passphrase = source.open(&KeyPlace::new("int-1.pem"))?;
/// assert_eq!(passphrase.secret(), b"correct horse");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PassphraseSource(Arc<Inner>);

struct Inner {
    origin: Origin,
    found: OnceLock<Passphrase>,
}

enum Origin {
    Given,
    File(PathBuf),
    Descriptor(u32),
    Environment(OsString),
    Prompt(Box<Prompt>),
}

type Prompt = dyn Fn(&PassphrasePrompt<'_>) -> Result<Passphrase, Box<dyn std::error::Error + Send + Sync>>
    + Send
    + Sync;

/// What somebody is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PassphrasePrompt<'p> {
    /// The passphrase of an encrypted key.
    Open(&'p KeyPlace),
    /// A passphrase to encrypt a key with.
    Choose {
        /// What the key is called.
        key: &'p str,
    },
    /// The chosen passphrase once more, as nobody sees what is typed.
    Repeat,
}

impl PassphraseSource {
    /// Takes the first line of a file, as `openssl` does for `-passin file:`.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self::new(Origin::File(path.into()))
    }

    /// Takes the first line of what is read from an open descriptor of this process.
    #[must_use]
    pub fn from_descriptor(number: u32) -> Self {
        Self::new(Origin::Descriptor(number))
    }

    /// Takes the value of an environment variable.
    pub fn from_environment(variable: impl Into<OsString>) -> Self {
        Self::new(Origin::Environment(variable.into()))
    }

    /// Asks with a closure, as on a terminal.
    pub fn from_prompt(
        ask: impl Fn(
            &PassphrasePrompt<'_>,
        ) -> Result<Passphrase, Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self::new(Origin::Prompt(Box::new(ask)))
    }

    fn new(origin: Origin) -> Self {
        Self(Arc::new(Inner {
            origin,
            found: OnceLock::new(),
        }))
    }

    /// The descriptor of this process that it is read from.
    fn descriptor(&self) -> Option<u32> {
        match &self.0.origin {
            Origin::File(path) => KeyPlace::File(path.clone()).descriptor(),
            Origin::Descriptor(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether somebody is asked for it.
    #[must_use]
    pub fn is_prompt(&self) -> bool {
        matches!(self.0.origin, Origin::Prompt(_))
    }

    /// The passphrase that opens the key at this place.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn open(&self, key: &KeyPlace) -> Result<&Passphrase, PassphraseError> {
        let number = self.descriptor();
        if number.is_some() && number == key.descriptor() && self.0.found.get().is_none() {
            return Err(PassphraseError::SameInput);
        }
        self.find(|ask| ask(&PassphrasePrompt::Open(key)).map_err(PassphraseError::Prompt))
    }

    /// The passphrase that a key is to be encrypted with; somebody who is asked for it types it
    /// twice.
    ///
    /// # Errors
    ///
    /// Why there is none, [`PassphraseError::Different`] and [`PassphraseError::Empty`].
    pub fn choose(&self, key: &str) -> Result<&Passphrase, PassphraseError> {
        let found = self.find(|ask| {
            let ask = |prompt| ask(&prompt).map_err(PassphraseError::Prompt);
            let first = ask(PassphrasePrompt::Choose { key })?;
            let second = ask(PassphrasePrompt::Repeat)?;
            if first.secret() != second.secret() {
                return Err(PassphraseError::Different);
            }
            Ok(first)
        })?;
        if found.secret().is_empty() {
            return Err(PassphraseError::Empty);
        }
        Ok(found)
    }

    fn find(
        &self,
        ask: impl FnOnce(&Prompt) -> Result<Passphrase, PassphraseError>,
    ) -> Result<&Passphrase, PassphraseError> {
        let Inner { origin, found } = &*self.0;
        if let Some(found) = found.get() {
            return Ok(found);
        }
        core_dump::forbid();
        let passphrase = match origin {
            // It was found when it was given.
            Origin::Given => return Err(PassphraseError::Missing),
            Origin::File(path) => read(path, PassphrasePlace::File(path.clone()))?,
            Origin::Descriptor(number) => {
                let path = PathBuf::from(format!("/dev/fd/{number}"));
                read(&path, PassphrasePlace::Descriptor(*number))?
            }
            Origin::Environment(variable) => {
                let value = std::env::var_os(variable).ok_or(PassphraseError::Missing)?;
                Passphrase::new(value.into_encoded_bytes())
            }
            Origin::Prompt(prompt) => ask(prompt)?,
        };
        Ok(found.get_or_init(|| passphrase))
    }
}

impl From<Passphrase> for PassphraseSource {
    fn from(passphrase: Passphrase) -> Self {
        core_dump::forbid();
        Self(Arc::new(Inner {
            origin: Origin::Given,
            found: OnceLock::from(passphrase),
        }))
    }
}

impl fmt::Debug for PassphraseSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("PassphraseSource");
        match &self.0.origin {
            Origin::Given => debug.field(&"given"),
            Origin::File(path) => debug.field(path),
            Origin::Descriptor(number) => debug.field(number),
            Origin::Environment(variable) => debug.field(variable),
            Origin::Prompt(_) => debug.field(&"prompt"),
        };
        debug.finish_non_exhaustive()
    }
}

/// Takes the first line of a file.
fn read(path: &Path, place: PassphrasePlace) -> Result<Passphrase, PassphraseError> {
    // With room for all, the buffer never moves and leaves no copy behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let read =
        bounded_file::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut contents));
    match read {
        Err(source) => Err(PassphraseError::Read { place, source }),
        Ok(length) if length > LONGEST && !contents.contains(&b'\n') => {
            Err(PassphraseError::TooLong { place })
        }
        Ok(_) => Ok(Passphrase::from_first_line(&contents)),
    }
}
