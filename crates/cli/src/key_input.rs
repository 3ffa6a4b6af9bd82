use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tokenring_jwk::{Error, KeyFile, KeyId, PrivateKey};
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result, chain};
#[cfg(feature = "keys")]
use crate::passphrase::PassphraseSource;
use crate::settings::Settings;
use crate::shell::shell_word;

/// More than any key file has.
const LARGEST: u64 = 256 * 1024;

/// What it takes to read private keys: all of it is asked for when it is needed.
pub(crate) struct KeyReader {
    /// Which key of a JWK Set is meant.
    key_id: Option<KeyId>,
    #[cfg(feature = "keys")]
    passphrase: PassphraseSource,
    console: Console,
}

impl KeyReader {
    pub(crate) fn new(settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let key_id = settings.text("kid")?.map(|text| text.into_value());
        Ok(Self {
            key_id: key_id.filter(|text| !text.is_empty()).map(KeyId::new),
            #[cfg(feature = "keys")]
            passphrase: PassphraseSource::read(settings)?,
            console: console.clone(),
        })
    }

    /// The passphrase that encrypted keys are read with.
    #[cfg(feature = "keys")]
    pub(crate) const fn passphrase(&self) -> &PassphraseSource {
        &self.passphrase
    }

    /// Which key of a JWK Set is meant.
    #[cfg(feature = "keys")]
    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// Reads a private key from a file, or from standard input where the path is `-`.
    pub(crate) fn read(&self, path: &Path) -> Result<PrivateKey> {
        self.read_key(path, self.key_id.as_ref())
    }

    /// As [`KeyReader::read`], for the key of this identifier.
    #[cfg(feature = "keys")]
    pub(crate) fn read_as(&self, path: &Path, key_id: &KeyId) -> Result<PrivateKey> {
        self.read_key(path, Some(key_id))
    }

    fn read_key(&self, path: &Path, key_id: Option<&KeyId>) -> Result<PrivateKey> {
        let (contents, mode) = contents(path)?;
        let mut file = KeyFile::new(&contents);
        if let Some(key_id) = key_id {
            file = file.with_key_id(key_id);
        }
        match self.open_file(file, path) {
            Ok((key, _)) => {
                self.warn(path, mode);
                Ok(key)
            }
            Err((failure, _)) => Err(failure),
        }
    }

    /// Reads the private key in these contents of a file, and says whether it is
    /// encrypted; else what there is instead.
    #[cfg(feature = "keys")]
    pub(crate) fn open(
        &self,
        path: &Path,
        contents: &[u8],
        mode: Option<u32>,
    ) -> Result<(PrivateKey, bool), (Failure, Option<Error>)> {
        let mut file = KeyFile::new(contents);
        if let Some(key_id) = &self.key_id {
            file = file.with_key_id(key_id);
        }
        let key = self.open_file(file, path)?;
        self.warn(path, mode);
        Ok(key)
    }

    fn open_file(
        &self,
        file: KeyFile<'_>,
        path: &Path,
    ) -> Result<(PrivateKey, bool), (Failure, Option<Error>)> {
        let name = name(path);
        #[cfg(feature = "keys")]
        if file.is_encrypted() {
            let passphrase = self.passphrase.get(&name).map_err(|failure| {
                let failure = failure.while_doing(&format!("private key {name}"));
                (failure, None)
            })?;
            let key = file.with_passphrase(passphrase).private_key();
            let key = key.map(|key| (key, true));
            return key.map_err(|error| (unusable(&name, &chain(&error)), Some(error)));
        }
        let key = file.private_key().map(|key| (key, false));
        key.map_err(|error| (unusable(&name, &chain(&error)), Some(error)))
    }

    fn warn(&self, path: &Path, mode: Option<u32>) {
        let name = name(path);
        if let Some(mode) = mode {
            self.console.warning(format_args!(
                "others can read the private key {name} (mode {mode:04o}); run: chmod 600 {}",
                shell_word(&name)
            ));
        }
    }
}

/// A file's contents, and its mode where others can read it.
type Contents = (Zeroizing<Vec<u8>>, Option<u32>);

/// Reads a file that may hold a private key, or standard input where the path is `-`.
pub(crate) fn contents(path: &Path) -> Result<Contents> {
    let name = name(path);
    // Room for all of it from the start: growing would leave copies behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let mut mode = None;
    let read = if is_stdin(path) {
        io::stdin()
            .lock()
            .take(LARGEST + 1)
            .read_to_end(&mut contents)
    } else {
        File::open(path).and_then(|file| {
            mode = open_mode(&file)?;
            file.take(LARGEST + 1).read_to_end(&mut contents)
        })
    };
    match read {
        Err(error) => Err(unusable(&name, &format!("cannot be read: {error}"))),
        Ok(length) if u64::try_from(length).is_ok_and(|length| length > LARGEST) => Err(unusable(
            &name,
            "is larger than any key; name the key's own file",
        )),
        Ok(_) => Ok((contents, mode)),
    }
}

fn unusable(name: &str, text: &str) -> Failure {
    let text = format!("private key {name}: {text}");
    Failure::new(ExitCode::Configuration, text)
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) {
        "from standard input".into()
    } else {
        path.display().to_string()
    }
}

/// The mode of a file that others can read.
#[cfg(unix)]
fn open_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe or a device, as of a shell's <(..), is nobody else's to open.
    Ok((metadata.is_file() && mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn open_mode(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}
